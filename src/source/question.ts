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

/** What is read off a text once, and asked for only where it matters. */
export interface Reading {
  readonly imports: () => Imports
  /** Does it hand on all that another file exports? */
  readonly handsOn: () => boolean
}

/** Answers one question of text after text. */
export function answerer(question: Question): (text: string, reading: Reading) => boolean {
  if (question.kind === 'pattern') {
    const pattern = new RegExp(question.source, question.flags)
    return (text) => text.includes(question.word) && pattern.test(text)
  }
  if (question.kind === 'exports') return (text, { handsOn }) => text.includes(question.name) || handsOn()
  const wanted = new Set(question.words)
  const inText = new RegExp(`(?<![\\w$])(?:${question.words.filter((word) => !word.startsWith("'")).map(escaped).join('|') || '\\b\\B'})(?![\\w$])`)
  return (text, { imports }) => {
    const { words, isWhole } = imports()
    for (const word of words) if (wanted.has(word)) return true
    return isWhole && inText.test(text)
  }
}

/** `export * from './other'` */
export const handsOn = (text: string): boolean => text.includes('export *') || /\bexport\s*\*/.test(text)

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
