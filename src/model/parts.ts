import type { Template } from '../keys/template.js'
import type { Op } from '../clients/spec.js'
import type { Place } from './types.js'

/** What is wrong with a part of a key: it is nothing, or no text of its own, or another each time. */
export interface PartFault {
  readonly kind:
    /** May be `undefined` or `null`, and is written into the key as that word. */
    | 'absent'
    /** Has no text of its own: `[object Object]`. */
    | 'object' | 'promise'
    /** A date, whose text depends on the time zone, and loses what is below a second. */
    | 'date'
    /** Of a query that the client sends: text, a list, or an object. */
    | 'query'
    /** JSON leaves out what tells two of them apart. */
    | 'lossy'
    /** The data itself, and not what names it. */
    | 'payload'
    /** A builder of keys keeps arguments of some types only. */
    | 'dropped'
    /** Every time another. */
    | 'time' | 'random'
    /** In the order in which the object was filled. */
    | 'unordered' | 'stringified'
    /** In the order of a language. */
    | 'locale'
    /** A fixed word in the place of what tells two deployments apart. */
    | 'fallback'
  readonly location: Place
  readonly symbol: string
  readonly text: string
  readonly because: string
  /** Told by a declaration, and nothing that the code does. */
  readonly isDeclared?: boolean
  /** It is absent on a way that the program surely takes: a call that hands nothing in, a return of nothing. */
  readonly isCertain?: boolean
  /** What a call of the cache does with the key; absent where a builder of keys is all that was seen. */
  readonly op?: Op
  /** The cache serves one user, or one request. */
  readonly isPrivate?: boolean
  readonly key?: Template
  /** The call of the cache, when the part is written elsewhere. */
  readonly use?: Place
}
