import type { Cache } from '../cache.js'
import type { CacheKey } from '../keys.js'
import { bodyOf, defaultControl, isRead, servedHeaders, stored, turnOf, type StoredResponse } from './responses.js'

/** The part of Fastify's request and reply that is used. */
interface RequestLike { readonly method: string }
interface ReplyLike {
  readonly statusCode: number
  code(status: number): unknown
  header(name: string, value: string): unknown
  headers(values: Record<string, string>): unknown
  getHeaders(): Record<string, unknown>
  send(body: unknown): unknown
}

/** The hooks of one route: `app.get('/me', { preHandler: [requireUser, hooks.preHandler], onSend: hooks.onSend, onResponse: hooks.onResponse }, handler)`. */
export interface FastifyHooks<Q> {
  preHandler(request: Q, reply: ReplyLike): Promise<unknown>
  onSend(request: Q, reply: ReplyLike, payload: unknown): Promise<unknown>
  onResponse(request: Q): Promise<void>
}

/** Keeps the responses of routes of Fastify 4 and 5, behind what finds out who asks. No key, no cache. */
export function fastifyCache<Q extends RequestLike>(cache: Cache, keyOf: (request: Q) => CacheKey<StoredResponse> | undefined): FastifyHooks<Q> {
  const making = new WeakMap<object, (response: StoredResponse | undefined) => void>()
  return {
    async preHandler(request, reply) {
      const key = isRead(request.method) ? keyOf(request) : undefined
      if (!key) return undefined
      const turn = await turnOf(cache, key)
      if (turn.kind === 'serve') {
        reply.code(turn.response.status)
        reply.headers(servedHeaders(turn.response, key))
        return reply.send(bodyOf(turn.response))
      }
      for (const [name, value] of Object.entries(defaultControl(key))) reply.header(name, value)
      if (turn.kind === 'make') making.set(request, turn.done)
      return undefined
    },
    onSend(request, reply, payload) {
      const body = typeof payload === 'string' ? Buffer.from(payload) : payload instanceof Uint8Array ? payload : undefined
      const headers = Object.fromEntries(Object.entries(reply.getHeaders()).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))
      // A stream is not kept: nobody knows its end yet.
      making.get(request)?.(body && request.method === 'GET' ? stored(reply.statusCode, headers, body) : undefined)
      making.delete(request)
      return Promise.resolve(payload)
    },
    onResponse(request) {
      making.get(request)?.(undefined)
      making.delete(request)
      return Promise.resolve()
    },
  }
}
