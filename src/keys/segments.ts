import { distance } from 'fastest-levenshtein'
import { memoised } from './memoised.js'
import { shapeOf } from './print.js'
import { separatorsOf } from './match.js'
import { normalise, text, type Part, type Template } from './template.js'

/** A template cut at its separators; the separators themselves are kept, so that joining gives the template back. */
export interface Segment {
  readonly parts: Template
  /** The separator behind this segment, empty for the last. */
  readonly separator: string
}

/** Cuts a string template into segments, an array key into its elements. */
export const segmentsOf = (template: Template, separators = separatorsOf(template)): readonly Segment[] => {
  const known = bySeparators(template)
  const made = known.get(separators) ?? cutAt(template, separators)
  known.set(separators, made)
  return made
}

const bySeparators: (template: Template) => Map<string, readonly Segment[]> = memoised(() => new Map<string, readonly Segment[]>())

function cutAt(template: Template, separators: string): readonly Segment[] {
  const only = template[0]
  if (template.length === 1 && only?.kind === 'list') return only.elements.map((parts) => ({ parts, separator: ',' }))
  const segments: Segment[] = []
  let current: Part[] = []
  for (const piece of template.flatMap((part) => cut(part, separators))) {
    const divides = piece.kind === 'text' && piece.text !== '' && [...piece.text].every((char) => separators.includes(char))
    if (!divides) { current.push(piece); continue }
    segments.push({ parts: normalise(current), separator: piece.text })
    current = []
  }
  segments.push({ parts: normalise(current), separator: '' })
  return segments
}

function cut(part: Part, separators: string): Part[] {
  if (part.kind !== 'text' || separators === '') return [part]
  const pieces: string[] = []
  for (const char of part.text) {
    const last = pieces.at(-1)
    const same = last !== undefined && separators.includes(last[0]!) === separators.includes(char)
    if (same) pieces[pieces.length - 1] = last + char
    else pieces.push(char)
  }
  return pieces.map((piece) => text(piece, part.origins))
}

export type Difference = 'missing' | 'extra' | 'renamed' | 'case' | 'version' | 'separator' | 'reordered'

/** One column of two keys laid side by side; `index` counts the segments of that side. */
export interface AlignedPair {
  readonly left?: number
  readonly right?: number
  readonly difference?: Difference
}

export interface Alignment {
  readonly left: readonly Segment[]
  readonly right: readonly Segment[]
  readonly pairs: readonly AlignedPair[]
  /** 1 for equal shapes, 0 for nothing in common: the share of segments that pair up, fixed ones counting double. */
  readonly similarity: number
  readonly differences: readonly Difference[]
}

/**
 * Lays two keys side by side, segment by segment, at the least cost (Needleman and Wunsch, 1970).
 * `left` is what was written; `missing` says that `right` lacks a segment of it.
 */
export function align(left: Template, right: Template): Alignment {
  const shared = separatorsOf(left, right)
  const together = alignment(segmentsOf(left, shared), segmentsOf(right, shared))
  // Keys with different separators are cut each by its own: `user:1` beside `user-1`.
  const apart = alignment(segmentsOf(left), segmentsOf(right))
  const better = apart.similarity > together.similarity ? apart : together
  if (better.differences.length === 0) return better
  // Where one separator stands for another inside the key, all of them cut: `user:photo:1` beside `user-photo:1`.
  const finest = alignment(segmentsOf(left, SEPARATORS), segmentsOf(right, SEPARATORS))
  return finest.differences.every((difference) => difference === 'separator') ? finest : better
}

const SEPARATORS = ':/|#;-_.'

function alignment(left: readonly Segment[], right: readonly Segment[]): Alignment {
  const pairs = trace(left, right)
  const differences = [...new Set(pairs.flatMap((pair) => pair.difference ?? []))]
  const sameSet = left.length === right.length && sorted(left) === sorted(right) && !differences.includes('separator')
  const isReordered = sameSet && differences.length > 0
  const similarity = similarityOf(left, right, pairs)
  return { left, right, pairs, similarity: isReordered ? Math.max(similarity, 0.9) : similarity, differences: isReordered ? ['reordered'] : differences }
}

