/**
 * The key template: what is known of a cache key.
 *
 * A template is a sequence of parts. An array key (TanStack, `unstable_cache`) is one `list` part whose elements are
 * templates themselves, so strings, arrays and alternatives of both share one algebra.
 */

import { memoised } from './memoised.js'

/** Where a piece of literal text stands in the audited program: `at` is an offset in `file`. */
export interface Origin {
  readonly file: string
  readonly at: number
}

/** Where the value of a hole comes from, when it is a parameter of a function: the seam at which wrappers are opened. */
export interface ParameterOrigin {
  /** Identity of the function: file and offset. */
  readonly fn: string
  readonly index: number
  /** Member path below the parameter, `[]` for the parameter itself. */
  readonly path: readonly string[]
}

export interface TextPart {
  readonly kind: 'text'
  readonly text: string
  /** Where its pieces are written; more than one when neighbours were merged. */
  readonly origins?: readonly Origin[]
}

export interface HolePart {
  readonly kind: 'hole'
  /** Named after the expression that fills it: `user.id`. */
  readonly name: string
  /** Set when nothing is known, with the reason: printed `{?}`. */
  readonly unresolved?: string
  /** May hold separators: JSON, a URL, a whole key handed through. */
  readonly wild?: boolean
  readonly parameter?: ParameterOrigin
  /** Text of an object into which another is spread, and where it is written: fields of the same name collide. */
  readonly mixed?: Origin
  /** The key, in the notation, that the value is read from in a cache: an epoch whose change renames this key. */
  readonly epoch?: string
  /** One value all through a run: the prefix that a client puts before every key. */
  readonly constant?: boolean
}

/** `*` of a pattern: any text, none included. */
export interface GlobPart {
  readonly kind: 'glob'
}

/** `(a|b)`: one of several templates. */
export interface ChoicePart {
  readonly kind: 'choice'
  readonly options: readonly Template[]
  /** `a ?? b`: whichever is there takes the place. */
  readonly coalesced?: boolean
}

/** `[a, b]`: an array key, or a list of keys. */
export interface ListPart {
  readonly kind: 'list'
  readonly elements: readonly Template[]
}

/** `{...ids}` inside a list: any number of elements. */
export interface SpreadPart {
  readonly kind: 'spread'
  readonly name: string
  readonly parameter?: ParameterOrigin
}

export type Part = TextPart | HolePart | GlobPart | ChoicePart | ListPart | SpreadPart
export type Template = readonly Part[]

export const EMPTY: Template = []
export const GLOB: GlobPart = { kind: 'glob' }

export function text(value: string, origins: readonly Origin[] = []): TextPart {
  return origins.length > 0 ? { kind: 'text', text: value, origins } : { kind: 'text', text: value }
}

export function hole(name: string, more: Omit<HolePart, 'kind' | 'name'> = {}): HolePart {
  return { kind: 'hole', name: holeName(name), ...more }
}

export function unresolved(reason: string): HolePart {
  return { kind: 'hole', name: '?', unresolved: reason, wild: true }
}

export function choice(options: readonly Template[]): Template {
  return normalise([{ kind: 'choice', options }])
}

export function list(elements: readonly Template[]): Template {
  return [{ kind: 'list', elements: elements.map(normalise) }]
}

/** Fits an expression's source into the notation: one line, balanced braces, of readable length. */
export function holeName(source: string): string {
  const line = source.replace(/\s+/g, ' ').replace(/\?\./g, '.').trim()
  const short = line.length > 60 ? `${line.slice(0, 57)}…` : line
  const plain = balanced(short) ? short : short.replace(/[{}]/g, '')
  return plain === '' || plain === '?' || plain.startsWith('...') ? 'value' : plain
}

function balanced(source: string): boolean {
  let depth = 0
  for (const char of source) {
    if (char === '\\') return false
    if (char === '{') depth++
    if (char === '}' && --depth < 0) return false
  }
  return depth === 0
}

/** Merges neighbouring text, flattens alternatives of alternatives, drops doubles. Idempotent. */
export function normalise(template: Template): Template {
  const parts: Part[] = []
  for (const part of template.flatMap(normalisePart)) {
    const last = parts.at(-1)
    if (part.kind === 'text' && last?.kind === 'text') parts[parts.length - 1] = mergeText(last, part)
    else if (part.kind === 'glob' && last?.kind === 'glob') continue
    else if (part.kind !== 'text' || part.text !== '') parts.push(part)
  }
  return parts
}

function mergeText(left: TextPart, right: TextPart): TextPart {
  return text(left.text + right.text, [...(left.origins ?? []), ...(right.origins ?? [])])
}

function normalisePart(part: Part): Template {
  if (part.kind === 'list') return [{ kind: 'list', elements: part.elements.map(normalise) }]
  if (part.kind !== 'choice') return [part]
  const options = distinct(part.options.map(normalise).flatMap(inlineChoice))
  return options.length === 1 ? [...options[0]!] : [{ kind: 'choice', options, ...(part.coalesced ? { coalesced: true } : {}) }]
}

