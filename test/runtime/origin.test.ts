import { describe, expect, test } from 'vitest'
import { createCache, defineKeys, key, userId, warm, withOrigin, type Origin } from '../../src/runtime/index.js'
import { FakeClock, settle } from './fake-clock.js'

interface Profile { readonly name: string }
const keys = defineKeys({
  profile: key<Profile>()({ scope: 'user', template: 'user:{userId}:profile', ttl: '5m' }),
  home: key<string>()({ scope: 'public', template: 'home', ttl: '1m' }),
})
type Template = 'user:{userId}:profile'
const one = { userId: userId(1) }

function setUp(origin: Partial<Origin<Profile, Template>> = {}, options = {}) {
  const clock = new FakeClock()
  const cache = createCache({ keys, clock, jitter: 0, early: false, random: () => 0.5 })
  const rows = new Map<string, Profile>()
  const writes: string[] = []
  const users = withOrigin(cache, keys.profile, {
    load: ({ userId: id }) => rows.get(id) ?? { name: 'nobody' },
    write: (parameters, value) => {
      writes.push(`${parameters.userId}=${value.name}`)
      rows.set(parameters.userId, value)
      return Promise.resolve()
    },
    ...origin,
  }, options)
  return { clock, cache, users, rows, writes }
}

describe('write-through', () => {
  test('reaches the origin before the cache', async () => {
    const { cache, users, rows } = setUp()
    await users.writeThrough(one, { name: 'Ada' })
    expect(rows.get('1')).toEqual({ name: 'Ada' })
    expect(await cache.get(keys.profile(one))).toEqual({ name: 'Ada' })
  })

  test('leaves the cache as it is where the origin fails', async () => {
    const { cache, users } = setUp({ write: () => Promise.reject(new Error('read only')) })
    await cache.set(keys.profile(one), { name: 'old' })
    await expect(users.writeThrough(one, { name: 'Ada' })).rejects.toThrow('read only')
    expect(await cache.get(keys.profile(one))).toEqual({ name: 'old' })
  })

  test('keeps the order of two writes of one key', async () => {
    let first = true
    const rows: string[] = []
    const { cache, users } = setUp({ write: async (_p, { name }) => { if (first) { first = false; await settle() } rows.push(name) } })
    await Promise.all([users.writeThrough(one, { name: 'a' }), users.writeThrough(one, { name: 'b' })])
    expect(rows).toEqual(['a', 'b'])
    expect(await cache.get(keys.profile(one))).toEqual({ name: 'b' })
  })
})

describe('5.18 write-behind', () => {
  test('gathers the writes of a key, and the newest wins', async () => {
    const { clock, users, writes } = setUp()
    for (const name of ['a', 'b', 'c']) await users.writeBehind(one, { name })
    expect(writes).toEqual([])
    expect(await users.get(one)).toEqual({ name: 'c' })
    await clock.move(100)
    expect(writes).toEqual(['1=c'])
  })

  test('readers see what waits, even where the cache has lost it', async () => {
    const { cache, users } = setUp()
    await users.writeBehind(one, { name: 'a' })
    await cache.delete(keys.profile(one))
    expect(await users.get(one)).toEqual({ name: 'a' })
  })

  test('goes to the origin in batches', async () => {
    const batches: number[] = []
    const { users } = setUp({ writeMany: (each) => { batches.push(each.length); return Promise.resolve() } }, { batch: 10 })
    for (let id = 1; id <= 25; id++) await users.writeBehind({ userId: userId(id) }, { name: 'x' })
    await users.flush()
    expect(batches).toEqual([10, 10, 5])
  })

  test('waits where the queue is full, and loses nothing', async () => {
    const { clock, users, writes } = setUp({}, { maxQueue: 2 })
    await users.writeBehind({ userId: userId(1) }, { name: 'a' })
    await users.writeBehind({ userId: userId(2) }, { name: 'a' })
    let isTaken = false
    const third = users.writeBehind({ userId: userId(3) }, { name: 'a' }).then(() => { isTaken = true })
    await settle()
    expect(isTaken).toBe(false)
    await clock.move(100)
    await third
    await clock.move(100)
    expect(writes).toHaveLength(3)
  })

  test('is tried again with growing waits, and given up visibly', async () => {
    const dead: string[] = []
    let tries = 0
    const { clock, cache, users } = setUp({ write: () => { tries++; return Promise.reject(new Error('down')) } }, { attempts: 3, backoff: '1s', deadLetter: (k: { text: string }) => { dead.push(k.text) } })
    const told: string[] = []
    cache.on('dead-letter', ({ key: text }) => { told.push(text) })
    await users.writeBehind(one, { name: 'a' })
    await clock.move(150)
    expect(tries).toBe(1)
    await clock.move(1000)
    expect(tries).toBe(2)
    await clock.move(1000)
    expect(tries).toBe(2)
    await clock.move(1500)
    expect(tries).toBe(3)
    expect(dead).toEqual(['user:1:profile'])
    expect(told).toEqual(dead)
  })

  test('one that cannot be written takes no other with it', async () => {
    const rows: string[] = []
    const writeMany = (writes: readonly { readonly value: Profile }[]): Promise<void> => {
      if (writes.some(({ value }) => value.name === 'poison')) return Promise.reject(new Error('refused'))
      rows.push(...writes.map(({ value }) => value.name))
      return Promise.resolve()
    }
    const { users, clock } = setUp({ writeMany }, { attempts: 2, backoff: '10ms' })
    await users.writeBehind(one, { name: 'poison' })
    await users.writeBehind({ userId: userId(2) }, { name: 'Bob' })
    await clock.move(100)
    expect(rows).toEqual(['Bob'])
  })

  test('keeps the order of a key: no second write begins while one is under way', async () => {
    const seen: string[] = []
    let open = (): void => undefined
    const gate = new Promise<void>((done) => { open = done })
    const { clock, users } = setUp({ write: async (_p, { name }) => { seen.push(`begin ${name}`); if (name === 'a') await gate; seen.push(`end ${name}`) } })
    await users.writeBehind(one, { name: 'a' })
    await clock.move(100)
    await users.writeBehind(one, { name: 'b' })
    await clock.move(200)
    expect(seen).toEqual(['begin a'])
    open()
    await clock.move(200)
    expect(seen).toEqual(['begin a', 'end a', 'begin b', 'end b'])
  })
})

