import type { Op } from '../clients/spec.js'
import type { Place } from './types.js'

/** One expression of the way to a key, and what it was found to be; `depth` counts the expressions around it. */
export interface KeyStep {
  readonly depth: number
  readonly source: string
  readonly result: string
  readonly location: Place
}

/** Where the value of a hole comes from, in words. */
export interface TracedHole {
  readonly name: string
  readonly origin: string
  readonly location?: Place
}

/** How the key of one site was worked out. */
export interface KeyTrace {
  readonly op: Op
  readonly client: string
  readonly location: Place
  readonly keys: readonly string[]
  readonly steps: readonly KeyStep[]
  /** The operations inside the wrappers that the site goes through, outermost first. */
  readonly through: readonly { readonly location: Place; readonly keys: readonly string[] }[]
  readonly holes: readonly TracedHole[]
}
