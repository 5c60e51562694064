import type { Template } from '../keys/template.js'
import type { Place } from './types.js'

/** What a fault of filling, or of telling a hit from a miss, is told by. */
interface Told {
  readonly location: Place
  readonly symbol: string
  readonly key?: Template
  readonly because: string
  readonly related?: Place
}

/** A test that takes a hit for a miss, or a miss for a hit. */
export interface HitFault extends Told {
  readonly kind: 'truthy' | 'sentinel'
  readonly text: string
  /** The type is a parameter that any value may fill. */
  readonly isGeneric?: boolean
}

/** A failure, or nothing, that is kept as if it were an answer. */
export interface ErrorFault extends Told {
  /** The cache ends with the function that made it. */
  readonly isBrief?: boolean
  readonly kind: 'rejection' | 'option' | 'inflight' | 'early' | 'response' | 'anything' | 'connection'
}

/** A value that comes out of the cache as something else than it went in. */
export interface LossFault extends Told {
  readonly kind: 'lossy'
  readonly type: string
}

/** A promise that nobody waits for. */
export interface AwaitFault extends Told {
  readonly kind: 'test' | 'invalidation'
  readonly text: string
}

/** Who misses at the same time loads at the same time. */
export interface StampedeFault extends Told {
  readonly kind: 'unguarded' | 'bypass' | 'mutable'
  /** In a store that processes share. */
  readonly isShared?: boolean
  /** The read-through of the project that makes others wait. */
  readonly helper?: Place
  readonly load: Place
}

/** What the program tells of hits, misses, and what is done on them. */
export interface FillFacts {
  readonly hits: readonly HitFault[]
  readonly errors: readonly ErrorFault[]
  readonly losses: readonly LossFault[]
  readonly awaits: readonly AwaitFault[]
  readonly stampedes: readonly StampedeFault[]
}
