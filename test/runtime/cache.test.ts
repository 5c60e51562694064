import { describe, expect, test } from 'vitest'
import { createCache, defineKeys, key, none, memory, type CacheOptions, type KeySet } from '../../src/runtime/index.js'
import { FakeClock, settle } from './fake-clock.js'

const keys = defineKeys({
  post: key<{ title: string; tags?: string[] }>()({ scope: 'public', template: 'post:{id}', ttl: '1m' }),
  news: key<string>()({ scope: 'public', template: 'news:{page}', ttl: '1m', staleWhileRevalidate: '10s', staleIfError: '30s', tags: ['news'] }),
  flag: key<boolean | number | string | null>()({ scope: 'public', template: 'flag:{name}', ttl: '1m', negativeTtl: '5s' }),
  feed: key<string>()({ scope: 'public', template: 'feed:{id}', ttl: '1m', invalidateOn: { 'post.changed': ({ id }: { id: string }) => ({ id }) } }),
})

const cacheOf = (options: Partial<CacheOptions<typeof keys>> = {}) => {
  const clock = new FakeClock()
  return { clock, cache: createCache({ keys, clock, random: () => 0.5, jitter: 0, early: false, ...options } as CacheOptions<typeof keys>) }
}

/** A loader that is let go by hand. */
function held<V>(value: V) {
  let open = (): void => undefined
  const gate = new Promise<void>((done) => { open = done })
  let calls = 0
  return { load: async () => { calls++; await gate; return value }, open: () => { open() }, calls: () => calls }
}

describe('5.1 a loader that fails', () => {
  test('fails all who wait with the same error, once, stores nothing and deletes nothing', async () => {
    const { cache } = cacheOf()
    const fault = new Error('down')
    let calls = 0
    const load = () => { calls++; return Promise.reject(fault) }
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => cache.getOrSet(keys.post({ id: 1 }), load)))
    expect(results.map((each) => (each.status === 'rejected' ? each.reason : 'no'))).toEqual(Array.from({ length: 10 }, () => fault))
    expect(calls).toBe(1)
    await expect(cache.getOrSet(keys.post({ id: 1 }), () => ({ title: 'again' }))).resolves.toEqual({ title: 'again' })
  })

  test('leaves a value that is still good', async () => {
    const { cache, clock } = cacheOf()
    await cache.set(keys.news({ page: 1 }), 'old')
    await clock.move(61_000)
    await expect(cache.getOrSet(keys.news({ page: 1 }), () => Promise.reject(new Error('down')))).resolves.toBe('old')
  })
})

describe('5.1 a loader whose error is an answer', () => {
  class NotFound extends Error {}
  class Gone extends NotFound {}
  const users = defineKeys({ user: key<string>()({ scope: 'public', template: 'person:{id}', ttl: '1m', negativeTtl: '5s', negativeErrors: [NotFound], tags: ['people'] }) })
  const people = () => {
    const clock = new FakeClock()
    let calls = 0
    const refuse = (error: Error) => () => { calls++; return Promise.reject(error) }
    return { clock, cache: createCache({ keys: users, clock, random: () => 0.5, jitter: 0, early: false }), refuse, calls: () => calls }
  }
  const one = users.user({ id: 1 })

  test('is kept for negativeTtl, as the same error, with those of its subclasses', async () => {
    const { cache, clock, refuse, calls } = people()
    const fault = new Gone('none')
    for (let i = 0; i < 3; i++) await expect(cache.getOrSet(one, refuse(fault))).rejects.toBe(fault)
    expect(calls()).toBe(1)
    expect(await cache.get(one)).toBeUndefined()
    await clock.move(5001)
    await expect(cache.getOrSet(one, () => 'Ada')).resolves.toBe('Ada')
  })

  test('is not where it is of another class, nor after a delete, a write or its tag', async () => {
    const { cache, refuse, calls } = people()
    await expect(cache.getOrSet(one, refuse(new TypeError('down')))).rejects.toThrow('down')
    await expect(cache.getOrSet(one, refuse(new NotFound('none')))).rejects.toThrow('none')
    await cache.delete(one)
    await expect(cache.getOrSet(one, refuse(new NotFound('none')))).rejects.toThrow('none')
    await cache.invalidateTag('people')
    await expect(cache.getOrSet(one, refuse(new NotFound('none')))).rejects.toThrow('none')
    expect(calls()).toBe(4)
    await cache.set(one, 'Ada')
    await expect(cache.getOrSet(one, refuse(new NotFound('none')))).resolves.toBe('Ada')
  })

  test('is not kept where a delete overtakes it', async () => {
    const { cache, refuse, calls } = people()
    let open = (): void => undefined
    const gate = new Promise<void>((done) => { open = done })
    const asked = cache.getOrSet(one, async () => { await gate; return refuse(new NotFound('none'))() })
    await settle()
    await cache.delete(one)
    open()
    await expect(asked).rejects.toThrow('none')
    await expect(cache.getOrSet(one, refuse(new NotFound('none')))).rejects.toThrow('none')
    expect(calls()).toBe(2)
  })

  test('has to say for how long', () => {
    expect(() => defineKeys({ user: key<string>()({ scope: 'public', template: 'person:{id}', ttl: '1m', negativeErrors: [NotFound] }) })).toThrow(/user: negativeErrors needs a negativeTtl/)
  })
})

