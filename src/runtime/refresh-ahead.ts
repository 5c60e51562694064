import type { Cache, Loader } from './cache.js'
import { milliseconds, type Duration } from './duration.js'
import type { CacheKey } from './keys.js'

/** A value that is kept warm: made now, and again before it ends, whether anybody asks or not. */
export interface WarmJob<V> {
  readonly key: CacheKey<V>
  readonly load: Loader<V>
  /** How often it is made anew; shorter than its TTL. */
  readonly every: Duration
}

/** What `warm` keeps fresh, until it is stopped. */
export interface Warmed {
  /** The values that could not be made, and why. */
  readonly failures: readonly { readonly key: string; readonly error: unknown }[]
  stop(): void
}

/**
 * Background refresh: makes values before they are asked for, `concurrency` at a time, and keeps them fresh. With a shared
 * layer one process does the work of all, since a refresh needs the lease.
 */
export async function warm<V>(cache: Cache, jobs: readonly WarmJob<V>[], { concurrency = 4 }: { readonly concurrency?: number } = {}): Promise<Warmed> {
  for (const { key, every } of jobs) {
    if (milliseconds(every, 'every') >= key.definition.settings.ttlMs) throw new RangeError(`${key.text} is made anew every ${JSON.stringify(every)}, which is no shorter than its TTL`)
    if (milliseconds(every, 'every') > LONGEST_MS) throw new RangeError(`${key.text} is made anew every ${JSON.stringify(every)}: a timer of Node holds no more than 24 days`)
  }
  const failures: { key: string; error: unknown }[] = []
  const waiting = [...jobs]
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const { key, load } = job
      await cache.getOrSet<V>(key, load as Loader<NoInfer<V>>).catch((error: unknown) => { failures.push({ key: key.text, error }) })
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, worker))
  const stops = jobs.map(({ key, load, every }) => cache.clock.every(milliseconds(every, 'every'), () => { cache.refreshNow(key, load) }))
  const stop = (): void => { for (const each of stops) each() }
  cache.onClose(() => {
    stop()
    return Promise.resolve({ flushed: 0, failed: 0, dropped: 0 })
  })
  return { failures, stop }
}

const LONGEST_MS = 2 ** 31 - 1
