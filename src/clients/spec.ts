import type { MatchRule } from '../keys/match.js'

/** What a call does to the cache. `read-through` reads and, on a miss, loads and stores; `tag` attaches a tag. */
export type Op = 'read' | 'write' | 'delete' | 'read-through' | 'tag'

export type KeyKind = 'key' | 'tag' | 'path' | 'prefix' | 'pattern'

export type TtlUnit = 'ms' | 's'

/** Where in the arguments a key stands. */
export interface KeyPosition {
  /** Index of the argument. */
  readonly arg: number
  /** Property of that argument, when it is an object: `queryKey`, `match`, `tags`. A path is written with dots. */
  readonly property?: string
  /** The argument may also be the key itself: TanStack Query 4 took `useQuery(key, …)`. */
  readonly orSelf?: boolean
  /** Every argument from `arg` on is a key: `del(a, b)`. */
  readonly rest?: boolean
  /** An array in this place is a list of keys, not an array key. */
  readonly list?: boolean
  /** The argument behind this word, as `MATCH` of SCAN; found from `arg` on. */
  readonly after?: string
  /** An object in this place is a record by key: `mset({a: 1})`; or an array of objects that hold the key. */
  readonly record?: boolean
  /** No argument: the operation takes the whole store. */
  readonly all?: boolean
}

export interface OperationSpec {
  readonly op: Op
  readonly key: KeyPosition
  readonly kind?: KeyKind
  readonly match?: MatchRule
  /** Index of the stored value. */
  readonly value?: number
  /** Where the function stands that computes the value on a miss. */
  readonly loader?: { readonly arg: number; readonly property?: string }
  readonly ttl?: { readonly arg: number; readonly unit: TtlUnit; readonly property?: string }
  /** What the call returns, when a key may be made of it: the keys that a pattern matches. */
  readonly returns?: 'keys' | 'cursor-and-keys' | 'keys-object'
  /** Present only when the argument is there: `mutate()` without a key addresses the hook's own entry. */
  readonly optional?: boolean
  /** The operation touches members of the entry, not the whole: HDEL, SREM. */
  readonly member?: boolean
}

/**
 * What one library's calls mean. Declarative: read from its documentation and source, one file a library.
 * Names are export names; `default` is the default export.
 */
export interface ClientSpec {
  readonly id: string
  /** Import specifiers of the library. */
  readonly modules: readonly string[]
  /** Clients of one family may address the same entries; `instance` stores are apart from each other. */
  readonly family: string
  readonly sharing: 'family' | 'instance'
  /** `new X(…)` makes a client. */
  readonly constructors?: readonly string[]
  /** `X(…)` makes a client. */
  readonly factories?: readonly string[]
  /** A value annotated with this type is a client. */
  readonly types?: readonly string[]
  /** Exported values that are clients. */
  readonly instances?: readonly string[]
  /** Injection tokens: `@Inject(X)`. */
  readonly tokens?: readonly string[]
  /** Methods that return a client of the same store: `multi()`, `duplicate()`. */
  readonly chains?: readonly string[]
  /** Members are namespaces whose name leads the physical key, followed by this separator. */
  readonly namespaces?: { readonly separator: string }
  /** Constructor option that leads every key. */
  readonly prefix?: { readonly arg: number; readonly property: string; readonly separator: string; readonly patterns: boolean }
  /** Method names are compared without regard to case; `operations` are then in lower case. */
  readonly anyCase?: boolean
  readonly operations: Readonly<Record<string, OperationSpec>>
  /** Free functions of the library that are operations: each may be several. */
  readonly functions?: Readonly<Record<string, readonly OperationSpec[]>>
}

const KEY: KeyPosition = { arg: 0 }
const KEYS: KeyPosition = { arg: 0, rest: true, list: true }

export const read = (key: KeyPosition = KEY): OperationSpec => ({ op: 'read', key })
export const write = (key: KeyPosition = KEY, value = 1): OperationSpec => ({ op: 'write', key, value })
export const remove = (key: KeyPosition = KEY): OperationSpec => ({ op: 'delete', key })
export const removeAll: OperationSpec = { op: 'delete', key: { arg: 0, all: true }, kind: 'pattern', match: 'glob' }
export const readMany = (): OperationSpec => read(KEYS)
export const removeMany = (): OperationSpec => remove(KEYS)
export const readThrough = (loader = 1, key: KeyPosition = KEY): OperationSpec => ({ op: 'read-through', key, loader: { arg: loader } })
