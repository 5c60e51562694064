import type { Cache } from '../cache.js'
import { cacheControl } from '../http.js'
import type { CacheKey } from '../keys.js'

/** A response as it is kept: what a definition of `responseKey` holds. */
export interface StoredResponse {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  /** In base64, since a body may be anything. */
  readonly body: string
}

/** What a request is to do: serve what is kept, make it, or pass by the cache. */
export type Turn =
  | { readonly kind: 'serve'; readonly response: StoredResponse }
  | { readonly kind: 'make'; readonly done: (response: StoredResponse | undefined) => void }
  | { readonly kind: 'pass' }

class Uncacheable extends Error {
  override readonly name = 'Uncacheable'
}

const NEVER_KEPT = new Set(['set-cookie', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date', 'age', 'x-cache'])

/**
 * One of the requests of a key makes the response, the others wait for it and serve it. What must not be kept is made by
 * each for itself. The key is one of `defineKeys`, so that a response of one user cannot stand under a key without the user.
 */
export async function turnOf(cache: Cache, key: CacheKey<StoredResponse>): Promise<Turn> {
  let make: (turn: Turn) => void = () => undefined
  const made = new Promise<Turn>((done) => { make = done })
  const load = (): Promise<StoredResponse> => new Promise((resolve, reject) => {
    make({ kind: 'make', done: (response) => { if (response && isKept(response, key)) resolve(response); else reject(new Uncacheable('this response is for one request only')) } })
  })
  const served = cache.getOrSet<StoredResponse>(key, load, { background: false }).then(
    (response): Turn => ({ kind: 'serve', response }),
    (): Turn => ({ kind: 'pass' }),
  )
  return Promise.race([made, served])
}

/** Only what succeeded, sets no cookie, and is not said to be for somebody else than the key says. */
function isKept({ status, headers }: StoredResponse, key: CacheKey): boolean {
  const control = headers['cache-control'] ?? ''
  if (status !== 200 || 'set-cookie' in headers || /no-store/i.test(control)) return false
  return key.definition.scope !== 'public' || !/private/i.test(control)
}

/** The headers of a response that is served from the cache, with `Cache-Control` by the scope of its key where it has none. */
export function servedHeaders({ headers }: StoredResponse, key: CacheKey<StoredResponse>): Record<string, string> {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !NEVER_KEPT.has(name)))
  return { ...defaultControl(key), ...kept, 'x-cache': 'HIT' }
}

/** What is said of a response that says nothing itself: that no shared cache keeps what is of one user or tenant. */
export const defaultControl = (key: CacheKey): Record<string, string> =>
  (key.definition.scope === 'public' ? {} : { 'cache-control': cacheControl(key as CacheKey<unknown, 'user'>, { private: true }) })

export const bodyOf = ({ body }: StoredResponse): Buffer => Buffer.from(body, 'base64')

export const stored = (status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): StoredResponse =>
  ({ status, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])), body: Buffer.from(body).toString('base64') })

/** Only GET and HEAD are answered from a cache. */
export const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD'
