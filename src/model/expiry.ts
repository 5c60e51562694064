import type { Template } from '../keys/template.js'
import type { Place } from './types.js'

/** An entry is written by one command, and given its lifetime by another: what comes between leaves it for ever. */
export interface SplitExpiry {
  readonly location: Place
  readonly expire: Place
  readonly symbol: string
  readonly key: Template
  readonly command: string
  /** Both are sent at once, and may arrive in either order. */
  readonly isConcurrent: boolean
  /** Each later write gives the lifetime again: only what is never written again stays. */
  readonly isRepeated: boolean
}

/** A lifetime is tested for being there by its truth, though 0 means something. */
export interface FalsyLifetime {
  readonly location: Place
  readonly symbol: string
  readonly text: string
  readonly because: string
}

/** A call that leaves out a lifetime which the function takes, and which others hand it. */
export interface OmittedLifetime {
  readonly location: Place
  readonly symbol: string
  readonly parameter: string
  /** A cache of the program's own, of which one call need not be like another. */
  readonly isOwnStore?: boolean
  readonly other: Place
}

/** A lifetime that is not what its place takes. */
export interface LifetimeFault {
  readonly kind:
    /** In another unit than the place takes. */
    | 'unit'
    /** A point in time where a duration is taken, or the reverse. */
    | 'absolute' | 'relative'
    /** May have a fraction, where whole numbers are taken. */
    | 'fraction'
    /** Arithmetic on what may be absent, tested for `null`: NaN passes. */
    | 'nan'
    /** A constant that holds another time than its name says. */
    | 'misnamed'
    /** Two implementations of one method hand one parameter to places of different units. */
    | 'siblings'
  readonly location: Place
  readonly symbol: string
  /** What takes it, and in which unit: `ioredis takes seconds`. */
  readonly takes: string
  readonly because: string
  readonly text: string
  /** Names alone, or the custom of a number, say so. */
  readonly isGuess?: boolean
  readonly key?: Template
  readonly meantMs?: number
  readonly takenMs?: number
  /** Where it is made, when that is in another function. */
  readonly origin?: Place
  /** Where it is taken, when that is elsewhere. */
  readonly sink?: Place
}