describe('5.2 the race of a load and a delete, in one process', () => {
  test('who began before gets the old value, and nothing of it is kept', async () => {
    const { cache } = cacheOf()
    const first = held({ title: 'v1' })
    const asked = cache.getOrSet(keys.post({ id: 1 }), first.load)
    await settle()
    await cache.delete(keys.post({ id: 1 }))
    const second = cache.getOrSet(keys.post({ id: 1 }), () => ({ title: 'v2' }))
    first.open()
    expect(await asked).toEqual({ title: 'v1' })
    expect(await second).toEqual({ title: 'v2' })
    expect(await cache.get(keys.post({ id: 1 }))).toEqual({ title: 'v2' })
    expect(cache.stats().total.fencedCount).toBe(1)
  })

  test('a write meanwhile stands', async () => {
    const { cache } = cacheOf()
    const first = held({ title: 'v1' })
    const asked = cache.getOrSet(keys.post({ id: 1 }), first.load)
    await settle()
    await cache.set(keys.post({ id: 1 }), { title: 'v2' })
    first.open()
    await asked
    expect(await cache.get(keys.post({ id: 1 }))).toEqual({ title: 'v2' })
  })

  test('a background refresh is overtaken too', async () => {
    const { cache, clock } = cacheOf()
    await cache.set(keys.news({ page: 1 }), 'old')
    await clock.move(61_000)
    const refresh = held('v1')
    expect(await cache.getOrSet(keys.news({ page: 1 }), refresh.load)).toBe('old')
    await settle()
    await cache.delete(keys.news({ page: 1 }))
    refresh.open()
    await settle()
    expect(await cache.get(keys.news({ page: 1 }))).toBeUndefined()
  })
})

describe('5.6 nothing, and what is false', () => {
  test.each([[0], [''], [false], [null]])('%j is a hit', async (value) => {
    const { cache } = cacheOf()
    let calls = 0
    const load = () => { calls++; return value }
    expect(await cache.getOrSet(keys.flag({ name: 'a' }), load)).toBe(value)
    expect(await cache.getOrSet(keys.flag({ name: 'a' }), load)).toBe(value)
    expect(calls).toBe(1)
  })

  test('undefined is an error of the loader', async () => {
    const { cache } = cacheOf()
    await expect(cache.getOrSet(keys.flag({ name: 'a' }), () => undefined as unknown as null)).rejects.toThrow(/none\(\)/)
  })

  test('none() is kept for the negative TTL, or for its own', async () => {
    const { cache, clock } = cacheOf()
    let calls = 0
    const load = (ttl?: '20s') => () => { calls++; return ttl === undefined ? none() : none({ ttl }) }
    expect(await cache.getOrSet(keys.flag({ name: 'a' }), load())).toBeUndefined()
    await cache.getOrSet(keys.flag({ name: 'a' }), load())
    expect(calls).toBe(1)
    await clock.move(5001)
    await cache.getOrSet(keys.flag({ name: 'a' }), load('20s'))
    await clock.move(19_000)
    await cache.getOrSet(keys.flag({ name: 'a' }), load())
    expect(calls).toBe(2)
  })
})

describe('5.9 tags', () => {
  test('are generations: what was made before is a miss, what comes after is not', async () => {
    const { cache } = cacheOf()
    await cache.set(keys.news({ page: 1 }), 'one')
    await cache.set(keys.news({ page: 2 }), 'two')
    await cache.set(keys.post({ id: 1 }), { title: 'kept' })
    await cache.invalidateTag('news')
    expect(await cache.get(keys.news({ page: 1 }))).toBeUndefined()
    expect(await cache.get(keys.post({ id: 1 }))).toEqual({ title: 'kept' })
    await cache.set(keys.news({ page: 2 }), 'new')
    expect(await cache.get(keys.news({ page: 2 }))).toBe('new')
  })

  test('that are invalidated while a load runs make its value a miss', async () => {
    const { cache } = cacheOf()
    const first = held('old')
    const asked = cache.getOrSet(keys.news({ page: 1 }), first.load)
    await settle()
    await cache.invalidateTag('news')
    first.open()
    await asked
    expect(await cache.get(keys.news({ page: 1 }))).toBeUndefined()
  })
})

