import type { MatchRule } from '../keys/match.js'

/** What a call does to the cache. `read-through` reads and, on a miss, loads and stores; `tag` attaches a tag. */
export type Op = 'read' | 'write' | 'delete' | 'read-through' | 'tag'

export type KeyKind = 'key' | 'tag' | 'path' | 'prefix' | 'pattern'

/** A duration in milliseconds or seconds, an absolute time in either, text such as `5m`, or a duration in a unit that nothing tells. */
export type TtlUnit = 'ms' | 's' | 'at-ms' | 'at-s' | 'text' | 'unsaid'

/** An argument, or, with `property`, a member of it; a path is written with dots. */
export interface Position {
  readonly arg: number
  readonly property?: string
}

/** Where in the arguments a key stands. */
export interface KeyPosition extends Position {
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
  /** The key is made of the arguments that the function in this place is called with: memoizers. */
  readonly parameters?: Parameters
  /** The names by which the operation was reached lead an array key: `utils.post.byId.invalidate(id)`. */
  readonly path?: boolean
  /** The library makes the key by itself: its shape, in the notation. */
  readonly template?: string
  /** The place holds a list of objects, whose member of this name is the key: `useQueries({ queries })`. */
  readonly each?: string
  /** Where the key stands when it does not stand here. */
  readonly or?: KeyPosition
  /** A function in this place is no key: `useAsyncData(handler)` beside `useAsyncData(key, handler)`. */
  readonly plain?: boolean
  /** A member of an object in this place completes the key: `{ type: 'Post', id }` is `[Post, id]`. */
  readonly pair?: readonly [first: string, second: string]
}

/** How a memoizer makes its key of the arguments of the function it is given. */
export interface Parameters {
  readonly of: 'first' | 'all'
  /** Where a function stands that makes the key instead, or a text that is it. */
  readonly by?: readonly Position[]
  /** How that function is handed the arguments: one by one, or as an array. */
  readonly given?: 'spread' | 'array'
}

/** Where a TTL stands, and its unit, which may have changed with a major version of the library. */
export interface TtlPosition extends Position {
  /** The argument behind this word, found from `arg` on: `'EX', 60`. */
  readonly after?: string
  readonly unit: TtlUnit
  /** The cache has a lifetime of its own where none is given. */
  readonly hasDefault?: boolean
  /** Where it stands which unit it is: `{ type: 'EX', value: 60 }`. */
  readonly unitBy?: string
  /** The unit from these major versions on. */
  readonly since?: readonly (readonly [major: number, unit: TtlUnit])[]
}

export interface OperationSpec {
  readonly op: Op
  readonly key: KeyPosition
  readonly kind?: KeyKind
  readonly match?: MatchRule
  /** Index of the stored value. */
  readonly value?: number
  /** Where the function stands that computes the value on a miss. */
  readonly loader?: Position
  /** The places where a TTL may stand; the first that is there counts. */
  readonly ttl?: readonly TtlPosition[]
  /** Fills the entry before those who ask for it do, often on a server, by other means than theirs: `prefetchQuery`. */
  readonly isAhead?: boolean
  /** What the call returns, when a key may be made of it: the keys that a pattern matches, all at once or by and by, or the key itself. */
  readonly returns?: 'keys' | 'key-batches' | 'cursor-and-keys' | 'keys-object' | 'key' | 'options' | 'argument'
  /** Without a key the whole store is meant: `invalidateQueries()`. */
  readonly orAll?: boolean
  /** Present only when the argument is there: `mutate()` without a key addresses the hook's own entry. */
  readonly optional?: boolean
  /** The operation touches members of the entry, not the whole: HDEL, SREM. */
  readonly member?: boolean
  /** Where the names of the members stand: the fields of a hash. */
  readonly field?: { readonly arg: number; readonly rest?: boolean }
  /** Its declaration lets the caller say what it gives: `get<T>(key)`. */
  readonly isGeneric?: boolean
  /** The operation deletes where this argument is at most so large: EXPIRE with 0 or 1. */
  readonly deletesAt?: { readonly arg: number; readonly most: number }
  /** The client in this place is the store: `cachified({ cache, key })`. */
  readonly within?: Position
  /** The Lua script that the command runs, and which of its keys this is, from 1. */
  readonly script?: { readonly text: string; readonly key: number }
  /** An option that turns prefix matching into equality: `exact: true`. */
  readonly exactBy?: Position
}

/** Adds text before every key of the client that a method or function returns. */
export interface Prefixer extends Position {
  readonly separator: string
  /** Does the prefix lead patterns of SCAN and KEYS too? */
  readonly patterns?: boolean
}

