import type { Cache } from '../cache.js'
import type { CacheKey } from '../keys.js'
import { bodyOf, defaultControl, isRead, servedHeaders, stored, turnOf, type StoredResponse } from './responses.js'

/** The part of Hono's context that is used. */
interface ContextLike {
  readonly req: { readonly method: string }
  res: Response
}

/**
 * Keeps the responses of handlers of Hono 4, behind what finds out who asks: `app.get('/me', requireUser, honoCache(cache, (c) =>
 * keys.me({ userId: userId(c.get('user').id) })), handler)`. No key, no cache.
 */
export function honoCache<C extends ContextLike>(cache: Cache, keyOf: (context: C) => CacheKey<StoredResponse> | undefined): (context: C, next: () => Promise<void>) => Promise<Response | undefined> {
  return async (context, next) => {
    const key = isRead(context.req.method) ? keyOf(context) : undefined
    const turn = key && await turnOf(cache, key)
    if (!key || !turn) {
      await next()
      return undefined
    }
    if (turn.kind === 'serve') return new Response(new Uint8Array(bodyOf(turn.response)), { status: turn.response.status, headers: servedHeaders(turn.response, key) })
    try {
      await next()
      const { res } = context
      for (const [name, value] of Object.entries(defaultControl(key))) if (!res.headers.has(name)) res.headers.set(name, value)
      if (turn.kind === 'make') turn.done(context.req.method === 'GET' ? stored(res.status, Object.fromEntries(res.headers), new Uint8Array(await res.clone().arrayBuffer())) : undefined)
    } catch (error) {
      if (turn.kind === 'make') turn.done(undefined)
      throw error
    }
    return undefined
  }
}