const sorted = (segments: readonly Segment[]): string => segments.map((s) => shapeOf(s.parts)).sort().join('\u0000')

function trace(a: readonly Segment[], b: readonly Segment[]): AlignedPair[] {
  const cost: number[][] = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j))
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      cost[i]![j] = Math.min(
        cost[i - 1]![j - 1]! + substitution(a[i - 1]!, b[j - 1]!),
        cost[i - 1]![j]! + 1, cost[i]![j - 1]! + 1)
    }
  }
  const pairs: AlignedPair[] = []
  for (let i = a.length, j = b.length; i > 0 || j > 0;) {
    if (i > 0 && j > 0 && cost[i]![j] === cost[i - 1]![j - 1]! + substitution(a[i - 1]!, b[j - 1]!)) {
      pairs.push(paired(a, b, --i, --j))
    } else if (i > 0 && cost[i]![j] === cost[i - 1]![j]! + 1) pairs.push({ left: --i, difference: 'missing' })
    else pairs.push({ right: --j, difference: 'extra' })
  }
  return pairs.reverse()
}

function paired(a: readonly Segment[], b: readonly Segment[], left: number, right: number): AlignedPair {
  const one = a[left]!
  const other = b[right]!
  const difference = differenceOf(one, other, left < a.length - 1 && right < b.length - 1)
  return difference ? { left, right, difference } : { left, right }
}

function differenceOf(one: Segment, other: Segment, inside: boolean): Difference | undefined {
  const a = shapeOf(one.parts)
  const b = shapeOf(other.parts)
  if (a === b) return inside && one.separator !== other.separator ? 'separator' : undefined
  if (a.toLowerCase() === b.toLowerCase()) return 'case'
  if (isVersion(a) && isVersion(b)) return 'version'
  return isVariable(one) && isVariable(other) ? undefined : 'renamed'
}

const isVersion = (shape: string): boolean => /^v?\d+$/i.test(shape)
const isVariable = (segment: Segment): boolean => segment.parts.length > 0 && segment.parts.every((part) => part.kind !== 'text')

// Equal text is the surest anchor, hole on hole comes next; text on hole may be a filled-in variant.
function substitution(one: Segment, other: Segment): number {
  const a = shapeOf(one.parts)
  const b = shapeOf(other.parts)
  if (a === b) return isVariable(one) ? nameCost(one, other) : 0
  if (a.toLowerCase() === b.toLowerCase() || (isVersion(a) && isVersion(b))) return 0.5
  if (isVariable(one) && isVariable(other)) return 0.5
  return isVariable(one) || isVariable(other) ? 1.25 : 1.5
}

function nameCost(one: Segment, other: Segment): number {
  const last = (segment: Segment): string => segment.parts.map((p) => (p.kind === 'hole' ? p.name.split('.').at(-1) : p.kind)).join().toLowerCase()
  return last(one) === last(other) ? 0 : 0.25
}

// A letter more or less, or a word with an ending: `website` and `websites`.
function isClose(one: Segment, other: Segment): boolean {
  const [a, b] = [shapeOf(one.parts).toLowerCase(), shapeOf(other.parts).toLowerCase()]
  return Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a) || distance(a, b) <= 2)
}

function similarityOf(a: readonly Segment[], b: readonly Segment[], pairs: readonly AlignedPair[]): number {
  const weight = (segment: Segment): number => (isVariable(segment) ? 1 : 2)
  const total = [...a, ...b].reduce((sum, segment) => sum + weight(segment), 0)
  const common = pairs.reduce((sum, { left, right, difference }) => {
    if (left === undefined || right === undefined) return sum
    const both = weight(a[left]!) + weight(b[right]!)
    if (difference === undefined) return sum + both
    return difference === 'renamed' && !isClose(a[left]!, b[right]!) ? sum : sum + both * 0.75
  }, 0)
  return total === 0 ? 1 : common / total
}
