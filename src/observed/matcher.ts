import { isInstance, separatorsOf } from '../keys/match.js'
import { parse } from '../keys/parse.js'
import { print, shapeOf } from '../keys/print.js'
import { expand, fixedText, type Part, type Template } from '../keys/template.js'

/** A template that a key is an instance of, with what fills its holes. */
export interface Match {
  readonly template: string
  readonly holes: ReadonlyMap<string, string>
}

interface Candidate { readonly template: string; readonly row: Template; readonly isPlain: boolean; readonly pattern: RegExp; readonly names: readonly string[]; readonly fixed: number }

/** Where a template has its next word: at which segment, cut at which separators. */
interface Word { readonly separators: string; readonly at: number; readonly text: string }

/** Templates that begin alike, by the word that each has next; those without one are tried one by one. */
class Node {
  readonly next = new Map<string, Node>()
  private readonly wordless: Candidate[] = []
  private readonly words: { readonly separators: string; readonly at: number; readonly by: Map<string, Candidate[]> }[] = []

  add(candidate: Candidate, word: Word | undefined): void {
    if (!word) {
      this.wordless.push(candidate)
      return
    }
    let slot = this.words.find(({ separators, at }) => separators === word.separators && at === word.at)
    if (!slot) this.words.push(slot = { separators: word.separators, at: word.at, by: new Map<string, Candidate[]>() })
    slot.by.set(word.text, [...(slot.by.get(word.text) ?? []), candidate])
  }

  *candidates(segments: (separators: string) => readonly string[]): Generator<Candidate> {
    yield* this.wordless
    for (const { separators, at, by } of this.words) yield* by.get(segments(separators)[at] ?? '') ?? []
  }
}

const LONGEST = 2048

/**
 * Finds the template of a key. The templates stand in a trie by the text that they begin with, so that the cost of a key is
 * its own length and the few templates that share its beginning, however many there are.
 */
export class Matcher {
  private readonly root = new Node()
  readonly templates: readonly string[]
  private readonly byShape = new Map<string, string>()

  constructor(templates: readonly Template[]) {
    const found = new Map(templates.map((template) => [print(template), template]))
    this.templates = [...found.keys()].sort()
    for (const [name, template] of found) {
      for (const row of expand(template)) this.add(name, row)
      if (!this.byShape.has(shapeOf(template))) this.byShape.set(shapeOf(template), name)
    }
  }

  /** The template with the most text of its own among those that fit. */
  match(key: string): Match | undefined {
    if (key.length > LONGEST) return undefined
    let best: { readonly candidate: Candidate; readonly values: readonly string[] } | undefined
    const cut = new Map<string, readonly string[]>()
    const segments = (separators: string): readonly string[] => {
      const known = cut.get(separators) ?? segmentsOf(key, separators)
      cut.set(separators, known)
      return known
    }
    let node: Node | undefined = this.root
    for (let i = 0; node; i++) {
      for (const candidate of node.candidates(segments)) {
        if (best && candidate.fixed <= best.candidate.fixed) continue
        const values = valuesIn(key, candidate)
        if (values) best = { candidate, values }
      }
      node = i < key.length ? node.next.get(key[i]!) : undefined
    }
    return best && { template: best.candidate.template, holes: new Map(best.candidate.names.map((name, i) => [name, best.values[i] ?? ''])) }
  }

  /** The template that the code has for one that a recorder names: what fills a hole is named by each in its own words. */
  named(recorded: string): string {
    return this.byShape.get(shapeOf(parse(recorded))) ?? recorded
  }

  private add(template: string, row: Template): void {
    // An array key is no text of a server; a key without a word may be any.
    if (row.some((part) => part.kind === 'list' || part.kind === 'spread') || fixedText(row) === '') return
    let node = this.root
    const [head] = row
    for (const char of head?.kind === 'text' ? head.text : '') {
      const next = node.next.get(char) ?? new Node()
      node.next.set(char, next)
      node = next
    }
    const names = row.flatMap((part) => (part.kind === 'hole' ? [part.name] : []))
    node.add({ template, row, isPlain: isPlain(row), pattern: patternOf(row), names, fixed: fixedText(row).length }, nextWord(row))
  }
}

/** The first whole segment of text behind the beginning, where it is known at which place it stands. */
function nextWord(row: Template): Word | undefined {
  const separators = separatorsOf(row)
  if (separators === '' || row.some((part) => part.kind === 'glob' || (part.kind === 'hole' && part.wild))) return undefined
  // A hole is one segment, or a part of one; NUL stands in no key.
  const shape = row.map((part) => (part.kind === 'text' ? part.text : '\u0000')).join('')
  const [head] = row
  const from = segmentsOf(head?.kind === 'text' ? head.text : '', separators).length
  const pieces = segmentsOf(shape, separators)
  const at = pieces.findIndex((piece, i) => i >= from && piece !== '' && !piece.includes('\u0000'))
  return at === -1 ? undefined : { separators, at, text: pieces[at]! }
}

function segmentsOf(text: string, separators: string): readonly string[] {
  if (separators.length === 1) return text.split(separators)
  const pieces: string[] = ['']
  for (const char of text) {
    if (separators.includes(char)) pieces.push('')
    else pieces[pieces.length - 1] += char
  }
  return pieces
}

/** Ends each hole where a separator begins? Then a pattern finds its end at once; else it may try all ways to divide the key. */
function isPlain(row: Template): boolean {
  const separators = separatorsOf(row)
  return row.every((part, i) => {
    const next = row[i + 1]
    return part.kind === 'text' || next === undefined || (part.kind === 'hole' && !part.wild && next.kind === 'text' && separators.includes(next.text[0]!))
  })
}

const MOST_HOLES = 3

/** What fills the holes of a template that a key is an instance of; nothing is told of many that run into one another. */
function valuesIn(key: string, { row, pattern, names, isPlain }: Candidate): readonly string[] | undefined {
  if (!isPlain && !isInstance(key, row)) return undefined
  return isPlain || names.length <= MOST_HOLES ? pattern.exec(key)?.slice(1) : []
}

function patternOf(row: Template): RegExp {
  const separators = separatorsOf(row).replace(/[\\\]^-]/g, '\\$&')
  const segment = separators === '' ? '(.+)' : `([^${separators}]+)`
  const piece = (part: Part): string => {
    if (part.kind === 'text') return part.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return part.kind === 'hole' ? (part.wild ? '(.+)' : segment) : '.*'
  }
  return new RegExp(`^${row.map(piece).join('')}$`, 's')
}
