import type { Confidence, Place } from './types.js'

/** A place on the way of an input into a value; `dependency` is the one where it stands in the value. */
export interface Step extends Place {
  readonly role: string
  readonly message: string
}

/** An identity or another input that the cached value depends on. */
export interface Dependency {
  /** The path by which the value reaches it: `session.user.id`. */
  readonly path: string
  readonly kind: 'user' | 'tenant' | 'token' | 'role' | 'locale' | 'other'
  readonly location: Place
  /** Does the key hold it, or an id that determines it? */
  readonly covered: boolean
  /** How it is known to be an identity: `auth() of next-auth`, `request.user`. */
  readonly evidence: string
  readonly confidence: Confidence
  /** How it comes into the value; of what the key holds nobody asks. */
  readonly way: readonly Step[]
}

/** An identity that a handler of requests reads. */
export type Reader = Omit<Dependency, 'covered' | 'way'>

/** Something that a cached value is loaded by, and that its key leaves out. */
export interface OmittedInput {
  /** `filters.page` */
  readonly path: string
  /** The names in its declared type. */
  readonly types?: readonly string[]
  /** The key holds the id of what it belongs to, which may determine it; or it is read of the surroundings. */
  readonly owned?: boolean
  /** All that call the function hand in the same constant, or nothing. */
  readonly isSame?: true
  readonly location: Place
  /** How it comes into the value, where that was followed. */
  readonly way?: readonly Step[]
}

/** What a function that builds keys takes, and leaves out of them. */
export interface DroppedInput {
  /** The name of the function. */
  readonly builder: string
  readonly path: string
  readonly location: Place
  /** The key as it is returned. */
  readonly returned: Place
}

/** What a value is to the database. */
export interface ValueKind {
  readonly entity: string
  readonly shape: 'row' | 'rows' | 'count'
}

/** What is known of the value that a site stores. */
export interface Producer {
  readonly location: Place
  readonly dependencies: readonly Dependency[]
  /** What it calls and the literals that it calls it with: two producers that differ in them make different data. */
  readonly calls: readonly string[]
  /** What the functions of the program call that it calls itself, where these are few. */
  readonly requests: readonly string[]
  /** The entities whose rows it reads, by itself and through what it calls. */
  readonly reads: readonly string[]
  /** Those of them that it reaches by a relation alone: `where: { author: … }`, `include: { comments: true }`. */
  readonly related?: readonly string[]
  /** Which fields of those that it does not read whole: what it selects, filters and sorts by. */
  readonly fields?: Readonly<Record<string, readonly string[]>>
  readonly omitted: readonly OmittedInput[]
  /** Identities in the key that the loader is not given: what it asks carries them by itself, as a client with a token does. */
  readonly ambient?: readonly OmittedInput[]
  /** What the key is made of is what the value is loaded by: the key is no mere name that callers make up. */
  readonly loadsByKey?: boolean
  /** What is asked whether the value may be had, only after a hit is given back. */
  readonly late?: OmittedInput
  /** It keeps what the next handler answers: the key is made here, and not by callers. */
  readonly isMiddleware?: true
  readonly kind?: ValueKind
  /** Where the key stands in the call that stores the value. */
  readonly keyAt?: Place
  /** Where the function builds the key that the call gets it of. */
  readonly builtAt?: Place
}
