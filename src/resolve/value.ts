import type { ts } from 'ts-morph'
import type { ClientSpec } from '../clients/spec.js'
import { partsOf, type Origin, type ParameterOrigin, type Template } from '../keys/template.js'
import type { Unit } from '../source/program.js'
import type { Frame } from './frame.js'

/** Abstract values: what an expression may be, as far as the syntax tells. */
export type Value =
  | TextValue | ConstValue | ArrayValue | ObjectValue | FunctionValue | ClassValue | InstanceValue
  | ExternalValue | NamespaceValue | ClientValue | OperationValue | NativeValue | OpaqueValue | UnionValue

export interface TextValue { readonly kind: 'text'; readonly parts: Template }

export interface ConstValue { readonly kind: 'const'; readonly value: number | boolean | null | undefined }

/**
 * `many` stands for any number of elements like this one: a spread, a mapped list, a push in a loop. `maybe` for one that
 * a filter may have left out.
 */
export interface Element { readonly value: Value; readonly many?: boolean; readonly maybe?: boolean }

export interface ArrayValue { readonly kind: 'array'; readonly elements: readonly Element[] }

export interface ObjectValue {
  readonly kind: 'object'
  readonly props: ReadonlyMap<string, () => Value>
  /** Spread in and not known: any property may come from it. */
  readonly rest?: OpaqueValue
}

export interface FunctionValue {
  readonly kind: 'function'
  readonly node: ts.FunctionLikeDeclaration
  readonly frame: Frame
  readonly self?: Value
  /** The cache of a memoized function. */
  readonly memo?: ClientValue
}

export interface ClassValue { readonly kind: 'class'; readonly node: ts.ClassLikeDeclaration; readonly frame: Frame }

/** `args` undefined: some instance, made somewhere; its constructor's parameters are holes. */
export interface InstanceValue {
  readonly kind: 'instance'
  readonly cls: ClassValue
  readonly args: readonly Element[] | undefined
  readonly memo: Map<string, Value>
}

/** An export of a package from outside, or a global (module `global`). `name` may be a path: `Redis.fromEnv`. */
export interface ExternalValue { readonly kind: 'external'; readonly module: string; readonly name: string }

/** All exports of a file: `import * as keys`. */
export interface NamespaceValue { readonly kind: 'namespace'; readonly unit: Unit }

export interface ClientValue {
  readonly kind: 'client'
  readonly client: ClientSpec
  /** Names the one store where the library keeps a store per instance and its making was seen. */
  readonly instance?: string
  /** What the client puts before every key. */
  readonly prefix: Template
  readonly namespace?: readonly string[]
  /** A pipeline or transaction: each command returns it again. */
  readonly pipeline?: boolean
  /** Declared inside a function: lives as long as one call. */
  readonly local?: boolean
  /** What the program adds to its client: `redis.packed = { async get(key) { … } }`. */
  readonly added?: ReadonlyMap<string, () => Value>
}

/** A method of a client, or an operation that is a free function of a library, not yet called. */
export interface OperationValue {
  readonly kind: 'operation'
  readonly client: ClientValue
  readonly name: string
}

/** A value that only the running program knows, named after its expression. */
export interface OpaqueValue {
  readonly kind: 'opaque'
  readonly name: string
  readonly parameter?: ParameterOrigin
  /** Declared type, to recognise clients and classes by. */
  readonly type?: { readonly node: ts.TypeNode; readonly unit: Unit; readonly optional?: boolean }
  /** Set where resolution gave up, rather than met a value of run time. */
  readonly reason?: string
  readonly wild?: boolean
  /** An element without a name of its own: takes the name of the parameter or variable that it is bound to. */
  readonly anonymous?: boolean
  /** The key that the value was read from, or counted up at, in a cache: a version or epoch of other keys. */
  readonly readFrom?: Template
  /** A digest, whose name says of what: no call names it better. */
  readonly digest?: boolean
  /** Text of an object into which another is spread, written here. */
  readonly mixed?: Origin
  /** Declared optional or nullable; or certainly there, where it was declared so and handed to an optional parameter. */
  readonly presence?: 'maybe' | 'certain'
}

/** A function of a package whose meaning is known, called with abstract arguments; `call` calls what it was handed. */
export interface NativeValue {
  readonly kind: 'native'
  readonly name: string
  readonly run: (args: readonly Element[], node: ts.Node, call: (fn: Value, args: readonly Element[]) => Value) => Value | undefined
  readonly props?: ReadonlyMap<string, () => Value>
}

/** `coalesced`: the first that is there, as `a ?? b` has it. */
export interface UnionValue { readonly kind: 'union'; readonly options: readonly Value[]; readonly coalesced?: boolean }

export const UNDEFINED: ConstValue = { kind: 'const', value: undefined }
export const NULL: ConstValue = { kind: 'const', value: null }

const WIDEST = 16

/** No key is longer, in characters, and none that is would be read. */
const LONGEST_TEXT = 4096
/** A script of Lua is no key. */
const LONGEST_SCRIPT = 65_536

/** A text of these parts; of one too long nothing but that it is a text. */
export const textOf = (parts: Template): TextValue => ({ kind: 'text', parts: isTooLong(parts) ? [{ kind: 'hole', name: 'text', wild: true, unresolved: 'a text of more than 4096 characters' }] : parts })

const isTooLong = (parts: Template): boolean => lengthOf(parts) > LONGEST_TEXT
  && (lengthOf(parts) > LONGEST_SCRIPT || !parts.some((part) => part.kind === 'text' && /\bredis\.p?call\(/.test(part.text)))

const lengthOf = (parts: Template): number => parts.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 1), 0)

const LONGEST = 96

/**
 * Text of bounded size. Conditional appends double what is known with each step; a key that long is none that a person
 * would read, and is given up.
 */
