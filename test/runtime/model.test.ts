import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCache, defineKeys, key, memory } from '../../src/runtime/index.js'
import { localBus } from '../../src/runtime/bus.js'
import { FakeClock, settle } from './fake-clock.js'
import { FakeLayer } from './fake-layer.js'

const TTL = 60_000
const STALE = 10_000
const keys = defineKeys({ row: key<number>()({ scope: 'public', template: 'row:{id}', ttl: '1m', staleWhileRevalidate: '10s', tags: ({ id }) => [`tag${Number(id) % 2}`] }) })

type Step =
  | { readonly op: 'read' | 'get' | 'set' | 'delete' | 'expire' | 'change'; readonly id: number; readonly process: number }
  | { readonly op: 'tag'; readonly tag: number; readonly process: number }
  | { readonly op: 'time'; readonly ms: number }
  | { readonly op: 'finish'; readonly nth: number }
  | { readonly op: 'lease' }

const id = fc.integer({ min: 0, max: 2 })
const process = fc.integer({ min: 0, max: 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('read' as const), id, process }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('get' as const), id, process }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('change' as const), id, process }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('set' as const, 'delete' as const, 'expire' as const), id, process }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('tag' as const), tag: fc.integer({ min: 0, max: 1 }), process }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('time' as const), ms: fc.constantFrom(10, 1000, TTL - 1, TTL, STALE, TTL + STALE) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('finish' as const), nth: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ op: 'lease' as const }) },
)

/**
 * The source is a counter for each row, and every change of it is followed by a delete, as the rules want it. Then no read
 * that begins after the delete may see what was there before it, whatever loads were under way, in whichever process.
 * `expire` alone leaves a value that may be served once more.
 */
async function run(steps: readonly Step[], isShared: boolean): Promise<void> {
  const clock = new FakeClock()
  const layer = new FakeLayer(clock)
  const bus = localBus()
  const caches = Array.from({ length: isShared ? 2 : 1 }, () => createCache({
    keys, clock, random: () => 0.5, jitter: 0, layers: isShared ? [memory(), layer] : [memory()], ...(isShared ? { bus: bus() } : {}), lease: '5s', early: { beta: 1 },
  }))
  const rows = [0, 0, 0]
  /** The oldest value that may still be seen of each row. */
  const least = [0, 0, 0]
  const loads: (() => void)[] = []
  const reads: Promise<void>[] = []
  const loadOf = (row: number) => () => {
    const value = rows[row]!
    return new Promise<number>((done) => { loads.push(() => { done(value) }) })
  }
  const check = (row: number, atLeast: number) => (value: number | undefined): void => {
    if (value !== undefined) expect(value, `row ${row} of ${JSON.stringify(steps)}`).toBeGreaterThanOrEqual(atLeast)
  }
  for (const each of steps) {
    const cache = caches['process' in each ? each.process % caches.length : 0]!
    switch (each.op) {
      case 'read': reads.push(cache.getOrSet(keys.row({ id: each.id }), loadOf(each.id)).then(check(each.id, least[each.id]!))); break
      case 'get': reads.push(cache.get(keys.row({ id: each.id })).then(check(each.id, least[each.id]!))); break
      case 'set': await cache.set(keys.row({ id: each.id }), rows[each.id]!); break
      case 'delete': await cache.delete(keys.row({ id: each.id })); break
      case 'expire': await cache.expire(keys.row({ id: each.id })); break
      case 'change':
        rows[each.id]!++
        await cache.delete(keys.row({ id: each.id }))
        least[each.id] = rows[each.id]!
        break
      case 'tag':
        for (const row of [0, 1, 2]) if (row % 2 === each.tag) rows[row]!++
        await cache.invalidateTag(`tag${each.tag}`)
        for (const row of [0, 1, 2]) if (row % 2 === each.tag) least[row] = rows[row]!
        break
      case 'time': await clock.move(each.ms); break
      case 'finish': loads.splice(each.nth % Math.max(1, loads.length), 1)[0]?.(); break
      case 'lease': layer.loseLeases(); break
    }
    await settle()
  }
  // Whoever waits gets an answer in the end.
  for (let i = 0; i < 200 && reads.length > 0; i++) {
    for (const finish of loads.splice(0)) finish()
    await clock.move(100)
  }
  await Promise.all(reads)
}

describe('whatever is interleaved, no read sees what a finished delete ended', () => {
  test('in memory alone', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) => run(steps, false)), { numRuns: 1500 })
  })

  test('with two processes over a shared layer, a bus and leases that are lost', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) => run(steps, true)), { numRuns: 1500 })
  })
})

test('time: a value is fresh until its TTL, stale until its window, and gone then', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: TTL + STALE + 5000 }), async (age) => {
    const clock = new FakeClock()
    const cache = createCache({ keys, clock, jitter: 0, early: false })
    await cache.set(keys.row({ id: 1 }), 7)
    await clock.move(age)
    expect(await cache.get(keys.row({ id: 1 }))).toBe(age < TTL ? 7 : undefined)
    expect(await cache.getOrSet(keys.row({ id: 1 }), () => 8)).toBe(age < TTL + STALE ? 7 : 8)
  }), { numRuns: 300 })
})
