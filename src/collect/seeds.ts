import type { ClientRegistry } from '../clients/registry.js'

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** Files that import a cache library, keep a Map, or tag a fetch: where an audit starts. */
export function seedPattern(registry: ClientRegistry): RegExp {
  const modules = registry.modules.map(escaped).join('|')
  return new RegExp(`['"](?:${modules})['"]|\\bnext\\s*:\\s*\\{[^}]*\\btags\\b|\\bnew Map\\b[^;\\n]*[;\\n]`)
}

/** Files that mention one of the words; a word of the form `'name'` is the end of an import specifier. */
export function wordsPattern(words: readonly string[]): RegExp | undefined {
  const plain = words.filter((word) => !word.startsWith("'"))
  const paths = words.filter((word) => word.startsWith("'")).map((word) => escaped(word.slice(1, -1)))
  const alternatives = [
    ...(plain.length > 0 ? [`(?<![\\w$])(?:${plain.map(escaped).join('|')})(?![\\w$])`] : []),
    ...(paths.length > 0 ? [`['"][^'"\\n]*(?:^|[/'"])(?:${paths.join('|')})(?:\\.[cm]?[jt]sx?)?['"]`] : []),
  ]
  return alternatives.length > 0 ? new RegExp(alternatives.join('|')) : undefined
}