export function boundedText(parts: Template): Value {
  return isShort(parts) ? textOf(parts) : gaveUp('value', 'the text has too many alternatives')
}

/** Has the template no more parts, those of its alternatives counted, than a key may have? */
export function isShort(parts: Template): boolean {
  let size = 0
  for (const _ of partsOf(parts)) if (++size > LONGEST) return false
  return true
}

export const literal = (value: string): TextValue => textOf(value === '' ? [] : [{ kind: 'text', text: value }])

export const constant = (value: ConstValue['value']): ConstValue => ({ kind: 'const', value })

/** Is each element at the index where it is written? Not where some may be missing, or be any number. */
export const isFixed = (elements: readonly Element[]): boolean => !elements.some((element) => element.many || element.maybe)

export const native = (name: string, run: NativeValue['run']): NativeValue => ({ kind: 'native', name, run })

export const arrayOf = (elements: readonly Element[]): ArrayValue => ({ kind: 'array', elements })

export function opaque(name: string, more: Omit<OpaqueValue, 'kind' | 'name'> = {}): OpaqueValue {
  return { kind: 'opaque', name, ...more }
}

export function gaveUp(name: string, reason: string): OpaqueValue {
  return { kind: 'opaque', name, reason, wild: true }
}

export function objectOf(entries: Iterable<readonly [string, Value]>): ObjectValue {
  return { kind: 'object', props: new Map([...entries].map(([name, value]) => [name, () => value])) }
}

/** One of several values; nested unions are flattened, doubles dropped, too many become one opaque value. */
export function union(values: readonly Value[]): Value {
  if (values[0] && values.every((value) => value === values[0])) return values[0]
  const options: Value[] = []
  for (const value of values.flatMap((v) => (v.kind === 'union' ? v.options : [v]))) {
    const twin = options.findIndex((known) => sameValue(known, value))
    if (twin === -1) options.push(value)
    else if (options[twin] !== value) options[twin] = merged(options[twin]!, value)
    if (options.length > WIDEST) return gaveUp('value', `more than ${WIDEST} alternatives`)
  }
  return options.length === 1 ? options[0]! : { kind: 'union', options }
}

// One expression, known in two ways: what either knows of it holds.
function merged(known: Value, other: Value): Value {
  if (known.kind !== 'opaque' || other.kind !== 'opaque') return known
  return { ...other, ...known, ...(known.wild || other.wild ? { wild: true } : {}) }
}

function sameValue(left: Value, right: Value): boolean {
  if (left === right) return true
  if (left.kind !== right.kind) return false
  if (left.kind === 'const') return left.value === (right as ConstValue).value
  if (left.kind === 'opaque') return left.name === (right as OpaqueValue).name && left.reason === (right as OpaqueValue).reason && sameOrigin(left, right as OpaqueValue)
  if (left.kind === 'text') return sameText(left.parts, (right as TextValue).parts)
  if (left.kind === 'external') return left.module === (right as ExternalValue).module && left.name === (right as ExternalValue).name
  if (left.kind === 'client') return left.client === (right as ClientValue).client && left.instance === (right as ClientValue).instance
  return left.kind === 'instance' && left.cls.node === (right as InstanceValue).cls.node && left.args === (right as InstanceValue).args
}

const sameOrigin = (left: OpaqueValue, right: OpaqueValue): boolean =>
  left.parameter === undefined || right.parameter === undefined || left.parameter.fn === right.parameter.fn && left.parameter.index === right.parameter.index

function sameText(left: Template, right: Template): boolean {
  return left.length === right.length && left.every((part, i) => {
    const other = right[i]!
    if (part.kind === 'text') return other.kind === 'text' && other.text === part.text
    return part.kind === 'hole' && other.kind === 'hole' && other.name === part.name
  })
}

/** Applies `change` to each alternative of a value. */
export function mapUnion(value: Value, change: (option: Value) => Value): Value {
  return value.kind === 'union' ? union(value.options.map(change)) : change(value)
}

export const alternatives = (value: Value): readonly Value[] => (value.kind === 'union' ? value.options : [value])

/** The string that a value certainly is. */
export function exactText(value: Value): string | undefined {
  if (value.kind === 'const') return typeof value.value === 'number' ? String(value.value) : undefined
  if (value.kind !== 'text') return undefined
  let whole = ''
  for (const part of value.parts) {
    if (part.kind !== 'text') return undefined
    whole += part.text
  }
  return whole
}

/** Does the value count as true? `undefined` where only the running program knows. */
export function truth(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'const': return Boolean(value.value)
    case 'text': return value.parts.length === 0 ? false : isFilled(value.parts) ? true : undefined
    case 'opaque': return value.presence === 'certain' ? true : undefined
    case 'external': return undefined
    case 'union': {
      const verdicts = new Set(value.options.map(truth))
      return verdicts.size === 1 ? [...verdicts][0] : undefined
    }
    default: return true
  }
}

/** Does the text hold a character, whatever fills its holes? */
const isFilled = (parts: Template): boolean =>
  parts.some((part) => part.kind === 'text' || (part.kind === 'choice' && part.options.every(isFilled)))

/** The value, known to be there: behind `!`, `??` and a test. */
export function present(value: Value): Value {
  if (value.kind === 'union') return union(value.options.filter((option) => !isNullish(option)).map(present))
  if (value.kind !== 'opaque' || value.presence !== 'maybe') return value
  const { presence: _, ...rest } = value
  return rest
}

export const isNullish = (value: Value): boolean => value.kind === 'const' && value.value == null

/** The property names that an object value is known to have. */
export const memberNames = (value: Value): string[] => (value.kind === 'object' ? [...value.props.keys()] : [])
