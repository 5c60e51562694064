import { spawnSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createCache, defineKeys, key, none, type Cache } from '../../src/runtime/index.js'
import { memcached } from '../../src/runtime/layers/memcached.js'
import { MetaConnection } from '../../src/runtime/layers/meta-protocol.js'
import { isInstalled, sleep, startMemcached, until, type Server } from './servers.js'

const keys = defineKeys({
  post: key<{ title: string }>()({ scope: 'public', template: 'post:{id}', ttl: '1m' }),
  news: key<string>()({ scope: 'public', template: 'news:{page}', ttl: '1m', staleWhileRevalidate: '10s', tags: ['news'] }),
  flag: key<boolean | number | string | null>()({ scope: 'public', template: 'flag:{name}', ttl: '1m' }),
})

describe.skipIf(!isInstalled('memcached'))('memcached', () => {
  let server: Server
  let admin: MetaConnection
  const made: Cache<typeof keys>[] = []

  beforeAll(async () => {
    server = await startMemcached()
    admin = new MetaConnection({ port: server.port })
    await sleep(50)
  })
  afterAll(async () => {
    admin.close()
    await server.stop()
  })
  afterEach(async () => {
    for (const cache of made.splice(0)) await cache.close({ timeout: '1s' }).catch(() => undefined)
  })

  async function make(port = server.port): Promise<Cache<typeof keys>> {
    const cache = createCache({ keys, layers: [memcached({ port })], jitter: 0, early: false, lease: '1s' })
    made.push(cache)
    await until(async () => {
      await cache.set(keys.flag({ name: 'ready' }), true)
      return (await cache.get(keys.flag({ name: 'ready' }))) === true
    })
    return cache
  }

  let next = 0
  const post = () => keys.post({ id: ++next })

  test.each([[0], [''], [false], [null], ['a\r\nEND\r\nmn'], ['ä€𝄞'], ['x'.repeat(200_000)]])('5.6 %j comes back as it was', async (value) => {
    const cache = await make()
    const it = keys.flag({ name: `v${++next}` })
    await cache.getOrSet(it, () => value)
    expect(await cache.getOrSet(it, () => 'again')).toBe(value)
  })

  test('5.13 a lease that is renewed leaves the time of a value alone that was written meanwhile', async () => {
    const [a, b] = [await make(), await make()]
    const it = post()
    const slow = a.getOrSet(it, async () => { await sleep(1500); return { title: 'loaded' } })
    await sleep(50)
    await b.set(it, { title: 'written' })
    await slow
    const name = `post:${next}`
    expect((await b.get(it))?.title).toBe('written')
    expect(Number((await admin.send(`mg ${name} t`)).flags['t'])).toBeGreaterThan(30)
  })

  test('5.14 expire() undoes neither a delete nor a write that comes at the same time', async () => {
    const [a, b] = [await make(), await make()]
    const of = (page: string) => keys.news({ page })
    for (let i = 0; i < 40; i++) {
      await a.set(of(`d${i}`), 'v1')
      await Promise.all([a.expire(of(`d${i}`)), b.delete(of(`d${i}`))])
      await expect(a.getOrSet(of(`d${i}`), () => Promise.reject(new Error('down')), { background: false })).rejects.toThrow('down')
      await a.set(of(`w${i}`), 'v1')
      await Promise.all([a.expire(of(`w${i}`)), b.set(of(`w${i}`), 'v2')])
      expect(await a.getOrSet(of(`w${i}`), () => 'v3')).not.toBe('v1')
    }
  })

  test("5.10 somebody else's value under a key is made anew, and one that is too large is nobody's outage", async () => {
    const cache = await make()
    const it = post()
    await admin.send(`ms post:${next} 3 T0`, Buffer.from('abc'))
    const began = performance.now()
    expect(await cache.getOrSet(it, () => ({ title: 'mine' }))).toEqual({ title: 'mine' })
    expect(performance.now() - began).toBeLessThan(500)
    expect(await cache.get(it)).toEqual({ title: 'mine' })
    for (let i = 0; i < 6; i++) await cache.set(post(), { title: 'x'.repeat(2_000_000) })
    expect(await cache.get(it)).toEqual({ title: 'mine' })
  })

  test('a program that only waits for an answer does not end before it', () => {
    const script = `import { createCache, defineKeys, key } from './dist/src/runtime/index.js'
import { memcached } from './dist/src/runtime/layers/memcached.js'
const keys = defineKeys({ a: key()({ scope: 'public', template: 'x:{id}', ttl: '5m' }) })
const cache = createCache({ keys, layers: [memcached({ port: ${server.port} })] })
await new Promise((done) => { setTimeout(done, 100) })
await cache.delete(keys.a({ id: 1 }))
console.log('done')`
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, 'done\n'])
  })

  test('none(), deletes, and what they tell', async () => {
    const cache = await make()
    const it = keys.flag({ name: 'none' })
    await cache.getOrSet(it, () => none())
    expect(await cache.getOrSet(it, () => 'again')).toBeUndefined()
    expect(await cache.delete(it)).toBe('deleted')
    expect(await cache.delete(it)).toBe('absent')
    expect(await cache.getOrSet(it, () => 'again')).toBe('again')
  })

  test('5.2 a fill that a delete in another process overtakes does not land', async () => {
    const [a, b] = [await make(), await make()]
    const it = post()
    const asked = a.getOrSet(it, async () => { await sleep(80); return { title: 'v1' } })
    await sleep(30)
    await b.delete(it)
    expect(await asked).toEqual({ title: 'v1' })
    expect(await a.get(it)).toBeUndefined()
    expect(a.stats().total.fencedCount).toBe(1)
  })

  test('5.2 nor does a refresh', async () => {
    const [a, b] = [await make(), await make()]
    const it = keys.news({ page: ++next })
    await a.set(it, 'old')
    await a.expire(it)
    expect(await a.getOrSet(it, async () => { await sleep(80); return 'v1' })).toBe('old')
    await sleep(30)
    await b.delete(it)
    await sleep(120)
    expect(await a.get(it)).toBeUndefined()
  })

  test('5.2 a write meanwhile stands', async () => {
    const [a, b] = [await make(), await make()]
    const it = post()
    const asked = a.getOrSet(it, async () => { await sleep(80); return { title: 'v1' } })
    await sleep(30)
    await b.set(it, { title: 'v2' })
    await asked
    expect(await a.get(it)).toEqual({ title: 'v2' })
  })

  test('5.3 two processes load once', async () => {
    const [a, b] = [await make(), await make()]
    const it = post()
    let calls = 0
    const load = async () => { calls++; await sleep(60); return { title: 'x' } }
    await Promise.all(Array.from({ length: 100 }, (_, i) => (i % 2 ? a : b).getOrSet(it, load)))
    expect(calls).toBe(1)
  })

  test('5.3 a lease is given back when the loader fails', async () => {
    const cache = await make()
    const it = post()
    await expect(cache.getOrSet(it, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    expect(await cache.getOrSet(it, () => ({ title: 'v1' }))).toEqual({ title: 'v1' })
    expect(await cache.get(it)).toEqual({ title: 'v1' })
  })

  test('5.3 a load that is slower than the lease still lands', async () => {
    const cache = await make()
    const it = post()
    await cache.getOrSet(it, async () => { await sleep(2300); return { title: 'slow' } })
    expect(await cache.get(it)).toEqual({ title: 'slow' })
  })

  test('5.9 tags are counters', async () => {
    const [a, b] = [await make(), await make()]
    const it = keys.news({ page: ++next })
    await a.set(it, 'old')
    expect(await b.get(it)).toBe('old')
    await b.invalidateTag('news')
    expect(await a.get(it)).toBeUndefined()
    await a.set(it, 'new')
    expect(await b.get(it)).toBe('new')
  })

  test('5.9 a counter that memcached lost makes misses, never old values', async () => {
    const cache = await make()
    const it = keys.news({ page: ++next })
    await cache.set(it, 'old')
    await admin.send('md keyproof:tag:default:news')
    expect(await cache.get(it)).toBeUndefined()
  })

  test('5.5 an outage: loads at once, owes the delete, and does it', async () => {
    const own = await startMemcached()
    const cache = await make(own.port)
    const it = post()
    await cache.set(it, { title: 'v1' })
    await own.stop()
    await sleep(50)
    expect(await cache.getOrSet(it, () => ({ title: 'own' }))).toEqual({ title: 'own' })
    expect(await cache.delete(it)).toBe('queued')
    const again = await startMemcached(own.port)
    await until(async () => (await cache.close({ timeout: '3s' }).then(() => true, () => false)))
    await again.stop()
  })

  test('a delete that holds refuses fills for a while', async () => {
    const cache = await make()
    const it = post()
    await cache.delete(it, { hold: '1s' })
    await cache.getOrSet(it, () => ({ title: 'lagging' }), { lock: 'process' })
    expect(await cache.get(it)).toBeUndefined()
  })

  test('keys that are too long for memcached are shortened, and stay apart', async () => {
    const cache = await make()
    const [one, two] = ['a', 'b'].map((end) => keys.flag({ name: `${'n'.repeat(300)}${end}` }))
    await cache.set(one!, 1)
    await cache.set(two!, 2)
    expect([await cache.get(one!), await cache.get(two!)]).toEqual([1, 2])
  })
})