/**
 * What one library's calls mean. Declarative: read from its documentation and source, one file a library.
 * Names are export names; `default` is the default export.
 */
export interface ClientSpec {
  readonly id: string
  /** Import specifiers of the library; `global` for what needs no import. The first is the package that its version is read of. */
  readonly modules: readonly string[]
  /** Clients of one family may address the same entries; `instance` stores are apart from each other. */
  readonly family: string
  readonly sharing: 'family' | 'instance'
  /** Where no server that all share holds the entries: the browser of one reader, one request, one application. */
  readonly heldBy?: 'browser' | 'request' | 'app'
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
  /** Methods and members that give a client of the same store: `multi()`, `duplicate()`. */
  readonly chains?: readonly string[]
  /** Those of the chains that also take commands as arrays: `multi([['incr', key], ['expire', key, 60]])`. */
  readonly batches?: readonly string[]
  /** Members are namespaces whose name leads the physical key, followed by this separator; `deep` ones hold others. */
  readonly namespaces?: { readonly separator: string; readonly deep?: boolean }
  /** Constructor option that leads every key. */
  readonly prefix?: Prefixer
  /** Methods that give a client whose keys are led by an argument: `cache.namespace('users')`. */
  readonly prefixers?: Readonly<Record<string, Prefixer>>
  /** Options whose function is handed a client: `createApi({ endpoints: (build) => … })`. */
  readonly hands?: Readonly<Record<string, Position>>
  /** An array is a key of its own: TanStack Query, SWR, `unstable_cache`. */
  readonly arrayKeys?: boolean
  /** A text in a key's place stands for the array of it alone: TanStack Query 3. */
  readonly wrapsText?: boolean
  /** Method names are compared without regard to case; `operations` are then in lower case. */
  readonly anyCase?: boolean
  readonly operations: Operations
  /** Free functions of the library that are operations: each may be several. */
  readonly functions?: Operations
  /** Modules that are imported for other things too: files that import them count by `seeds` alone. */
  readonly wide?: readonly string[]
  /** Words by which a file shows that it may use the client without importing it, as regular expressions. */
  readonly seeds?: readonly string[]
  /** Globals count only in projects that depend on one of these packages. */
  readonly requires?: readonly string[]
  /** A database: its calls are no sites, but tell what a cached value is made of and when it changes. */
  readonly isDatabase?: boolean
  /** How a database client comes to stand for one entity, when not by members of its own. */
  readonly entities?: EntityNaming
  /** Programs give it commands of their own, which are scripts: `defineCommand`. */
  readonly takesScripts?: boolean
  /** Known, but looked for only where the configuration asks for it. */
  readonly optIn?: boolean
}

/** How a client of a database is narrowed to one entity. */
export interface EntityNaming {
  /** By the argument of its type: `Repository<User>`. */
  readonly byType?: boolean
  /** By the first argument of these methods and functions, `()` being the client itself: `getRepository(User)`, `knex('users')`. */
  readonly by?: readonly string[]
  /** By the class that extends one of these: `class User extends Model`. */
  readonly bases?: readonly string[]
  /** By a member behind this one: `db.query.users`. */
  readonly behind?: string
}

export type Operations = Readonly<Record<string, OperationSpec | readonly OperationSpec[]>>

/** The operations of an entry, which may be one or several. */
export const specsOf = (entry: OperationSpec | readonly OperationSpec[] | undefined): readonly OperationSpec[] =>
  entry === undefined ? [] : 'op' in entry ? [entry] : entry

const KEY: KeyPosition = { arg: 0 }
/** `del(a, b)` and `del([a, b])`. */
export const KEYS: KeyPosition = { arg: 0, rest: true, list: true }
/** `del(a)` and `del([a, b])`. */
export const LIST: KeyPosition = { arg: 0, list: true }

export const read = (key: KeyPosition = KEY): OperationSpec => ({ op: 'read', key })
export const write = (key: KeyPosition = KEY, value = 1): OperationSpec => ({ op: 'write', key, value })
export const remove = (key: KeyPosition = KEY): OperationSpec => ({ op: 'delete', key })
export const removeAll: OperationSpec = { op: 'delete', key: { arg: 0, all: true }, kind: 'pattern', match: 'glob' }
export const readMany = (): OperationSpec => read(KEYS)
export const removeMany = (): OperationSpec => remove(KEYS)
export const readThrough = (loader = 1, key: KeyPosition = KEY): OperationSpec => ({ op: 'read-through', key, loader: { arg: loader } })

/** The operation with a TTL in these places. */
export const lasting = (spec: OperationSpec, ...ttl: readonly TtlPosition[]): OperationSpec => ({ ...spec, ttl })
