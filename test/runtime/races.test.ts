import { readFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCache, defineKeys, key, localBus, memory, recorder, userId, withOrigin, type CacheOptions, type KeySet, type SharedLayer } from '../../src/runtime/index.js'
import { TrustedBus } from '../../src/runtime/bus.js'
import { FakeClock, settle } from './fake-clock.js'
import { FakeLayer } from './fake-layer.js'

const keys = defineKeys({
  row: key<string>()({ scope: 'public', template: 'row:{id}', ttl: '1m' }),
  news: key<string>()({ scope: 'public', template: 'news:{id}', ttl: '1m', tags: ['news'], staleWhileRevalidate: '1h', staleIfError: '1h' }),
  count: key<bigint>()({ scope: 'public', template: 'count:{id}', ttl: '1m', codec: 'plain' }),
})
const plain = { name: 'plain', encode: (value: unknown) => JSON.stringify(value), decode: (text: string) => JSON.parse(text) as unknown }
const row = keys.row({ id: 1 })
const news = keys.news({ id: 1 })

/** Several processes over one layer; `change` puts something in the way of one of them. */
function processes(count: number, { options = {}, change = [] }: { readonly options?: Partial<CacheOptions<typeof keys>>; readonly change?: readonly ((layer: SharedLayer) => Partial<SharedLayer>)[] } = {}) {
  const clock = new FakeClock()
  const store = new FakeLayer(clock)
  const bus = localBus()
  const caches = Array.from({ length: count }, (_, i) => {
    const layer = new Proxy(store, { get: (target, name) => (change[i]?.(target) as Record<string | symbol, unknown> | undefined)?.[name] ?? (typeof target[name as 'read'] === 'function' ? target[name as 'read'].bind(target) : target[name as 'read']) })
    return createCache({ keys, clock, layers: [memory(), layer], bus: bus(), codecs: [plain], jitter: 0, early: false, strict: false, ...options } as CacheOptions<typeof keys>)
  })
  return { clock, store, caches }
}

describe('5.2 several processes load once', () => {
  const loadsOf = async (count: number, prepare: (set: ReturnType<typeof processes>) => Promise<void>): Promise<number> => {
    const set = processes(count)
    await set.caches[0]!.set(news, 'old')
    for (const cache of set.caches) await cache.get(news)
    await prepare(set)
    let loads = 0
    const asked = set.caches.map((cache) => cache.getOrSet(news, async () => { loads++; await new Promise<void>((done) => { set.clock.after(100, done) }); return 'new' }, { background: false }))
    for (let i = 0; i < 40; i++) await set.clock.move(20)
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['new']))
    return loads
  }

  test('where the value is past its time', async () => {
    expect(await loadsOf(5, ({ clock }) => clock.move(61_000))).toBe(1)
  })

  test('where its tag was raised', async () => {
    expect(await loadsOf(5, async ({ caches }) => { await caches[0]!.invalidateTag('news') })).toBe(1)
  })

  test('where it is refreshed in the background, one process after the other', async () => {
    const { caches, clock } = processes(5)
    await caches[0]!.set(news, 'old')
    for (const cache of caches) await cache.get(news)
    await clock.move(61_000)
    let loads = 0
    for (const cache of caches) {
      await cache.getOrSet(news, () => { loads++; return 'new' })
      await clock.move(20)
    }
    expect(loads).toBe(1)
    for (const cache of caches) expect(await cache.get(news)).toBe('new')
  })
})

describe('5.2 a change that comes meanwhile', () => {
  test('a delete whose message overtakes the answer of a write is not undone in memory', async () => {
    let answer = (): void => undefined
    const { caches: [a, b] } = processes(2, { change: [(layer) => ({ write: async (...args) => { await layer.write(...args); await new Promise<void>((done) => { answer = done }) } })] })
    const written = a!.set(row, 'old')
    await settle()
    expect(await b!.delete(row)).toBe('deleted')
    answer()
    await written
    expect([await a!.get(row), await b!.get(row)]).toEqual([undefined, undefined])
  })

  test('a write elsewhere does not keep memory from keeping this one', async () => {
    const { caches: [a] } = processes(1)
    await Promise.all([a!.set(row, 'one'), a!.set(keys.row({ id: 2 }), 'two')])
    await a!.get(row)
    expect(a!.stats().total.memoryHitCount).toBe(1)
  })

  test('a hold refuses to keep what is loaded, by memory alone as well; a write stands', async () => {
    const clock = new FakeClock()
    const cache = createCache({ keys, clock, codecs: [plain], early: false, jitter: 0 })
    await cache.delete(row, { hold: '20s' })
    expect(await cache.getOrSet(row, () => 'lagging')).toBe('lagging')
    expect(await cache.get(row)).toBeUndefined()
    await cache.set(row, 'known')
    expect(await cache.get(row)).toBe('known')
    await cache.delete(row)
    await clock.move(20_001)
    await cache.getOrSet(row, () => 'caught up')
    expect(await cache.get(row)).toBe('caught up')
  })

  test('a hold that is owed is not forgotten', async () => {
    let isDown = true
    const holds: number[] = []
    const { caches: [a], clock } = processes(1, { change: [(layer) => ({ remove: (name: string, holdMs: number) => { if (isDown) return Promise.reject(new Error('down')); holds.push(holdMs); return layer.remove(name, holdMs) } })] })
    expect(await a!.delete(row, { hold: '20s' })).toBe('queued')
    isDown = false
    await clock.move(300)
    expect(holds).toEqual([20_000])
  })
})