describe('5.18 write-behind beside its neighbours', () => {
  test('a write-through supersedes what waits for its key', async () => {
    const { users, cache, writes } = setUp()
    await users.writeBehind(one, { name: 'old' })
    await users.writeThrough(one, { name: 'new' })
    await users.flush()
    expect(writes).toEqual(['1=new'])
    expect(await users.get(one)).toEqual({ name: 'new' })
    expect(await cache.get(keys.profile(one))).toEqual({ name: 'new' })
  })

  test('a flush waits as long as the backoff says', async () => {
    let tries = 0
    const { users, clock } = setUp({ write: () => { tries++; return tries < 3 ? Promise.reject(new Error('down')) : Promise.resolve() } }, { backoff: '1s' })
    await users.writeBehind(one, { name: 'a' })
    let isDone = false
    const flushed = users.flush().then(() => { isDone = true })
    await settle()
    expect(tries).toBe(1)
    await clock.move(1000)
    expect([tries, isDone]).toEqual([2, false])
    await clock.move(2000)
    await flushed
    expect(tries).toBe(3)
  })

  test('a dead-letter callback that fails takes nothing down, and the cache forgets what the origin never got', async () => {
    const { users, cache, clock } = setUp({ write: () => Promise.reject(new Error('down')) }, { attempts: 1, deadLetter: () => Promise.reject(new Error('full')) })
    const told: unknown[] = []
    cache.on('dead-letter', ({ error }) => { told.push(String(error)) })
    await users.writeBehind(one, { name: 'a' })
    await clock.move(200)
    await settle()
    expect(told).toEqual(['Error: down', 'Error: full'])
    expect(await users.get(one)).toEqual({ name: 'nobody' })
  })

  test('a closed cache takes no writes to the origin, and a close that is out of time says how many wait', async () => {
    const { users, cache, clock, writes } = setUp({ writeMany: () => new Promise<void>(() => undefined) })
    for (let id = 1; id <= 5; id++) await users.writeBehind({ userId: userId(id) }, { name: 'a' })
    const closed = expect(cache.close({ timeout: '1s' })).rejects.toMatchObject({ report: { dropped: 5 } })
    await settle()
    await clock.move(1001)
    await closed
    await expect(users.writeThrough(one, { name: 'b' })).rejects.toThrow(/closed/)
    await expect(users.writeBehind(one, { name: 'b' })).rejects.toThrow(/closed/)
    expect(writes).toEqual([])
  })
})

describe('5.17 close', () => {
  test('flushes what waits, and says how much', async () => {
    const { cache, users, writes } = setUp()
    await users.writeBehind(one, { name: 'a' })
    expect(await cache.close()).toEqual({ flushed: 1, failed: 0, dropped: 0 })
    expect(writes).toEqual(['1=a'])
  })

  test('throws where something is lost', async () => {
    const { cache, users, clock } = setUp({ write: () => Promise.reject(new Error('down')) }, { attempts: 2 })
    await users.writeBehind(one, { name: 'a' })
    const closed = expect(cache.close()).rejects.toMatchObject({ name: 'CloseError', report: { failed: 1 } })
    await settle()
    await clock.move(1000)
    await closed
  })

  test('waits for refreshes, and is what `await using` calls', async () => {
    const clock = new FakeClock()
    const stale = defineKeys({ it: key<string>()({ scope: 'public', template: 'it', ttl: '1m', staleWhileRevalidate: '1m' }) })
    const cache = createCache({ keys: stale, clock, jitter: 0, early: false })
    await cache.set(stale.it({}), 'old')
    await clock.move(61_000)
    let isDone = false
    await cache.getOrSet(stale.it({}), async () => { await settle(); isDone = true; return 'new' })
    await cache[Symbol.asyncDispose]()
    expect(isDone).toBe(true)
  })
})

describe('warm', () => {
  test('makes values before they are asked for, and again before they end', async () => {
    const { clock, cache } = setUp()
    let calls = 0
    const { failures } = await warm(cache, [{ key: keys.home({}), load: () => { calls++; return `v${calls}` }, every: '30s' }])
    expect(failures).toEqual([])
    expect(await cache.get(keys.home({}))).toBe('v1')
    await clock.move(30_000)
    expect(await cache.get(keys.home({}))).toBe('v2')
    await clock.move(300_000)
    expect(await cache.get(keys.home({}))).toBe('v12')
  })

  test('tells of what it could not make', async () => {
    const { cache } = setUp()
    const { failures } = await warm(cache, [{ key: keys.home({}), load: () => Promise.reject(new Error('down')), every: '30s' }])
    expect(failures.map(({ key: text }) => text)).toEqual(['home'])
  })

  test('refuses to be slower than the TTL', async () => {
    const { cache } = setUp()
    await expect(warm(cache, [{ key: keys.home({}), load: () => 'x', every: '2m' }])).rejects.toThrow(/TTL/)
  })
})
