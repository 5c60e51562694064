import { milliseconds, type Duration } from './duration.js'

/** A loader's word that there is no value; see `none`. */
export class None {
  constructor(readonly ttlMs: number | undefined) {}
}

/**
 * What a loader gives where there is no value: it is kept for the definition's `negativeTtl`, or for `ttl`, and read as
 * `undefined`. A loader that gives `undefined` itself is in error.
 */
export const none = ({ ttl }: { readonly ttl?: Duration } = {}): None => new None(ttl === undefined ? undefined : milliseconds(ttl, 'ttl'))
