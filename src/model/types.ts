import type { KeyKind, Op, TtlUnit } from '../clients/spec.js'
import type { MatchRule } from '../keys/match.js'
import type { Template } from '../keys/template.js'
import type { FillFacts } from './fill.js'
import type { PartFault } from './parts.js'
import type { FalsyLifetime, LifetimeFault, OmittedLifetime, SplitExpiry } from './expiry.js'
import type { DroppedInput, Producer, Reader } from './producer.js'

/** A range in a file; lines and columns count from 1, `path` is relative to the root with `/`. */
export interface Place {
  readonly path: string
  readonly startLine: number
  readonly startColumn: number
  readonly endLine: number
  readonly endColumn: number
}

export type Purpose = 'data' | 'lock' | 'counter' | 'session' | 'one-time' | 'queue' | 'dedupe' | 'flag'

export type Resolution = 'full' | 'partial' | 'none'

/** Which cache a site addresses. Two stores may be the same when family and, where both are known, instance agree. */
export interface Store {
  readonly family: string
  readonly instance?: string
}

/** How long an entry lives: the unit that the library takes there, and the length where the program tells it. */
export interface Ttl {
  readonly ms?: number
  readonly unit: TtlUnit
}

/** What keys a site names, and how its store finds entries by them. */
export interface SiteKey {
  readonly kind: KeyKind
  readonly match: MatchRule
  /** One template, or those of a list of keys: `del(a, b)`. */
  readonly templates: readonly Template[]
  readonly resolution: Resolution
  /** An array is a key here, not a list of keys. */
  readonly takesArrays: boolean
  /** Why parts of it are not known. */
  readonly reasons: readonly string[]
}

/** The function, method or constant that a key was built by. */
export interface FactoryRef {
  readonly name: string
  readonly location: Place
  /** Where it stands as a whole. */
  readonly body: Place
  /** No other file can reach it: it is not exported. */
  readonly isHidden?: true
  /** What it builds of its own parameters. */
  readonly own?: Template
  /** What stands there, where it is no function: the whole key, or the head of it. */
  readonly written?: Template
}

/** A guard tests one optional value, and the key is made of another. */
export interface Misguarded {
  readonly guard: string
  readonly hole: string
}

/** One row is written, and the key of another is deleted. */
export interface OtherRow {
  /** The identifier of the row that is written. */
  readonly written: string
  readonly deleted: string
  /** By which reference to the other row it was found. */
  readonly by: string
  readonly location: Place
}

/** A builder of keys that a site calls by itself, where its file makes factories of it for other keys. */
export interface InlineBuilder {
  readonly name: string
  readonly location: Place
  /** Where the words of the key are chosen. */
  readonly words: Place
  /** The functions that its own file makes of it. */
  readonly factories: readonly string[]
}

/** A variable of the key hides another of its name, of which the same key is written in the same function. */
export interface Shadowed {
  readonly name: string
  /** Where it is written with the hidden one. */
  readonly location: Place
}

/** A walk over the keys of a store. */
export interface Scan {
  /** One call, whose cursor is dropped. */
  readonly isOnce?: boolean
  /** What the client puts before keys and not before patterns, where the pattern lacks it. */
  readonly lacksPrefix?: string
}

export interface Site {
  readonly id: string
  readonly op: Op
  readonly client: string
  /** The method or function of the client that is called in the end, in lower case: `setex`. */
  readonly command: string
  readonly store: Store
  /** The package of the application that holds the entries, where no server does: two applications of a repository share none. */
  readonly app?: string
  /** The key is a parameter of the function around the site: its callers carry the key. */
  readonly passThrough: boolean
  readonly purpose: Purpose
  readonly location: Place
  /** Names of the class and function around the site, for fingerprints: `UserService.update`. */
  readonly symbol: string
  readonly key: SiteKey
  /** Identity of the innermost function around the site, to tell sites of one function. */
  readonly scope: string
  /** Touches members of an entry, not the whole of it. */
  readonly member: boolean
  /** The call of a wrapper that tells the whole shape of the key by itself: what fills its holes is all that is new. */
  readonly echo?: boolean
  /** Only describes the key and what loads it, for others to use: `queryOptions({ queryKey, queryFn })`. */
  readonly isDescribed?: boolean
  /** Fills the entry for others, who load it by other means: `prefetchQuery`. */
  readonly isAhead?: boolean
  /** The operation in the wrapper that this call reaches. */
  readonly through?: Place
  /** Where the text of the key is written, and by what factory; absent for keys without text. */
  readonly built?: { readonly location: Place; readonly factory?: FactoryRef; readonly pieces?: readonly Place[] }
  /** What the variables are called that the call hands over, where a factory makes its key of them. */
  readonly handed?: readonly string[]
  readonly producer?: Producer
  readonly ttl?: Ttl
  readonly scan?: Scan
  /** The cache ends with an object that a function makes and does not keep. */
  readonly isBrief?: true
  readonly misguarded?: Misguarded
  readonly otherRow?: OtherRow
  readonly shadowed?: Shadowed
  readonly dropped?: DroppedInput
  readonly inlineBuilder?: InlineBuilder
  /** Where the object stands that the key is made of, with another spread into it. */
  readonly mixedAt?: Place
  /** The members that the operation names: the fields of a hash. */
  readonly fields?: readonly Template[]
}