describe('5.9 generations', () => {
  test('a write that cannot learn them is not kept, since nothing could invalidate it', async () => {
    let faults = 1
    const { caches: [a] } = processes(1, { change: [(layer) => ({ generations: (names) => (names[0]!.startsWith('tag') && faults-- > 0 ? Promise.reject(new Error('blip')) : layer.generations(names)) })] })
    await a!.set(news, 'old')
    await a!.invalidateTag('news')
    expect(await a!.get(news)).toBeUndefined()
  })

  test('a raise that is owed is believed here, whatever the layer says', async () => {
    const { caches: [a] } = processes(1, { change: [() => ({ raise: () => Promise.reject(new Error('down')) })] })
    await a!.set(news, 'old')
    expect(await a!.invalidateTag('news')).toBe('queued')
    await a!.getOrSet(keys.news({ id: 2 }), () => 'other')
    expect(await a!.get(news)).toBeUndefined()
  })

  test('an answer that was given before a raise, and comes after it, is not believed', async () => {
    let answer: (() => void) | undefined
    let isSlow = false
    const { caches: [a, b] } = processes(2, { change: [(layer) => ({ generations: async (names) => { const numbers = await layer.generations(names); if (isSlow && names[0]!.startsWith('tag')) await new Promise<void>((done) => { answer = done }); return numbers } })] })
    await b!.set(news, 'old')
    isSlow = true
    const asked = a!.getOrSet(keys.news({ id: 2 }), () => 'other')
    for (let i = 0; i < 5 && !answer; i++) await settle()
    await b!.invalidateTag('news')
    isSlow = false
    answer!()
    await asked
    expect([await a!.get(news), await b!.get(news)]).toEqual([undefined, undefined])
  })

  test('with memory alone no number comes twice, however many tags there are', async () => {
    const cache = createCache({ keys, codecs: [plain], early: false, jitter: 0 })
    await cache.set(news, 'old')
    await cache.invalidateTag('news')
    for (let i = 0; i < 100_001; i++) await cache.invalidateTag(`t${i}`)
    await cache.set(keys.news({ id: 2 }), 'other')
    expect(await cache.get(news)).toBeUndefined()
  })
})

describe('5.5 and 5.10 the fault of one key is no outage', () => {
  test('a value that cannot be written costs nobody else anything', async () => {
    const { caches: [b] } = processes(1)
    const errors: unknown[] = []
    b!.on('layer-error', ({ error }) => { errors.push(error) })
    await b!.set(row, 'good')
    for (let id = 0; id < 6; id++) expect(await b!.getOrSet(keys.count({ id }), () => 1n)).toBe(1n)
    expect(errors).toHaveLength(6)
    expect(b!.stats().total.fencedCount).toBe(0)
    expect(await b!.get(row)).toBe('good')
  })

  test('a check that throws at what it is shown takes it for none', async () => {
    const clock = new FakeClock()
    const checked = defineKeys({ it: key<{ user: { name: string } }>()({ scope: 'public', template: 'it', ttl: '1m', validate: (value): value is { user: { name: string } } => (value as { user: { name: string } }).user.name !== '' }) })
    const cache = createCache({ keys: checked, clock, layers: [new FakeLayer(clock)], early: false })
    await cache.set(checked.it({}), { other: 1 } as never)
    expect(await cache.getOrSet(checked.it({}), () => ({ user: { name: 'Ada' } }))).toEqual({ user: { name: 'Ada' } })
  })
})

test('5.4 a bus that was silent is believed again once it is heard', async () => {
  const clock = new FakeClock()
  const told: string[] = []
  let isDeaf = false
  let message: (text: string) => void = () => undefined
  const bus = new TrustedBus({
    channel: 'x', close: () => Promise.resolve(),
    publish: (text) => { if (!isDeaf) message(text); return Promise.resolve() },
    start: (handlers) => { ({ message } = handlers); handlers.ready() },
  }, clock, { changed: () => undefined, lost: (reason) => { told.push(reason) }, ready: () => { told.push('ready') } })
  isDeaf = true
  await clock.move(20_000)
  expect([told, bus.isTrusted]).toEqual([['ready', 'nothing is heard of it'], false])
  isDeaf = false
  await clock.move(10_000)
  expect([told.at(-1), bus.isTrusted]).toEqual(['ready', true])
})

