import { milliseconds, type Duration } from './duration.js'
import { CacheConfigError } from './errors.js'
import type { CacheKey, Scope } from './keys.js'

interface Times {
  /** How long it is fresh for the browser, and for networks that are told nothing else. */
  readonly maxAge?: Duration
  readonly staleWhileRevalidate?: Duration
  readonly staleIfError?: Duration
  /** It never changes: browsers do not ask again (RFC 8246). */
  readonly immutable?: boolean
  readonly mustRevalidate?: boolean
}

/** What shared caches may do. Only public keys have these. */
interface PublicControl extends Times {
  readonly public: true
  /** How long it is fresh for shared caches, where that differs: `s-maxage`. */
  readonly sharedMaxAge?: Duration
  readonly private?: never
  readonly noStore?: never
}

interface PrivateControl extends Times {
  readonly private: true
  readonly public?: never
  readonly sharedMaxAge?: never
  readonly noStore?: never
}

interface NoStore {
  readonly noStore: true
}

/** What may be said of a key's data, by its scope. */
export type Control<S extends Scope> = S extends 'public' ? PublicControl | PrivateControl | NoStore : PrivateControl | NoStore

/**
 * The value of `Cache-Control` (RFC 9111, RFC 5861, RFC 8246) for what stands under a key. What is of a user or a tenant is
 * never public: it does not compile, and throws when called from JavaScript.
 * @throws CacheConfigError
 */
export function cacheControl<V, S extends Scope>(key: CacheKey<V, S>, control: Control<S>): string {
  const { noStore, public: isPublic, private: isPrivate, sharedMaxAge, maxAge, staleWhileRevalidate, staleIfError, immutable, mustRevalidate } = control as Partial<PublicControl> & Partial<PrivateControl> & Partial<NoStore>
  if (noStore) return 'no-store'
  const { id, scope } = key.definition
  if (scope !== 'public' && (isPublic || sharedMaxAge !== undefined)) throw new CacheConfigError(`${id} is of one ${scope}: no shared cache may keep it`)
  if (!isPublic && !isPrivate) throw new CacheConfigError(`${id}: say public, private or noStore`)
  if (isPublic && isPrivate) throw new CacheConfigError(`${id}: it is public or private`)
  const timed = (name: string, duration: Duration | undefined): string[] => (duration === undefined ? [] : [`${name}=${seconds(duration, name)}`])
  return [
    isPublic ? 'public' : 'private', ...timed('max-age', maxAge), ...timed('s-maxage', sharedMaxAge), ...timed('stale-while-revalidate', staleWhileRevalidate),
    ...timed('stale-if-error', staleIfError), ...(immutable ? ['immutable'] : []), ...(mustRevalidate ? ['must-revalidate'] : []),
  ].join(', ')
}

/**
 * The headers for two layers: what the browser is told, and what the network in front is told instead
 * (`CDN-Cache-Control`, RFC 9213). @throws CacheConfigError
 */
export function cacheHeaders<V, S extends Scope>(key: CacheKey<V, S>, { browser, cdn }: { readonly browser: Control<S>; readonly cdn?: Control<S> }): Record<string, string> {
  return { 'Cache-Control': cacheControl(key, browser), ...(cdn ? { 'CDN-Cache-Control': cacheControl(key, cdn) } : {}) }
}

const seconds = (duration: Duration, what: string): number => Math.floor(milliseconds(duration, what) / 1000)