export interface Diagnostic {
  readonly kind: 'unresolved-key' | 'unreadable' | 'syntax-error' | 'budget' | 'suppression'
  readonly message: string
  readonly location?: Place
}

/** A function whose result is a key: a single source of truth for it. */
export interface Factory {
  readonly name: string
  readonly location: Place
  /** Where it stands as a whole. */
  readonly body: Place
  /** No other file can reach it: it is not exported. */
  readonly isHidden?: true
  readonly template: Template
  /** What it builds of its own parameters, where it is a function. */
  readonly own?: Template
  /** What stands there, where it is none: the whole key, or the head of it. */
  readonly written?: Template
  /** How many sites build their key by it. */
  readonly uses: number
}

/** A write to rows of an entity that some cached value is made of, or a mutation of a router. */
export interface EntityWrite {
  readonly entity: string
  readonly method: string
  readonly location: Place
  readonly symbol: string
  /** The fields that an update sets, where they are written out. */
  readonly sets?: readonly string[]
  /** Ids of the sites that delete in the function around it, in what that calls, and in what calls that. */
  readonly invalidations: readonly string[]
  /** Those of them that run before the write, and not again after it. */
  readonly early: readonly string[]
  readonly inTransaction: boolean
  /** Ids of the sites behind it whose keys are listed from the rows that it deletes. */
  readonly listed: readonly string[]
  /** A mutation of a tRPC router: `entity` is its path, its queries are the readers. */
  readonly isRouter?: boolean
}

/** A call that is to delete, and that makes no key: the delete inside is passed over. */
export interface KeylessDelete {
  readonly location: Place
  readonly symbol: string
  /** The delete that is passed over, and the key that it would make. */
  readonly inner: Place
  readonly template: Template
}

/** A call of a wrapper that fills the holes of the wrapper's key, and tells no more of it. */
export interface Renaming {
  readonly location: Place
  readonly symbol: string
  readonly wrapper: { readonly name: string; readonly location: Place }
  /** The key by the wrapper's own names, and by those of what it is handed. */
  readonly own: Template
  readonly given: Template
}

/** A response that caches between the server and the reader may keep. */
export interface PublicResponse {
  /** Where the directives stand, and what they say: `public, s-maxage=60`. Nothing, where an endpoint of a session sends none. */
  readonly location: Place
  readonly directives: string
  readonly symbol: string
  /** What its handler, or a page of its route, reads of who asks. */
  readonly identities: readonly Reader[]
  /** The pattern of routes that a configuration gives the header to. */
  readonly route?: string
  /** The part of the handler's own route that names a person. */
  readonly person?: string
}

/** The whole program, as far as caches go: plain data, no syntax. */
export interface Model {
  readonly files: number
  readonly parsed: number
  readonly sites: readonly Site[]
  readonly factories: readonly Factory[]
  readonly writes: readonly EntityWrite[]
  /** The entities whose rows are cached, or listed to know what to delete. */
  readonly cached: readonly string[]
  readonly keyless: readonly KeylessDelete[]
  readonly renamings: readonly Renaming[]
  readonly responses: readonly PublicResponse[]
  readonly lifetimes: readonly LifetimeFault[]
  readonly fill: FillFacts
  readonly partFaults: readonly PartFault[]
  readonly falsyLifetimes: readonly FalsyLifetime[]
  readonly splits: readonly SplitExpiry[]
  readonly omitted: readonly OmittedLifetime[]
  /** Names that fill the same hole at different sites, though one type declares both: two identities. */
  readonly distinctNames: readonly (readonly [string, string])[]
  readonly diagnostics: readonly Diagnostic[]
}

export type Severity = 'error' | 'warning' | 'info'
export type Confidence = 'high' | 'medium' | 'low'
