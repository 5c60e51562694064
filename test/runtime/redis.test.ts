import { Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { createClient } from 'redis'
import { z } from 'zod'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createCache, defineKeys, key, memory, none, type Cache } from '../../src/runtime/index.js'
import { redis, redisBus } from '../../src/runtime/layers/redis.js'
import type { RedisLike } from '../../src/runtime/layers/redis-commands.js'
import { isInstalled, proxyTo, sleep, startRedis, until, type Proxy, type Server } from './servers.js'

const keys = defineKeys({
  post: key<{ title: string }>()({ scope: 'public', template: 'post:{id}', ttl: '1m' }),
  news: key<string>()({ scope: 'public', template: 'news:{page}', ttl: '1m', staleWhileRevalidate: '10s', tags: ['news'] }),
  flag: key<boolean | number | string | null>()({ scope: 'public', template: 'flag:{name}', ttl: '1m', negativeTtl: '5s' }),
  brief: key<string>()({ scope: 'public', template: 'brief:{id}', ttl: '700ms' }),
})

interface Made { readonly cache: Cache<typeof keys>; readonly client: Redis }
interface How { readonly port?: number; readonly hasBus?: boolean; readonly hasMemory?: boolean; readonly maxQueuedDeletes?: number }

describe.skipIf(!isInstalled('redis-server'))('redis', () => {
  let server: Server
  let admin: Redis
  const made: Made[] = []

  beforeAll(async () => {
    server = await startRedis()
    admin = new Redis(server.port)
  })
  afterAll(async () => {
    admin.disconnect()
    await server.stop()
  })
  afterEach(async () => {
    for (const { cache, client } of made.splice(0)) {
      await cache.close({ timeout: '1s' }).catch(() => undefined)
      client.disconnect()
    }
    await admin.flushall()
  })

  async function make({ port = server.port, hasBus = true, hasMemory = true, maxQueuedDeletes = 100 }: How = {}): Promise<Made> {
    const client = new Redis(port, { retryStrategy: () => 50, maxRetriesPerRequest: 0 })
    client.on('error', () => undefined)
    await until(() => client.status === 'ready')
    const layer = redis(client)
    const cache = createCache({
      keys, layers: hasMemory ? [memory(), layer] : [layer], jitter: 0, early: false, lease: '400ms', maxQueuedDeletes,
      ...(hasBus ? { bus: redisBus(client) } : {}),
    })
    const isReady = hasBus ? new Promise<void>((done) => { cache.on('bus-ready', () => { done() }) }) : Promise.resolve()
    await isReady
    made.push({ cache, client })
    return made.at(-1)!
  }

  const post = keys.post({ id: 1 })
  const slow = <V>(value: () => V, ms: number) => async () => {
    const read = value()
    await sleep(ms)
    return read
  }

  describe('5.2 the race of a load and a delete', () => {
    test('in one process, with Redis below', async () => {
      const { cache } = await make()
      const asked = cache.getOrSet(post, slow(() => ({ title: 'v1' }), 80))
      await sleep(30)
      await cache.delete(post)
      expect(await asked).toEqual({ title: 'v1' })
      expect(await cache.getOrSet(post, () => ({ title: 'v2' }))).toEqual({ title: 'v2' })
    })

    test('by a delete in another process', async () => {
      const [a, b] = [await make(), await make()]
      let row = 'v1'
      const asked = a.cache.getOrSet(post, slow(() => ({ title: row }), 80))
      await sleep(30)
      row = 'v2'
      await b.cache.delete(post)
      await asked
      expect(await a.cache.getOrSet(post, () => ({ title: row }))).toEqual({ title: 'v2' })
      expect(await b.cache.getOrSet(post, () => ({ title: row }))).toEqual({ title: 'v2' })
      expect(a.cache.stats().total.fencedCount).toBe(1)
    })

    test('by a write in another process', async () => {
      const [a, b] = [await make(), await make()]
      const asked = a.cache.getOrSet(post, slow(() => ({ title: 'v1' }), 80))
      await sleep(30)
      await b.cache.set(post, { title: 'v2' })
      await asked
      expect(await a.cache.get(post)).toEqual({ title: 'v2' })
    })

    test('a held delete refuses fills for a while', async () => {
      const { cache } = await make()
      await cache.delete(post, { hold: '300ms' })
      await cache.getOrSet(post, () => ({ title: 'from a replica that lags' }), { lock: 'process' })
      expect(await admin.exists('post:1')).toBe(0)
      await sleep(350)
      await cache.getOrSet(post, () => ({ title: 'v2' }))
      expect(await admin.exists('post:1')).toBe(1)
    })
  })

  describe('5.3 the lease', () => {
    test('two processes with a hundred misses each load once', async () => {
      const [a, b] = [await make(), await make()]
      let calls = 0
      const load = async () => { calls++; await sleep(60); return { title: 'x' } }
      await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? a : b).cache.getOrSet(post, load)))
      expect(calls).toBe(1)
    })

    test('of a holder that dies is taken over', async () => {
      const [a, b] = [await make(), await make()]
      a.cache.getOrSet(post, slow(() => ({ title: 'dead' }), 60_000)).catch(() => undefined)
      await sleep(50)
      a.client.disconnect()
      expect(await b.cache.getOrSet(post, () => ({ title: 'alive' }))).toEqual({ title: 'alive' })
      expect(await admin.exists('post:1')).toBe(1)
    })

    test('is renewed while the loader runs', async () => {
      const [a, b] = [await make(), await make()]
      let calls = 0
      const load = async () => { calls++; await sleep(1300); return { title: 'slow' } }
      const first = a.cache.getOrSet(post, load)
      await sleep(100)
      const second = b.cache.getOrSet(post, load, { lockTimeout: '5s' })
      expect(await first).toEqual({ title: 'slow' })
      expect(await second).toEqual({ title: 'slow' })
      expect(calls).toBe(1)
    })

    test('is given back when the loader fails', async () => {
      const { cache } = await make()
      await expect(cache.getOrSet(post, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
      expect(await admin.exists('{post:1}:lease')).toBe(0)
    })

    test('who waits too long loads, and fills nothing', async () => {
      const [a, b] = [await make(), await make()]
      const first = a.cache.getOrSet(post, slow(() => ({ title: 'slow' }), 700))
      await sleep(50)
      expect(await b.cache.getOrSet(post, () => ({ title: 'own' }), { lockTimeout: '100ms' })).toEqual({ title: 'own' })
      expect(await b.cache.get(post)).toBeUndefined()
      await first
    })
  })

  describe('5.4 the bus', () => {
    test('tells the memory of others of deletes, writes and tags', async () => {
      const [a, b] = [await make(), await make()]
      await a.cache.set(post, { title: 'v1' })
      expect(await b.cache.get(post)).toEqual({ title: 'v1' })
      await a.cache.set(post, { title: 'v2' })
      await until(async () => (await b.cache.get(post))?.title === 'v2')
      await a.cache.set(keys.news({ page: 1 }), 'old')
      expect(await b.cache.get(keys.news({ page: 1 }))).toBe('old')
      await a.cache.invalidateTag('news')
      await until(async () => (await b.cache.get(keys.news({ page: 1 }))) === undefined)
    })

    test('that is lost empties memory, and nothing is kept until it is back', async () => {
      const [a, b] = [await make(), await make()]
      await a.cache.set(post, { title: 'v1' })
      await b.cache.get(post)
      let lost = 0
      b.cache.on('bus-lost', () => { lost++ })
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await a.cache.delete(post)
      await until(() => lost > 0)
      expect(await b.cache.getOrSet(post, () => ({ title: 'v2' }))).toEqual({ title: 'v2' })
    })
  })

  describe('5.5 an outage', () => {
    let proxy: Proxy
    beforeAll(async () => { proxy = await proxyTo(server.port) })
    afterAll(async () => { await proxy.stop() })
    afterEach(async () => { proxy.mend(); await sleep(150) })

    test('reads go to the loader at once; a delete is owed, and done once the layer is back', async () => {
      const [a, b] = [await make({ port: proxy.port }), await make({ port: proxy.port })]
      await a.cache.getOrSet(post, () => ({ title: 'v1' }))
      await b.cache.getOrSet(post, () => ({ title: 'v1' }))
      proxy.cut()
      await until(() => a.client.status !== 'ready' && b.client.status !== 'ready')
      // None of what follows waits for a time limit: the layer is known to be away.
      a.cache.on('layer-error', ({ error }) => { expect(String(error)).not.toContain('no answer within') })
      expect(await a.cache.getOrSet(keys.post({ id: 2 }), () => ({ title: 'from the source' }))).toEqual({ title: 'from the source' })
      expect(await a.cache.delete(post)).toBe('queued')
      expect(await a.cache.getOrSet(post, () => ({ title: 'v2' }))).toEqual({ title: 'v2' })
      proxy.mend()
      await until(async () => (await admin.exists('post:1')) === 0)
      expect(await a.cache.getOrSet(post, () => ({ title: 'v2' }))).toEqual({ title: 'v2' })
      expect(await b.cache.getOrSet(post, () => ({ title: 'v2' }))).toEqual({ title: 'v2' })
    })

    test('too many deletes make the whole namespace a miss', async () => {
      const { cache, client } = await make({ port: proxy.port, maxQueuedDeletes: 3 })
      for (let id = 0; id < 10; id++) await cache.set(keys.post({ id }), { title: 'v1' })
      const before = await admin.get('keyproof:namespace:default')
      proxy.cut()
      await until(() => client.status !== 'ready')
      for (let id = 0; id < 5; id++) await cache.delete(keys.post({ id }))
      proxy.mend()
      await until(async () => (await admin.get('keyproof:namespace:default')) !== before)
      await until(() => client.status === 'ready')
      const reader = await make()
      expect(await reader.cache.get(keys.post({ id: 0 }))).toBeUndefined()
      expect(await reader.cache.get(keys.post({ id: 9 }))).toBeUndefined()
    })

    test('a connection that is half open costs one time limit, and then nothing', async () => {
      const { cache } = await make({ port: proxy.port, hasBus: false })
      let errors = 0
      cache.on('layer-error', () => { errors++ })
      proxy.deafen()
      const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => cache.getOrSet(keys.post({ id: i }), () => ({ title: 'own' }))))
      expect(answers).toHaveLength(8)
      const before = errors
      expect(before).toBeGreaterThan(0)
      await cache.getOrSet(keys.post({ id: 99 }), () => ({ title: 'own' }))
      expect(errors).toBe(before)
    })

    test('a close that leaves a delete behind says so', async () => {
      const { cache, client } = await make({ port: proxy.port })
      await cache.set(post, { title: 'v1' })
      proxy.cut()
      await until(() => client.status !== 'ready')
      await cache.delete(post)
      await expect(cache.close({ timeout: '200ms' })).rejects.toMatchObject({ name: 'CloseError', report: { failed: 1 } })
    })
  })

  test.each([[0], [''], [false], [null]])('5.6 %j comes back through Redis as it was', async (value) => {
    const { cache } = await make({ hasMemory: false, hasBus: false })
    await cache.getOrSet(keys.flag({ name: 'a' }), () => value)
    expect(await cache.getOrSet(keys.flag({ name: 'a' }), () => 'again')).toBe(value)
  })

  test('5.6 none() is kept in Redis', async () => {
    const { cache } = await make({ hasMemory: false, hasBus: false })
    await cache.getOrSet(keys.flag({ name: 'a' }), () => none())
    expect(await cache.getOrSet(keys.flag({ name: 'a' }), () => 'again')).toBeUndefined()
    expect(await admin.pttl('flag:a')).toBeLessThanOrEqual(5000)
  })

  test('5.7 memory does not outlive Redis', async () => {
    const [a, b] = [await make(), await make()]
    await a.cache.set(keys.brief({ id: 1 }), 'v1')
    await sleep(500)
    expect(await b.cache.get(keys.brief({ id: 1 }))).toBe('v1')
    await sleep(300)
    expect(await b.cache.get(keys.brief({ id: 1 }))).toBeUndefined()
  })

  test('5.8 the clock of the host plays no part', async () => {
    const { cache } = await make({ hasMemory: false, hasBus: false })
    const wall = Date.now
    try {
      Date.now = () => wall() + 3_600_000
      await cache.set(post, { title: 'v1' })
      Date.now = () => wall() - 3_600_000
      expect(await cache.get(post)).toEqual({ title: 'v1' })
    } finally {
      Date.now = wall
    }
    expect(await admin.pttl('post:1')).toBeGreaterThan(55_000)
  })

  describe('5.9 tags', () => {
    test('are one counter each: no lists, no walks', async () => {
      const { cache } = await make({ hasMemory: false, hasBus: false })
      await cache.set(keys.news({ page: 1 }), 'old')
      await cache.invalidateTag('news')
      expect(await cache.get(keys.news({ page: 1 }))).toBeUndefined()
      expect((await admin.keys('*')).sort()).toEqual(['keyproof:namespace:default', 'keyproof:tag:default:news', 'news:1'])
    })

    test('raised elsewhere while a load runs make its value a miss', async () => {
      const [a, b] = [await make(), await make()]
      const asked = a.cache.getOrSet(keys.news({ page: 1 }), slow(() => 'old', 80))
      await sleep(30)
      await b.cache.invalidateTag('news')
      await asked
      await until(async () => (await a.cache.get(keys.news({ page: 1 }))) === undefined)
      expect(await b.cache.get(keys.news({ page: 1 }))).toBeUndefined()
    })
  })

  test('5.2 a second delete and an expire leave a hold as it is, and readers do not wait for it', async () => {
    const { cache } = await make()
    await cache.delete(post, { hold: '20s' })
    await cache.delete(post)
    await cache.expire(post)
    const began = performance.now()
    expect(await cache.getOrSet(post, () => ({ title: 'lagging' }))).toEqual({ title: 'lagging' })
    expect(performance.now() - began).toBeLessThan(300)
    expect(await cache.get(post)).toBeUndefined()
    await cache.set(post, { title: 'known' })
    expect(await cache.get(post)).toEqual({ title: 'known' })
  })

  test('5.5 a key that holds another type is a miss, and no outage', async () => {
    const { cache } = await make({ hasMemory: false })
    await cache.set(post, { title: 'good' })
    await admin.lpush('post:9', 'x')
    for (let i = 0; i < 8; i++) expect(await cache.get(keys.post({ id: 9 }))).toBeUndefined()
    expect(await cache.get(post)).toEqual({ title: 'good' })
  })

  test('5.9 the counter of a tag that Redis evicted brings nothing back', async () => {
    const { cache } = await make({ hasMemory: false, hasBus: false })
    const news = keys.news({ page: 1 })
    await cache.invalidateTag('news')
    await cache.set(news, 'old')
    await cache.invalidateTag('news')
    await admin.del('keyproof:tag:default:news')
    expect(await cache.get(news)).toBeUndefined()
    for (let i = 0; i < 3; i++) {
      await cache.invalidateTag('news')
      expect(await cache.get(news)).toBeUndefined()
    }
  })

  test('5.14 expiring again and again makes nothing live longer', async () => {
    const { cache } = await make({ hasMemory: false })
    const news = keys.news({ page: 2 })
    await cache.set(news, 'old')
    await cache.expire(news)
    const rest = await admin.pttl('news:2')
    await sleep(50)
    await cache.expire(news)
    expect(await admin.pttl('news:2')).toBeLessThan(rest)
  })

  test('5.4 the bus of a client that connects when it is asked to', async () => {
    const client = new Redis({ port: server.port, lazyConnect: true })
    await client.connect()
    const cache = createCache({ keys, layers: [memory(), redis(client)], bus: redisBus(client), early: false })
    await new Promise<void>((done) => { cache.on('bus-ready', () => { done() }) })
    made.push({ cache, client })
    await cache.set(post, { title: 'v1' })
    await cache.get(post)
    expect(cache.stats().total.memoryHitCount).toBe(1)
  })

  test('5.10 what another codec or version wrote is a miss', async () => {
    const { cache } = await make({ hasMemory: false, hasBus: false })
    for (const foreign of ['{"title":"x"}', '9999999999999 0 0 0 other -\nx', '9999999999999 nonsense', '']) {
      await admin.set('post:1', foreign)
      expect(await cache.get(post)).toBeUndefined()
      expect(await cache.getOrSet(post, () => ({ title: 'v2' }))).toEqual({ title: 'v2' })
    }
  })

  test('5.10 what a schema does not take is a miss: a Standard Schema, as of zod', async () => {
    const client = new Redis(server.port)
    await until(() => client.status === 'ready')
    const checked = defineKeys({ post: key<{ title: string }>()({ scope: 'public', template: 'post:{id}', ttl: '1m', validate: z.object({ title: z.string() }) }) })
    const cache = createCache({ keys: checked, layers: [redis(client)], early: false })
    await cache.set(checked.post({ id: 1 }), { title: 7 } as unknown as { title: string })
    expect(await cache.get(checked.post({ id: 1 }))).toBeUndefined()
    expect(await cache.getOrSet(checked.post({ id: 1 }), () => ({ title: 'seven' }))).toEqual({ title: 'seven' })
    expect(await cache.get(checked.post({ id: 1 }))).toEqual({ title: 'seven' })
    const later = defineKeys({ post: key<string>()({ scope: 'public', template: 'note:{id}', ttl: '1m', validate: z.string().refine(() => Promise.resolve(true)) }) })
    const asynchronous = createCache({ keys: later, layers: [redis(client)], early: false })
    await asynchronous.set(later.post({ id: 1 }), 'x')
    await expect(asynchronous.get(later.post({ id: 1 }))).rejects.toThrow()
    await cache.close()
    await asynchronous.close()
    client.disconnect()
  })

  test('5.10 a Date and a Map come back as they were by the codec v8', async () => {
    const dated = defineKeys({ it: key<{ at: Date; by: Map<string, number> }>()({ scope: 'public', template: 'dated', ttl: '1m', codec: 'v8' }) })
    const { client } = await make({ hasBus: false })
    const cache = createCache({ keys: dated, layers: [redis(client)] })
    const value = { at: new Date(5), by: new Map([['a', 1]]) }
    await cache.set(dated.it({}), value)
    expect(await cache.get(dated.it({}))).toEqual(value)
    await cache.close()
  })

  test('5.10 what JSON does not give back as it was is refused in development', async () => {
    const { client } = await make({ hasBus: false })
    const loose = defineKeys({ it: key<unknown>()({ scope: 'public', template: 'loose', ttl: '1m' } as never) })
    const cache = createCache({ keys: loose, layers: [redis(client)], strict: true })
    await expect(cache.set(loose.it({} as never), { at: new Date(5) } as never)).rejects.toThrow(/codec/)
    await cache.close()
  })

  test('5.14 a stale value is served while another is made, and expire() keeps it for that', async () => {
    const { cache } = await make({ hasMemory: false, hasBus: false })
    await cache.set(keys.news({ page: 1 }), 'old')
    expect(await cache.expire(keys.news({ page: 1 }))).toBe('deleted')
    expect(await cache.get(keys.news({ page: 1 }))).toBeUndefined()
    expect(await cache.getOrSet(keys.news({ page: 1 }), () => 'new')).toBe('old')
    await until(async () => (await cache.get(keys.news({ page: 1 }))) === 'new')
  })

  test("5.15 'forever' has no end in Redis", async () => {
    const { cache } = await make({ hasMemory: false, hasBus: false })
    await cache.set(post, { title: 'v1' }, { ttl: 'forever' })
    expect(await admin.pttl('post:1')).toBe(-1)
    expect(await cache.get(post)).toEqual({ title: 'v1' })
  })

  describe('5.16 small print', () => {
    test('a process that never held a key deletes it in the memory of all', async () => {
      const [a, b, c] = [await make(), await make(), await make()]
      await a.cache.set(post, { title: 'v1' })
      await b.cache.get(post)
      expect(await c.cache.delete(post)).toBe('deleted')
      await until(async () => (await a.cache.get(post)) === undefined && (await b.cache.get(post)) === undefined)
    })

    test('what Redis has fills memory', async () => {
      const [a, b] = [await make(), await make()]
      await a.cache.set(post, { title: 'v1' })
      // What is read while the word of the write is still on its way is not kept.
      await sleep(50)
      await b.cache.get(post)
      await b.cache.get(post)
      expect(b.cache.stats().total).toMatchObject({ sharedHitCount: 1, memoryHitCount: 1 })
    })

    test('a close after an outage leaves no rejection behind', async () => {
      const own = await startRedis()
      const rejections: unknown[] = []
      const note = (reason: unknown): void => { rejections.push(reason) }
      process.on('unhandledRejection', note)
      const { cache, client } = await make({ port: own.port })
      await cache.set(post, { title: 'v1' })
      await own.stop()
      await until(() => client.status !== 'ready')
      await cache.getOrSet(post, () => ({ title: 'v2' }))
      await cache.close({ timeout: '300ms' })
      client.disconnect()
      await sleep(100)
      process.off('unhandledRejection', note)
      expect(rejections).toEqual([])
    })

    test('a clear() that cannot be told throws', async () => {
      const own = await startRedis()
      const { cache, client } = await make({ port: own.port })
      await own.stop()
      await until(() => client.status !== 'ready')
      await expect(cache.clear()).rejects.toThrow(/did not answer/)
    })
  })

  test('clear() makes all of the namespace a miss', async () => {
    const [a, b] = [await make(), await make()]
    await a.cache.set(post, { title: 'v1' })
    await b.cache.get(post)
    await a.cache.clear()
    await until(async () => (await b.cache.get(post)) === undefined)
    await a.cache.set(post, { title: 'v2' })
    expect(await b.cache.get(post)).toEqual({ title: 'v2' })
  })

  describe.each<[string, () => Promise<{ readonly client: RedisLike; stop(): void }>]>([
    ['ioredis 6', async () => { const client = new Redis(server.port); await until(() => client.status === 'ready'); return { client: client, stop: () => { client.disconnect() } } }],
    ['ioredis 5', async () => { const client = new Redis5(server.port); await until(() => client.status === 'ready'); return { client: client, stop: () => { client.disconnect() } } }],
    ['node-redis', async () => { const client = createClient({ url: `redis://127.0.0.1:${server.port}` }); await client.connect(); return { client: client, stop: () => { client.destroy() } } }],
  ])('%s', (_name, connect) => {
    test('reads, loads, deletes and hears', async () => {
      const [one, two] = [await connect(), await connect()]
      const [a, b] = [one, two].map(({ client }) => createCache({ keys, layers: [memory(), redis(client)], bus: redisBus(client), jitter: 0, early: false }))
      await Promise.all([a!, b!].map((cache) => new Promise<void>((done) => { cache.on('bus-ready', () => { done() }) })))
      expect(await a!.getOrSet(post, () => ({ title: 'v1' }))).toEqual({ title: 'v1' })
      expect(await b!.get(post)).toEqual({ title: 'v1' })
      expect(await a!.delete(post)).toBe('deleted')
      await until(async () => (await b!.get(post)) === undefined)
      await admin.script('FLUSH')
      expect(await b!.getOrSet(post, () => ({ title: 'v2' }))).toEqual({ title: 'v2' })
      await a!.close()
      await b!.close()
      one.stop()
      two.stop()
    })
  })
})