test('keys of one set never meet, whatever divides them', () => {
  const set = defineKeys({
    whole: key<string>()({ scope: 'user', template: 'profile-{userId}', ttl: '1m' }),
    page: key<string>()({ scope: 'user', template: 'profile-{userId}-{page}', ttl: '1m' }),
  })
  expect(set.whole({ userId: userId('ada-2') }).text).not.toBe(set.page({ userId: userId('ada'), page: 2 }).text)
  expect(set.whole({ userId: userId('ada-2') }).text).toBe('profile-ada%2D2')
})

test('5.11 with `clone` nobody holds what another holds', async () => {
  const objects = defineKeys({ it: key<{ n: number }>()({ scope: 'public', template: 'it:{id}', ttl: '1m' }) })
  const cache = createCache({ keys: objects, clone: true, strict: false, early: false })
  const load = async () => { await Promise.resolve(); return { n: 1 } }
  const [one, two] = await Promise.all([cache.getOrSet(objects.it({ id: 1 }), load), cache.getOrSet(objects.it({ id: 1 }), load)])
  expect(one).not.toBe(two)
  const given = { n: 1 }
  await cache.set(objects.it({ id: 2 }), given)
  given.n = 99
  expect(await cache.get(objects.it({ id: 2 }))).toEqual({ n: 1 })
})

test('events after a transaction are sent though one of them cannot be', async () => {
  const set = defineKeys({
    bad: key<string>()({ scope: 'public', template: 'bad:{id}', ttl: '1m', invalidateOn: { broken: () => { throw new Error('mapper') } } }),
    good: key<string>()({ scope: 'public', template: 'good:{id}', ttl: '1m', invalidateOn: { changed: () => ({ id: 1 }) } }),
  })
  const cache = createCache({ keys: set, early: false } as CacheOptions<KeySet>)
  await cache.set(set.good({ id: 1 }), 'old')
  await expect(cache.transaction((events) => { events.emit('broken', {}); events.emit('changed', {}); return Promise.resolve() })).rejects.toThrow('1 of 2 events could not be sent')
  expect(await cache.get(set.good({ id: 1 }))).toBeUndefined()
})

describe('5.17 close', () => {
  test('waits for a delete that is under way, and settles it where its answer never comes', async () => {
    const { caches: [a], clock } = processes(1, { change: [() => ({ remove: () => new Promise<boolean>(() => undefined) })] })
    await a!.set(row, 'v')
    const deleted = a!.delete(row)
    const closed = expect(a!.close({ timeout: '1s' })).rejects.toMatchObject({ name: 'CloseError', report: { failed: 1 } })
    for (let i = 0; i < 20; i++) await clock.move(100)
    await closed
    expect(await deleted).toBe('queued')
  })

  test('gives back the leases of loads that are under way', async () => {
    const { caches: [a, b], clock } = processes(2)
    const slow = a!.getOrSet(row, () => new Promise<string>(() => undefined))
    void slow.catch(() => undefined)
    await settle()
    await a!.close()
    const asked = b!.getOrSet(row, () => 'v')
    await clock.move(20)
    expect(await asked).toBe('v')
  })

  test('asked twice waits for the one that is under way, and closes the layer though the recorder cannot write', async () => {
    let isClosed = false
    const clock = new FakeClock()
    const cache = createCache({ keys, clock, codecs: [plain], recorder: recorder({ file: '/nonexistent/folder/x' }), layers: [Object.assign(new FakeLayer(clock), { close: () => { isClosed = true; return Promise.resolve() } })] })
    await cache.set(row, 'v')
    const [first, second] = [cache.close(), cache.close()]
    expect(second).toBe(first)
    await expect(first).rejects.toThrow(/ENOENT/)
    expect(isClosed).toBe(true)
  })
})

test('5.12 a recorder that cannot keep up leaves lines out, and says how many', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'keyproof-')), 'seen.jsonl')
  const to = recorder({ file, maxQueue: 1000 })
  for (let id = 0; id < 5000; id++) to.record({ op: 'get', key: keys.row({ id }), layer: '', isHit: true })
  await to.close()
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  expect(lines).toHaveLength(1001)
  expect(lines.at(-1)).toBe('{"dropped":4000}')
})

test('5.12 who waits for a load is forgotten with it: no stampede is told of two', async () => {
  const { caches: [a] } = processes(1)
  const told: number[] = []
  a!.on('stampede', ({ waiters }) => { told.push(waiters) })
  for (let i = 0; i < 20; i++) {
    await a!.delete(row)
    await Promise.all([1, 2].map(() => a!.getOrSet(row, () => 'v')))
  }
  expect(told).toEqual([])
})

test('5.18 what another process loaded before the write is forgotten after it', async () => {
  const { caches: [a, b], clock } = processes(2)
  let known = 'old'
  const origin = { load: () => known, write: (_: object, value: string) => { known = value; return Promise.resolve() } }
  const [one, two] = [withOrigin(a!, keys.row, origin, { window: '100ms' }), withOrigin(b!, keys.row, origin)]
  await one.writeBehind({ id: 1 }, 'new')
  await b!.delete(row)
  expect(await two.get({ id: 1 })).toBe('old')
  await clock.move(200)
  expect([await one.get({ id: 1 }), await two.get({ id: 1 })]).toEqual(['new', 'new'])
})