describe('5.11 what is handed out', () => {
  test('is frozen in development', async () => {
    const { cache } = cacheOf({ strict: true })
    const value = await cache.getOrSet(keys.post({ id: 1 }), () => ({ title: 'a', tags: ['x'] }))
    expect(() => { (value as { title: string }).title = 'b' }).toThrow(TypeError)
    expect(() => { (value.tags as string[]).push('y') }).toThrow(TypeError)
  })

  test('is the same object without, and a copy where that is asked for', async () => {
    const plain = cacheOf({ strict: false }).cache
    await plain.set(keys.post({ id: 1 }), { title: 'a' })
    expect(await plain.get(keys.post({ id: 1 }))).toBe(await plain.get(keys.post({ id: 1 })))
    const copying = cacheOf({ strict: false, clone: true }).cache
    await copying.set(keys.post({ id: 1 }), { title: 'a' })
    expect(await copying.get(keys.post({ id: 1 }))).not.toBe(await copying.get(keys.post({ id: 1 })))
  })
})

describe('5.12 size', () => {
  test('is bounded; the least recently used goes, and is counted', async () => {
    const { cache } = cacheOf({ layers: [memory({ max: 2 })] })
    for (const id of [1, 2, 3]) await cache.set(keys.post({ id }), { title: String(id) })
    expect(await cache.get(keys.post({ id: 1 }))).toBeUndefined()
    expect(await cache.get(keys.post({ id: 3 }))).toEqual({ title: '3' })
    expect(cache.stats().total.evictionCount).toBe(1)
  })

  test('a bound of nothing is refused', () => {
    expect(() => memory({ max: 0 })).toThrow(RangeError)
  })
})

describe('5.13 jitter', () => {
  test('takes off and never adds', async () => {
    const { cache, clock } = cacheOf({ jitter: 0.1, random: () => 0.999 })
    await cache.set(keys.post({ id: 1 }), { title: 'a' })
    await clock.move(53_000)
    expect(await cache.get(keys.post({ id: 1 }))).toBeDefined()
    await clock.move(2000)
    expect(await cache.get(keys.post({ id: 1 }))).toBeUndefined()
  })
})