function inlineChoice(option: Template): readonly Template[] {
  return option.length === 1 && option[0]!.kind === 'choice' ? option[0]!.options : [option]
}

function distinct(options: readonly Template[]): readonly Template[] {
  if (options.length < 2) return options
  return [...new Map(options.map((option) => [signature(option), option])).values()]
}

// What tells two templates apart: all of them but where they come from.
const signature: (template: Template) => string = memoised((template) => template.map(partSignature).join('\u0001'))

function partSignature(part: Part): string {
  switch (part.kind) {
    case 'text': return `t${part.text}`
    case 'hole': return `h${part.name}\u0002${part.unresolved ?? ''}${part.wild ? '!' : ''}`
    case 'glob': return '*'
    case 'spread': return `s${part.name}`
    case 'choice': return `(${part.options.map(signature).join('\u0003')})`
    case 'list': return `[${part.elements.map(signature).join('\u0003')}]`
  }
}

/** Rebuilds a template with every part (those inside alternatives and lists too) replaced by what `change` returns. */
export function mapParts(template: Template, change: (part: Part) => Template): Template {
  const walk = (parts: Template): Template =>
    parts.flatMap((part) => {
      if (part.kind === 'choice') return change({ ...part, options: part.options.map(walk) })
      if (part.kind === 'list') return change({ kind: 'list', elements: part.elements.map(walk) })
      return change(part)
    })
  return normalise(walk(template))
}

/** Every part, those inside alternatives and lists too, in reading order. */
export function* partsOf(template: Template): Generator<Part> {
  for (const part of template) {
    yield part
    if (part.kind === 'choice') for (const option of part.options) yield* partsOf(option)
    if (part.kind === 'list') for (const element of part.elements) yield* partsOf(element)
  }
}

export function holesOf(template: Template): HolePart[] {
  return [...partsOf(template)].filter((part) => part.kind === 'hole')
}

/** The parameters that fill parts of a template: the seams at which wrappers are opened. */
export function parametersOf(template: Template): ParameterOrigin[] {
  return [...partsOf(template)].flatMap((part) => ((part.kind === 'hole' || part.kind === 'spread') && part.parameter ? [part.parameter] : []))
}

/** The literal text that a template begins with, up to the first thing that varies. */
export function fixedPrefix(template: Template): string {
  const first = template[0]
  return first?.kind === 'text' ? first.text : ''
}

/** May it build the empty text? A hole never is. */
export const mayBeEmpty = (template: Template): boolean =>
  template.every((part) => part.kind === 'glob' || (part.kind === 'text' && part.text === '') || (part.kind === 'choice' && part.options.some(mayBeEmpty)))

/** All literal text of a template, in reading order. */
export const fixedText: (template: Template) => string = memoised((template) =>
  template.map((part) => {
    if (part.kind === 'text') return part.text
    if (part.kind === 'choice') return part.options.map(fixedText).join('')
    return part.kind === 'list' ? part.elements.map(fixedText).join('') : ''
  }).join(''))

/** More alternatives than this are no longer written out. */
export const LIMIT = 64

/**
 * The alternatives of a template written out, none of them holding a choice.
 * Beyond 64 the remaining choices become holes for any text: a sound over-approximation.
 */
export const expand: (template: Template) => readonly Template[] = memoised(writtenOut)

function writtenOut(template: Template): Template[] {
  let rows: Part[][] = [[]]
  for (const part of template) {
    const options = expandPart(part)
    if (rows.length * options.length > LIMIT) rows.forEach((row) => row.push(anyOf(options)))
    else rows = rows.flatMap((row) => options.map((option) => [...row, ...option]))
  }
  return rows.map(normalise)
}

// A hole is never empty; where one of the alternatives is, any text may stand, or none.
const anyOf = (options: readonly Template[]): Part => (options.some((option) => option.length === 0) ? { kind: 'glob' } : hole('value', { wild: true }))

/** Into how many templates `expand` would write it out. */
export function countAlternatives(template: Template): number {
  return template.reduce((product, part) => {
    if (part.kind === 'choice') return product * part.options.reduce((sum, option) => sum + countAlternatives(option), 0)
    return part.kind === 'list' ? product * part.elements.reduce((all, element) => all * countAlternatives(element), 1) : product
  }, 1)
}

function expandPart(part: Part): readonly Template[] {
  if (part.kind === 'choice') return part.options.flatMap(expand)
  if (part.kind !== 'list') return [[part]]
  let rows: Template[][] = [[]]
  for (const element of part.elements) {
    const options = expand(element)
    if (rows.length * options.length > LIMIT) rows = rows.map((row) => [...row, [anyOf(options)]])
    else rows = rows.flatMap((row) => options.map((option) => [...row, option]))
  }
  return rows.map((elements) => [{ kind: 'list', elements }])
}
