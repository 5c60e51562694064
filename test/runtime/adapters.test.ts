import 'reflect-metadata'
import { Controller, Get, Inject, Module } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { createCache as createCacheManager } from 'cache-manager'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { Keyv } from 'keyv'
import { Redis } from 'ioredis'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { expressCache, fastifyCache, honoCache, keyvStore, KEYPROOF_CACHE, KeyproofCacheModule, type StoredResponse } from '../../src/runtime/adapters/index.js'
import { createCache, defineKeys, key, memory, userId, type Cache } from '../../src/runtime/index.js'
import { redis } from '../../src/runtime/layers/redis.js'
import { isInstalled, sleep, startRedis, until } from './servers.js'

const keys = defineKeys({
  me: key<StoredResponse>()({ scope: 'user', template: 'http:me:{userId}', ttl: '1m', staleWhileRevalidate: '1m' }),
  news: key<StoredResponse>()({ scope: 'public', template: 'http:news', ttl: '1m' }),
})

/** The same application in each framework: `/me` answers the user that the header names, `/news` everybody. */
interface App { readonly url: string; readonly calls: () => number; stop(): Promise<void> }

async function expressApp(cache: Cache): Promise<App> {
  let calls = 0
  const app = express()
  app.get('/me', expressCache(cache, (request: express.Request) => (request.headers['x-user'] ? keys.me({ userId: userId(String(request.headers['x-user'])) }) : undefined)), async (request, response) => {
    calls++
    await sleep(20)
    response.json({ user: request.headers['x-user'] ?? null })
  })
  app.get('/news', expressCache(cache, () => keys.news({})), (request, response) => {
    calls++
    if (request.query['fail'] !== undefined) response.status(500)
    if (request.query['cookie'] !== undefined) response.cookie('a', 'b')
    response.send('news')
  })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((done) => { server.once('listening', done) })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls, stop: () => new Promise((done) => { server.close(() => { done() }) }) }
}

async function fastifyApp(cache: Cache): Promise<App> {
  let calls = 0
  const app = fastify()
  const me = fastifyCache(cache, (request: { method: string; headers: Record<string, unknown> }) => (request.headers['x-user'] ? keys.me({ userId: userId(String(request.headers['x-user'])) }) : undefined))
  const news = fastifyCache(cache, () => keys.news({}))
  app.get('/me', me as object, async (request) => {
    calls++
    await sleep(20)
    return { user: request.headers['x-user'] ?? null }
  })
  app.get('/news', news as object, (request, reply) => {
    calls++
    const query = request.query as Record<string, unknown>
    if ('fail' in query) reply.code(500)
    if ('cookie' in query) reply.header('set-cookie', 'a=b')
    return reply.send('news')
  })
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), calls: () => calls, stop: () => app.close() }
}

function honoApp(cache: Cache): Promise<App & { fetch(path: string, init?: RequestInit): Promise<Response> }> {
  let calls = 0
  const app = new Hono()
  app.get('/me', honoCache(cache, (c) => { const user = (c as unknown as { req: { header(name: string): string | undefined } }).req.header('x-user'); return user ? keys.me({ userId: userId(user) }) : undefined }), async (c) => {
    calls++
    await sleep(20)
    return c.json({ user: c.req.header('x-user') ?? null })
  })
  app.get('/news', honoCache(cache, () => keys.news({})), (c) => {
    calls++
    if (c.req.query('cookie') !== undefined) c.header('set-cookie', 'a=b')
    return c.text('news', c.req.query('fail') === undefined ? 200 : 500)
  })
  return Promise.resolve({ url: '', calls: () => calls, stop: () => Promise.resolve(), fetch: async (path, init) => app.request(path, init) })
}

