/** What is asked of the text of a file, without its syntax. Plain data: it can be asked again of what the file says later. */
export type Question =
  | { readonly kind: 'pattern'; readonly source: string; readonly flags: string; readonly word: string }
  /** May it export the name: does that stand in it, or does it hand on all that another file exports? */
  | { readonly kind: 'exports'; readonly name: string }
  /** Does it import one of the words? `'name'` stands for the end of a specifier. */
  | { readonly kind: 'imports'; readonly words: readonly string[] }

/** What the import statements of a text say. */
export interface Imports {
  readonly words: ReadonlySet<string>
  /** All of a module is imported under one name: its members are found in the text alone. */
  readonly isWhole: boolean
}

/** Answers one question of text after text; what a text imports is asked for only where it matters. */
export function answerer(question: Question): (text: string, imports: () => Imports) => boolean {
  if (question.kind === 'pattern') {
    const pattern = new RegExp(question.source, question.flags)
    return (text) => text.includes(question.word) && pattern.test(text)
  }
  if (question.kind === 'exports') return (text) => text.includes(question.name) || HANDED_ON.test(text)
  const wanted = new Set(question.words)
  const inText = new RegExp(`(?<![\\w$])(?:${question.words.filter((word) => !word.startsWith("'")).map(escaped).join('|') || '\\b\\B'})(?![\\w$])`)
  return (text, imports) => {
    const { words, isWhole } = imports()
    for (const word of words) if (wanted.has(word)) return true
    return isWhole && inText.test(text)
  }
}

const HANDED_ON = /\bexport\s*\*/
const IMPORT = /^[ \t]*(?:import|export)\b([^;'"]{0,8000}?)\bfrom\s*['"]([^'"\n]+)['"]|\b(?:require|import)\s*\(\s*['"]([^'"\n]+)['"]/gm
const WORD = /[\w$]+/g

/** Read off the text of import statements, so that asking costs no parse. */
export function importsIn(text: string): Imports {
  const words = new Set<string>()
  let isWhole = false
  for (const [statement, names, from, required] of text.matchAll(IMPORT)) {
    for (const [word] of (names ?? '').matchAll(WORD)) words.add(word)
    words.add(lastName(from ?? required ?? ''))
    isWhole ||= required !== undefined || /\*/.test(names ?? statement)
  }
  return { words, isWhole }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

const lastName = (specifier: string): string => `'${specifier.slice(specifier.lastIndexOf('/') + 1).replace(/\.[cm]?[jt]sx?$/, '')}'`
