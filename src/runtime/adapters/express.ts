import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cache } from '../cache.js'
import type { CacheKey } from '../keys.js'
import { bodyOf, defaultControl, isRead, servedHeaders, stored, turnOf, type StoredResponse } from './responses.js'

type Next = (error?: unknown) => void

/**
 * Keeps the responses of handlers of Express (or of plain `node:http`): `app.get('/me', requireUser, expressCache(cache, (req) =>
 * keys.me({ userId: userId(req.user.id) })), handler)`. It stands behind what finds out who asks. No key, no cache.
 */
export function expressCache<Q extends IncomingMessage>(cache: Cache, keyOf: (request: Q) => CacheKey<StoredResponse> | undefined): (request: Q, response: ServerResponse, next: Next) => Promise<void> {
  return async (request, response, next) => {
    const key = isRead(request.method ?? '') ? keyOf(request) : undefined
    if (!key) return next()
    const turn = await turnOf(cache, key)
    if (turn.kind === 'serve') {
      response.writeHead(turn.response.status, servedHeaders(turn.response, key))
      response.end(request.method === 'HEAD' ? undefined : bodyOf(turn.response))
      return
    }
    for (const [name, value] of Object.entries(defaultControl(key))) response.setHeader(name, value)
    if (turn.kind === 'make') capture(response, request.method === 'HEAD' ? () => { turn.done(undefined) } : turn.done)
    next()
  }
}

/** Hears what is written, and tells it once it is whole; of what breaks off nothing is kept. */
function capture(response: ServerResponse, done: (response: StoredResponse | undefined) => void): void {
  const chunks: Buffer[] = []
  const { write, end } = response
  const hear = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, typeof encoding === 'string' ? encoding as BufferEncoding : 'utf8'))
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }
  response.write = ((chunk: unknown, ...rest: unknown[]) => {
    hear(chunk, rest[0])
    return (write as (...args: unknown[]) => boolean).call(response, chunk, ...rest)
  }) as typeof response.write
  response.end = ((chunk?: unknown, ...rest: unknown[]) => {
    hear(chunk, rest[0])
    return (end as (...args: unknown[]) => ServerResponse).call(response, chunk, ...rest)
  }) as typeof response.end
  response.once('finish', () => { done(stored(response.statusCode, headersOf(response), Buffer.concat(chunks))) })
  response.once('close', () => { done(undefined) })
}

const headersOf = (response: ServerResponse): Record<string, string> =>
  Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]))
