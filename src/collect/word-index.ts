import type { Program } from '../source/program.js'

const IMPORT = /^[ \t]*(?:import|export)\b([^;'"]{0,8000}?)\bfrom\s*['"]([^'"\n]+)['"]|\b(?:require|import)\s*\(\s*['"]([^'"\n]+)['"]/gm
const WORD = /[\w$]+/g

interface Imports {
  readonly words: ReadonlySet<string>
  /** All of a module is imported under one name: its members are found in the text alone. */
  readonly isWhole: boolean
}

/** Which files import which names. Read off the text of import statements, so that asking costs no parse. */
export class WordIndex {
  private readonly byFile = new Map<string, Imports>()

  constructor(private readonly program: Program) {}

  /** The files among `files` that import one of the words; `'name'` stands for the end of a specifier. */
  importing(words: readonly string[], files: readonly string[]): string[] {
    const wanted = new Set(words)
    const inText = new RegExp(`(?<![\\w$])(?:${words.filter((word) => !word.startsWith("'")).map(escaped).join('|') || '\\b\\B'})(?![\\w$])`)
    return files.filter((file) => {
      const imports = this.importsOf(file)
      for (const word of imports.words) if (wanted.has(word)) return true
      return imports.isWhole && inText.test(this.program.text(file))
    })
  }

  private importsOf(file: string): Imports {
    const known = this.byFile.get(file)
    if (known) return known
    const words = new Set<string>()
    let isWhole = false
    for (const [statement, names, from, required] of this.program.text(file).matchAll(IMPORT)) {
      for (const [word] of (names ?? '').matchAll(WORD)) words.add(word)
      words.add(lastName(from ?? required ?? ''))
      isWhole ||= required !== undefined || /\*/.test(names ?? statement)
    }
    const imports = { words, isWhole }
    this.byFile.set(file, imports)
    return imports
  }
}

const lastName = (specifier: string): string => `'${specifier.slice(specifier.lastIndexOf('/') + 1).replace(/\.[cm]?[jt]sx?$/, '')}'`

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
