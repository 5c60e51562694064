import { memoised, memoisedPair } from './memoised.js'
import { expand, fixedText, type Template } from './template.js'

/** How a store finds the entries that an operation names. */
export type MatchRule = 'exact' | 'prefix' | 'glob' | 'tag' | 'predicate' | 'route'

/**
 * One step of a pattern: a character, or a class of characters; `many` stands for none or more.
 * A hole is one character of its class and then any number of them: a part of a key is never empty.
 */
interface Atom {
  readonly char?: string
  /** The class leaves out the separators: a segment stays a segment. */
  readonly segment: boolean
  readonly many: boolean
}

const STRONG = ':/|#;'
const WEAK = '-_.'

/**
 * The characters that divide the segments of these keys: `:` and its like where they are used, else `-`, `_`, `.`.
 * Identifiers hold dashes (UUIDs) and e-mail addresses dots, so the weak ones divide only where nothing stronger does.
 */
export function separatorsOf(...templates: readonly Template[]): string {
  const used = templates.map(fixedText).join('')
  const strong = [...STRONG].filter((char) => used.includes(char)).join('')
  return strong === '' ? [...WEAK].filter((char) => used.includes(char)).join('') : strong
}

/**
 * May the two templates build the same key? Holes stay within their segment, save wild ones; globs run over all.
 * Symmetric. Sound over the alternatives: true when any pair of them overlaps.
 */
export const overlaps = (left: Template, right: Template): boolean => !beginApart(left, right) && anyMeet(left, right)

const anyMeet = memoisedPair((left: Template, right: Template): boolean => {
  const separators = separatorsOf(left, right)
  const rights = expand(right)
  return expand(left).some((a) => rights.some((b) => meet(a, b, separators)))
})

/** May a key of `written` begin with a key of `prefix`? Arrays by element (TanStack), strings by character. */
export const prefixOverlaps = (prefix: Template, written: Template): boolean => !beginApart(prefix, written) && anyStarts(prefix, written)

const anyStarts = memoisedPair((prefix: Template, written: Template): boolean => {
  const separators = separatorsOf(prefix, written)
  return expand(prefix).some((a) => expand(written).some((b) => startsWith(a, b, separators)))
})

function startsWith(prefix: Template, written: Template, separators: string): boolean {
  const head = listOf(prefix)
  const whole = listOf(written)
  if (head && whole) return meetLists(head, whole, true)
  if (head || whole) return false
  return meet([...prefix, { kind: 'glob' }], written, separators)
}

function listOf(template: Template): readonly Template[] | undefined {
  const only = template[0]
  return template.length === 1 && only?.kind === 'list' ? only.elements : undefined
}

function meet(left: Template, right: Template, separators: string): boolean {
  if (endApart(left, right)) return false
  const a = listOf(left)
  const b = listOf(right)
  if (a && b) return meetLists(a, b, false)
  if (a || b) return isWildAlone(a ? right : left)
  return meetAtoms(atomsOf(left), atomsOf(right), separators)
}

/** Do the two begin with texts that differ? Most pairs do, and need no search. */
function beginApart(left: Template, right: Template): boolean {
  const [a, b] = [beginningsOf(left), beginningsOf(right)]
  return a !== undefined && b !== undefined && a.every((one) => b.every((other) => !one.startsWith(other) && !other.startsWith(one)))
}

/** The texts that the alternatives of a key begin with, those of arrays marked; `undefined` where one begins with anything else. */
const beginningsOf: (template: Template) => readonly string[] | undefined = memoised((template) => {
  const texts = expand(template).map(([first]) => {
    const list = first?.kind === 'list' ? first.elements[0]?.[0] : undefined
    return first?.kind === 'text' ? first.text : list?.kind === 'text' ? `\0${list.text}` : undefined
  })
  return texts.every((text) => text !== undefined) ? [...new Set(texts)] : undefined
})

const endApart = (left: Template, right: Template): boolean => {
  const [a, b] = [left.at(-1), right.at(-1)]
  return a?.kind === 'text' && b?.kind === 'text' && !a.text.endsWith(b.text) && !b.text.endsWith(a.text)
}

function isWildAlone(template: Template): boolean {
  const [only] = template
  return template.length === 1 && (only!.kind === 'glob' || (only!.kind === 'hole' && only!.wild === true))
}

function meetLists(left: readonly Template[], right: readonly Template[], leftMayEnd: boolean): boolean {
  const known = new Map<number, boolean>()
  const walk = (i: number, j: number): boolean => {
    const state = i * (right.length + 1) + j
    const found = known.get(state) ?? step(i, j)
    known.set(state, found)
    return found
  }
  const step = (i: number, j: number): boolean => {
    if (i === left.length) return leftMayEnd || right.slice(j).every(isSpread)
    if (isSpread(left[i]!)) return walk(i + 1, j) || (j < right.length && walk(i, j + 1))
    if (j === right.length) return false
    if (isSpread(right[j]!)) return walk(i, j + 1) || walk(i + 1, j)
    return overlaps(left[i]!, right[j]!) && walk(i + 1, j + 1)
  }
  return walk(0, 0)
}

function isSpread(element: Template): boolean {
  return element.length === 1 && element[0]!.kind === 'spread'
}

const atomsOf: (template: Template) => readonly Atom[] = memoised((template) =>
  template.flatMap((part): Atom[] => {
    if (part.kind === 'text') return [...part.text].map((char) => ({ char, segment: false, many: false }))
    if (part.kind === 'glob' || part.kind === 'spread') return [{ segment: false, many: true }]
    const segment = part.kind === 'hole' && part.wild !== true
    return [{ segment, many: false }, { segment, many: true }]
  }))

/** Do two patterns share a word? The product of both automata, searched with a memo: at most |a|·|b| states. */
function meetAtoms(a: readonly Atom[], b: readonly Atom[], separators: string): boolean {
  const width = b.length + 1
  const seen = new Uint8Array((a.length + 1) * width)
  const stack = [0]
  while (stack.length > 0) {
    const state = stack.pop()!
    if (seen[state] === 1) continue
    seen[state] = 1
    const i = Math.floor(state / width)
    const j = state % width
    if (i === a.length && j === b.length) return true
    const left = a[i]
    const right = b[j]
    if (left?.many) stack.push((i + 1) * width + j)
    if (right?.many) stack.push(i * width + j + 1)
    if (left && right && compatible(left, right, separators)) {
      stack.push((left.many ? i : i + 1) * width + (right.many ? j : j + 1))
    }
  }
  return false
}

function compatible(left: Atom, right: Atom, separators: string): boolean {
  if (left.char !== undefined && right.char !== undefined) return left.char === right.char
  const char = left.char ?? right.char
  if (char === undefined) return true
  const other = left.char === undefined ? left : right
  return !other.segment || !separators.includes(char)
}

/** Can an operation that names `target` under `rule` reach an entry stored as `written`? */
export function reaches(rule: MatchRule, target: Template, written: Template): boolean {
  switch (rule) {
    case 'exact':
    case 'tag':
    case 'glob': return overlaps(target, written)
    case 'prefix': return prefixOverlaps(target, written)
    case 'route': return overlaps(target, written) || prefixOverlaps(target, written)
    case 'predicate': return true
  }
}

/**
 * May a concrete key have been built from the template? Used on observed keys and by replay. The separators are those of
 * the template: a key of run time may hold any character, as a UUID holds dashes.
 */
export function isInstance(key: string, template: Template): boolean {
  const separators = separatorsOf(template)
  return expand(template).some((row) => meet([{ kind: 'text', text: key }], row, separators))
}
