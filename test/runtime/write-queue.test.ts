import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createCache, defineKeys, key, userId, withOrigin, type Cache, type Origin, type OriginCache } from '../../src/runtime/index.js'
import { redis, redisStream } from '../../src/runtime/layers/redis.js'
import type { RedisLike } from '../../src/runtime/layers/redis-commands.js'
import type { WriteBehindOptions } from '../../src/runtime/write-behind.js'
import { isInstalled, startRedis, until, type Server } from './servers.js'

interface Profile { readonly name: string }
type Template = 'user:{userId}:profile'
const keys = defineKeys({ profile: key<Profile>()({ scope: 'user', template: 'user:{userId}:profile', ttl: '5m' }) })
const [ada, bob] = [{ userId: userId(1) }, { userId: userId(2) }]

describe.skipIf(!isInstalled('redis-server'))('5.18 write-behind with its queue in a stream of Redis', () => {
  let server: Server
  let admin: Redis
  const closers: (() => Promise<void>)[] = []

  beforeAll(async () => {
    server = await startRedis()
    admin = new Redis(server.port)
  })
  afterAll(async () => {
    admin.disconnect()
    await server.stop()
  })
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
    await admin.flushall()
  })

  async function connected(): Promise<Redis> {
    const client = new Redis(server.port)
    await until(() => client.status === 'ready')
    return client
  }

  /** A process of its own, as far as Redis can tell. */
  async function writer(origin: Partial<Origin<Profile, Template>>, options: WriteBehindOptions = {}, client?: RedisLike): Promise<{ users: OriginCache<Profile, Template>; cache: Cache<typeof keys> }> {
    const own = client ?? await connected()
    const cache = createCache({ keys, layers: [redis(own)], early: false })
    const users = withOrigin(cache, keys.profile, { load: () => ({ name: 'nobody' }), ...origin }, { window: '20ms', backoff: '20ms', queue: redisStream(own, { stream: 'profiles', lease: '300ms' }), ...options })
    closers.push(async () => {
      await cache.close({ timeout: '2s' }).catch(() => undefined)
      if (own instanceof Redis) own.disconnect()
    })
    return { users, cache }
  }

  test('gathers the writes of a key, the newest wins, and nothing is left', async () => {
    const written: string[] = []
    // A window that no machine is too slow for: the flush ends it.
    const { users } = await writer({ write: ({ userId: id }, { name }) => { written.push(`${id}=${name}`); return Promise.resolve() } }, { window: '10s' })
    await users.writeBehind(ada, { name: 'Ada' })
    await users.writeBehind(bob, { name: 'Bob' })
    await users.writeBehind(ada, { name: 'Ada Lovelace' })
    expect(await users.get(ada)).toEqual({ name: 'Ada Lovelace' })
    await users.flush()
    expect(written.sort()).toEqual(['1=Ada Lovelace', '2=Bob'])
    expect(await admin.xlen('profiles')).toBe(0)
  })

  test('what a process queued that is killed, another writes', async () => {
    const child = spawnSync(process.execPath, [fileURLToPath(new URL('crashing-writer.mjs', import.meta.url)), String(server.port), 'profiles'], { encoding: 'utf8' })
    expect(child.signal).toBe('SIGKILL')
    expect(await admin.xlen('profiles')).toBe(3)
    const rows = new Map<string, string>()
    await writer({ write: ({ userId: id }, { name }) => { rows.set(id, name); return Promise.resolve() } })
    await until(async () => await admin.xlen('profiles') === 0)
    expect([...rows].sort()).toEqual([['1', 'Ada Lovelace'], ['2', 'Bob']])
  })

  test('one process at a time has the turn, so that two of them keep the order of a key', async () => {
    const rows: string[] = []
    let atOnce = 0
    let most = 0
    const write = async (_: object, { name }: Profile): Promise<void> => {
      most = Math.max(most, ++atOnce)
      await new Promise((done) => { setTimeout(done, 15) })
      rows.push(name)
      atOnce--
    }
    const [one, two] = [await writer({ write }), await writer({ write })]
    for (let i = 0; i < 20; i++) await (i % 2 === 0 ? one : two).users.writeBehind(ada, { name: `v${i}` })
    await Promise.all([one.users.flush(), two.users.flush()])
    expect(most).toBe(1)
    expect(rows.at(-1)).toBe('v19')
    const numbers = rows.map((name) => Number(name.slice(1)))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    // Neither believes any longer that its own write is still to come.
    await one.cache.delete(keys.profile(ada))
    await until(async () => (await one.users.get(ada)).name === 'nobody')
  })

  test('one that cannot be written is buried and told of, and holds up no other', async () => {
    const rows: string[] = []
    const dead: string[] = []
    const writeMany = (writes: readonly { readonly value: Profile }[]): Promise<void> => {
      if (writes.some(({ value }) => value.name === 'poison')) return Promise.reject(new Error('refused'))
      rows.push(...writes.map(({ value }) => value.name))
      return Promise.resolve()
    }
    const { users } = await writer({ writeMany }, { attempts: 2, deadLetter: (_key, value) => { dead.push((value as Profile).name) } })
    await users.writeBehind(ada, { name: 'poison' })
    await users.writeBehind(bob, { name: 'Bob' })
    await users.flush()
    expect([rows, dead]).toEqual([['Bob'], ['poison']])
    const [[, fields]] = await admin.xrange('{profiles}:dead', '-', '+') as [[string, string[]]]
    expect(fields.slice(-2)).toEqual(['reason', 'Error: refused'])
  })

  test('who writes more than the queue may hold waits', async () => {
    let isOpen = false
    const { users } = await writer({ write: () => (isOpen ? Promise.resolve() : Promise.reject(new Error('closed'))) }, { maxQueue: 1, attempts: 1000 })
    await users.writeBehind(ada, { name: 'Ada' })
    let isKept = false
    const second = users.writeBehind(bob, { name: 'Bob' }).then(() => { isKept = true })
    await new Promise((done) => { setTimeout(done, 80) })
    expect(isKept).toBe(false)
    isOpen = true
    await second
    await users.flush()
  })

  test('a close leaves what cannot be written where the next process finds it', async () => {
    const { users, cache } = await writer({ write: () => Promise.reject(new Error('down')) }, { attempts: 1000 })
    await users.writeBehind(ada, { name: 'Ada' })
    await cache.close()
    expect(await admin.xlen('profiles')).toBe(1)
    const rows: string[] = []
    await writer({ write: (_, { name }) => { rows.push(name); return Promise.resolve() } })
    await until(() => rows.length > 0)
    expect(rows).toEqual(['Ada'])
  })

  test('what another version queued, and nobody here can read, is buried and holds up no other', async () => {
    await admin.xadd('profiles', '*', 'key', 'user:9:profile', 'parameters', '{"id":9}', 'value', '{}')
    const rows: string[] = []
    const { users } = await writer({ write: (_, { name }) => { rows.push(name); return Promise.resolve() } })
    await users.writeBehind(ada, { name: 'Ada' })
    await users.flush()
    expect(rows).toEqual(['Ada'])
    expect(await admin.xlen('{profiles}:dead')).toBe(1)
  })

  test('and by node-redis', async () => {
    const client = createClient({ url: `redis://127.0.0.1:${server.port}` })
    await client.connect()
    const rows: string[] = []
    const { users } = await writer({ write: (_, { name }) => { rows.push(name); return Promise.resolve() } }, {}, client)
    await users.writeBehind(ada, { name: 'Ada' })
    await users.flush()
    expect(rows).toEqual(['Ada'])
    for (const close of closers.splice(0)) await close()
    client.destroy()
  })
})