describe.each<[string, (cache: Cache) => Promise<App & { fetch?(path: string, init?: RequestInit): Promise<Response> }>]>([['Express', expressApp], ['Fastify', fastifyApp], ['Hono', honoApp]])('responses of %s', (_name, start) => {
  async function within(work: (get: (path: string, user?: string) => Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>, app: App, cache: Cache<typeof keys>) => Promise<void>): Promise<void> {
    const cache = createCache({ keys })
    const app = await start(cache)
    const get = async (path: string, user?: string) => {
      const init = { headers: user === undefined ? {} : { 'x-user': user } }
      const response = app.fetch ? await app.fetch(path, init) : await fetch(app.url + path, init)
      return { status: response.status, text: await response.text(), headers: response.headers }
    }
    try {
      await work(get, app, cache)
    } finally {
      await app.stop()
    }
  }

  test('are kept by user, and never for a shared cache', () => within(async (get, app) => {
    const [first, second] = [await get('/me', 'ada'), await get('/me', 'ada')]
    expect(second.text).toBe(first.text)
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(first.headers.get('cache-control')).toBe('private')
    expect(second.headers.get('cache-control')).toBe('private')
    expect([first, second].map(({ headers }) => headers.get('x-cache'))).toEqual([null, 'HIT'])
    expect((await get('/me', 'bob')).text).toContain('bob')
    expect(app.calls()).toBe(2)
  }))

  test('are made once for all who ask together', () => within(async (get, app) => {
    const all = await Promise.all(Array.from({ length: 20 }, () => get('/me', 'ada')))
    expect(new Set(all.map(({ text }) => text)).size).toBe(1)
    expect(app.calls()).toBe(1)
  }))

  test('without a key are not kept', () => within(async (get, app) => {
    await get('/me')
    await get('/me')
    expect(app.calls()).toBe(2)
  }))

  test('that fail or set a cookie are not kept', () => within(async (get, app) => {
    expect((await get('/news?fail')).status).toBe(500)
    expect((await get('/news?cookie')).headers.get('set-cookie')).toContain('a=b')
    expect((await get('/news')).status).toBe(200)
    expect((await get('/news?fail')).text).toBe('news')
    expect(app.calls()).toBe(3)
  }))

  test('are made anew after a delete', () => within(async (get, app, cache) => {
    await get('/me', 'ada')
    await cache.delete(keys.me({ userId: userId('ada') }))
    await get('/me', 'ada')
    expect(app.calls()).toBe(2)
  }))
})

describe('Nest', () => {
  test('injects the cache, and closes it with the application', async () => {
    class Home {
      constructor(readonly cache: Cache<typeof keys>) {}
      read(): Promise<unknown> { return this.cache.get(keys.news({})) }
    }
    Inject(KEYPROOF_CACHE)(Home, undefined, 0)
    Controller('home')(Home)
    Get()(Home.prototype, 'read', Object.getOwnPropertyDescriptor(Home.prototype, 'read')!)
    class Application {}
    Module({ imports: [KeyproofCacheModule.register({ keys }) as never], controllers: [Home] })(Application)
    const app = await Test.createTestingModule({ imports: [Application] }).compile()
    await app.init()
    const { cache } = app.get(Home)
    expect(await cache.get(keys.news({}))).toBeUndefined()
    await app.close()
    await expect(cache.get(keys.news({}))).rejects.toThrow(/closed/)
  })
})

describe('Keyv and cache-manager', () => {
  const check = async (store: ReturnType<typeof keyvStore>): Promise<void> => {
    const users = new Keyv({ store: store as never, namespace: 'users' })
    expect(await users.get('1')).toBeUndefined()
    await users.set('1', { name: 'Ada', tags: [null, 0, false, ''] })
    expect(await users.get('1')).toEqual({ name: 'Ada', tags: [null, 0, false, ''] })
    expect(await users.has('1')).toBe(true)
    await users.set('2', 'brief', 30)
    await sleep(60)
    expect(await users.get('2')).toBeUndefined()
    expect(await users.delete('1')).toBe(true)
    expect(await users.delete('1')).toBe(false)
    await users.set('3', 'x')
    await users.clear()
    expect(await users.get('3')).toBeUndefined()
    const manager = createCacheManager({ stores: [new Keyv({ store: store as never, namespace: 'manager' })] })
    let calls = 0
    const load = () => { calls++; return Promise.resolve('made') }
    expect(await manager.wrap('k', load, 10_000)).toBe('made')
    expect(await manager.wrap('k', load, 10_000)).toBe('made')
    expect(calls).toBe(1)
    await manager.del('k')
    expect(await manager.get('k')).toBeUndefined()
  }

  test('over memory', () => check(keyvStore(memory())))

  test.skipIf(!isInstalled('redis-server'))('over Redis', async () => {
    const server = await startRedis()
    const client = new Redis(server.port)
    await until(() => client.status === 'ready')
    await check(keyvStore(redis(client)))
    client.disconnect()
    await server.stop()
  })
})
