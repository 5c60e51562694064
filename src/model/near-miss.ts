import { distance } from 'fastest-levenshtein'
import type { MatchRule } from '../keys/match.js'
import { memoised } from '../keys/memoised.js'
import { print, shapeOf } from '../keys/print.js'
import { align, type Alignment, type Difference } from '../keys/segments.js'
import { fixedText, partsOf, type Template } from '../keys/template.js'
import { keysOf } from './relations.js'
import type { Site } from './types.js'

/** The nearest of other sites' keys, laid against a key that reaches none of them. */
export interface NearMiss {
  readonly writer: Site
  readonly written: Template
  readonly alignment: Alignment
}

const NEAR = 0.5
const SPELLING = new Set<Difference>(['case', 'separator', 'version', 'reordered'])

/** The key of `others` that comes nearest to one of `targets`, if any is near at all; a prefix is held against as much of them. */
export function nearest(targets: readonly Template[], others: readonly Site[], match: MatchRule = 'exact'): NearMiss | undefined {
  let best: NearMiss | undefined
  for (const { writer, written, target } of likeliest(relatives(targets, others))) {
    const alignment = align(match === 'prefix' ? headOf(written, target) : written, target)
    if (alignment.similarity < NEAR) continue
    if (!best || alignment.similarity > best.alignment.similarity) best = { writer, written, alignment }
  }
  return best
}

interface Relative {
  readonly writer: Site
  readonly written: Template
  readonly target: Template
}

/** The pairs of keys, each shape of the others once, that have words in common. */
const relatives = (targets: readonly Template[], others: readonly Site[]): Relative[] =>
  shapesOf(others).flatMap((own) => targets.filter((target) => sharesText(own.written, target) && !haveOtherRoots(own.written, target)).map((target) => ({ ...own, target })))

/** The keys of sites, each shape of them once, with the first of these sites. */
const shapesOf: (sites: readonly Site[]) => readonly Omit<Relative, 'target'>[] = memoised((sites) => {
  const seen = new Set<string>()
  return sites.flatMap((writer) => keysOf(writer).flatMap((written) => {
    const shape = shapeOf(written)
    if (seen.has(shape)) return []
    seen.add(shape)
    return [{ writer, written }]
  }))
})

/** More pairs than these are not laid against each other: those are that have most words, and the longest beginning, in common. */
const MOST_PAIRS = 100

function likeliest(pairs: readonly Relative[]): readonly Relative[] {
  if (pairs.length <= MOST_PAIRS) return pairs
  const common = ({ written, target }: Relative): number => wordsOf(target).filter((word) => wordsOf(written).includes(word)).length
  const ranked = pairs.map((pair) => ({ pair, words: common(pair), lead: leadOf(fixedText(pair.written), fixedText(pair.target)) }))
  return ranked.sort((a, b) => b.words - a.words || b.lead - a.lead).slice(0, MOST_PAIRS).map(({ pair }) => pair)
}

/** How many characters two texts begin with in common. */
function leadOf(a: string, b: string): number {
  let count = 0
  while (count < a.length && a[count] === b[count]) count++
  return count
}

/** As many elements of an array key as the prefix has. */
function headOf(written: Template, prefix: Template): Template {
  const [whole] = written
  const [head] = prefix
  return whole?.kind === 'list' && head?.kind === 'list' ? [{ kind: 'list', elements: whole.elements.slice(0, head.elements.length) }] : written
}

// A separator or a word like `id` in common makes no relative.
function sharesText(written: Template, target: Template): boolean {
  const words = wordsOf(written)
  return wordsOf(target).some((word) => words.some((other) => word === other || isClose(word, other)))
}

const isClose = (a: string, b: string): boolean => Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a) || distance(a, b) <= 1)

// Array keys of two roots are of two kinds, however alike the rest is: `[orders, list]` and `[products, list]`.
function haveOtherRoots(written: Template, target: Template): boolean {
  const [a, b] = [rootOf(written), rootOf(target)]
  return a !== undefined && b !== undefined && a !== b && distance(a.toLowerCase(), b.toLowerCase()) > 2
}

function rootOf(template: Template): string | undefined {
  const [only] = template
  const first = only?.kind === 'list' ? only.elements[0] : undefined
  return first && first.length > 0 && first.every((part) => part.kind === 'text') ? fixedText(first) : undefined
}

/** The words of the text of a key; what a separator or a hole divides is no word. */
const wordsOf: (template: Template) => readonly string[] = memoised((template) => {
  const texts = [...partsOf(template)].flatMap((part) => (part.kind === 'text' ? part.text.toLowerCase().match(/[a-z]{3,}/g) ?? [] : []))
  return [...new Set(texts)]
})

/** The words are the same: the key was meant, whatever else may reach it rightly. */
export const isMisspelt = ({ alignment }: NearMiss): boolean => alignment.differences.every((kind) => SPELLING.has(kind))

const WORDS: Readonly<Record<Difference, string>> = {
  missing: 'it lacks', extra: 'it has too much:', renamed: 'it has another name for', case: 'it has another case for',
  version: 'it has another version of', separator: 'it has other separators in', reordered: 'it has another order of',
}

/** The first kind of difference, in words, and the segments that show it. */
export function differenceData({ written, alignment: { pairs, left, right, differences } }: NearMiss): { readonly difference: string; readonly segment: string } {
  const kind = differences[0] ?? 'renamed'
  const segments = pairs.filter((pair) => pair.difference === kind)
    .map((pair) => print((pair.left === undefined ? right[pair.right ?? 0] : left[pair.left])?.parts ?? []))
  const isWhole = kind === 'reordered' || kind === 'separator' || segments.length === 0
  return { difference: WORDS[kind], segment: isWhole ? print(written) : segments.join(', ') }
}