describe('5.14 grace', () => {
  test('staleWhileRevalidate serves the old value and makes the new one beside it', async () => {
    const { cache, clock } = cacheOf()
    await cache.set(keys.news({ page: 1 }), 'old')
    await clock.move(65_000)
    expect(await cache.getOrSet(keys.news({ page: 1 }), () => 'new')).toBe('old')
    await settle()
    expect(await cache.getOrSet(keys.news({ page: 1 }), () => 'newer')).toBe('new')
  })

  test('past that window the caller waits, and staleIfError serves only where the loader fails', async () => {
    const { cache, clock } = cacheOf()
    await cache.set(keys.news({ page: 1 }), 'old')
    await clock.move(75_000)
    await expect(cache.getOrSet(keys.news({ page: 1 }), () => Promise.reject(new Error('down')))).resolves.toBe('old')
    expect(await cache.getOrSet(keys.news({ page: 1 }), () => 'new')).toBe('new')
  })

  test('what was invalidated is never served as stale', async () => {
    const { cache } = cacheOf()
    await cache.set(keys.news({ page: 1 }), 'old')
    await cache.invalidateTag('news')
    await expect(cache.getOrSet(keys.news({ page: 1 }), () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    await cache.set(keys.news({ page: 1 }), 'old')
    await cache.delete(keys.news({ page: 1 }))
    await expect(cache.getOrSet(keys.news({ page: 1 }), () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  })

  test('expire() ends freshness and leaves grace', async () => {
    const { cache } = cacheOf()
    await cache.set(keys.news({ page: 1 }), 'old')
    expect(await cache.expire(keys.news({ page: 1 }))).toBe('deleted')
    expect(await cache.get(keys.news({ page: 1 }))).toBeUndefined()
    expect(await cache.getOrSet(keys.news({ page: 1 }), () => 'new')).toBe('old')
    await cache.set(keys.post({ id: 1 }), { title: 'a' })
    await cache.expire(keys.post({ id: 1 }))
    expect(await cache.getOrSet(keys.post({ id: 1 }), () => ({ title: 'b' }))).toEqual({ title: 'b' })
  })
})

describe('5.15 units', () => {
  test.each([[300], ['300'], ['0s'], ['-5m'], [{ ms: 0 }], [{ s: 1, ms: 1 }], [null]])('a TTL of %j is refused', async (ttl) => {
    const { cache } = cacheOf()
    await expect(cache.set(keys.post({ id: 1 }), { title: 'a' }, { ttl: ttl as never })).rejects.toThrow(/ttl must be/)
  })

  test("'forever' is until it is deleted", async () => {
    const { cache, clock } = cacheOf()
    await cache.set(keys.post({ id: 1 }), { title: 'a' }, { ttl: 'forever' })
    await clock.move(1e12)
    expect(await cache.get(keys.post({ id: 1 }))).toEqual({ title: 'a' })
  })
})

describe('stampedes', () => {
  test('a thousand that miss together load once', async () => {
    const { cache } = cacheOf()
    const loader = held({ title: 'a' })
    let stampedes = 0
    cache.on('stampede', () => { stampedes++ })
    const all = Promise.all(Array.from({ length: 1000 }, () => cache.getOrSet(keys.post({ id: 1 }), loader.load)))
    await settle()
    loader.open()
    await all
    expect(loader.calls()).toBe(1)
    expect(stampedes).toBe(1)
  })

  test('XFetch refreshes before the end, by the time that the value took, in the background', async () => {
    const clock = new FakeClock()
    let random = 0.999
    const cache = createCache({ keys: keys as KeySet as typeof keys, clock, random: () => random, jitter: 0 })
    const slow = async () => { await clock.move(2000); return { title: 'a' } }
    await cache.getOrSet(keys.post({ id: 1 }), slow)
    let calls = 0
    const fresh = () => { calls++; return { title: 'b' } }
    await cache.getOrSet(keys.post({ id: 1 }), fresh)
    expect(calls).toBe(0)
    // At 5 seconds before the end and delta 2 s, the chance is exp(-5 / 2) = 8 %.
    await clock.move(55_000)
    random = 0.09
    expect(await cache.getOrSet(keys.post({ id: 1 }), fresh)).toEqual({ title: 'a' })
    expect(calls).toBe(0)
    random = 0.08
    expect(await cache.getOrSet(keys.post({ id: 1 }), fresh)).toEqual({ title: 'a' })
    await settle()
    expect(calls).toBe(1)
    expect(await cache.get(keys.post({ id: 1 }))).toEqual({ title: 'b' })
    expect(cache.stats().total.earlyRefreshCount).toBe(1)
  })
})

describe('events of the domain', () => {
  test('delete what they make wrong, and only once they are committed', async () => {
    const { cache } = cacheOf()
    await cache.set(keys.feed({ id: 'a' }), 'old')
    await cache.transaction(async (events) => {
      events.emit('post.changed', { id: 'a' })
      expect(await cache.get(keys.feed({ id: 'a' }))).toBe('old')
    })
    expect(await cache.get(keys.feed({ id: 'a' }))).toBeUndefined()
    await cache.set(keys.feed({ id: 'a' }), 'kept')
    await expect(cache.transaction((events) => { events.emit('post.changed', { id: 'a' }); return Promise.reject(new Error('rolled back')) })).rejects.toThrow('rolled back')
    expect(await cache.get(keys.feed({ id: 'a' }))).toBe('kept')
  })
})

describe('figures', () => {
  test('are by template, in the names of Caffeine', async () => {
    const { cache } = cacheOf()
    await cache.getOrSet(keys.post({ id: 1 }), () => ({ title: 'a' }))
    await cache.getOrSet(keys.post({ id: 1 }), () => ({ title: 'a' }))
    expect(await cache.delete(keys.post({ id: 1 }))).toBe('deleted')
    expect(await cache.delete(keys.post({ id: 1 }))).toBe('absent')
    expect(cache.stats().templates['post:{id}']).toMatchObject({ hitCount: 1, missCount: 1, loadSuccessCount: 1, deleteCount: 2, deleteHitCount: 1 })
  })

  test('tell of a template that is deleted and never written', async () => {
    const { cache } = cacheOf()
    await cache.delete(keys.feed({ id: 'a' }))
    expect(cache.stats().suspicious).toEqual([{ template: 'feed:{id}', why: 'deleted-never-written', deletes: 1 }])
  })
})

test('a text is no key', async () => {
  const { cache } = cacheOf()
  await expect(cache.getOrSet('post:1' as never, () => 1 as never)).rejects.toThrow(/defineKeys/)
  await expect(cache.delete('post:1' as never)).rejects.toThrow(/defineKeys/)
})

test('a closed cache refuses', async () => {
  const { cache } = cacheOf()
  expect(await cache.close()).toEqual({ flushed: 0, failed: 0, dropped: 0 })
  await expect(cache.get(keys.post({ id: 1 }))).rejects.toThrow(/closed/)
})
