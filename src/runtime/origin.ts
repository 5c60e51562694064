import type { Cache } from './cache.js'
import { DurableWriteBehind } from './durable-write-behind.js'
import type { CacheKey, KeyDefinition, Parameters, Scope } from './keys.js'
import type { ReadOptions } from './options.js'
import type { DeepReadonly } from './values.js'
import { WriteBehind, type Outcome, type Write, type WriteBehindOptions } from './write-behind.js'

/** Where the values of a key come from and go to: a database, a service. */
export interface Origin<V, T extends string> {
  load(parameters: Parameters<T>): V | Promise<V>
  write?(parameters: Parameters<T>, value: V): Promise<void>
  /** Writes several at once; in place of `write` where it is given. */
  writeMany?(writes: readonly { readonly parameters: Parameters<T>; readonly value: V }[]): Promise<void>
}

/** A key together with its origin: read-through, write-through and write-behind by their names. */
export interface OriginCache<V, T extends string> {
  /** Read-through: the value that is still to be written, the cached one, or the origin's. */
  get(parameters: Parameters<T>, options?: ReadOptions): Promise<DeepReadonly<V>>
  /** Writes to the origin and then to the cache. Where the origin fails the cache is left as it is. */
  writeThrough(parameters: Parameters<T>, value: V): Promise<void>
  /** Writes to the cache at once and to the origin later; readers here see the value from now on. */
  writeBehind(parameters: Parameters<T>, value: V): Promise<void>
  /** Writes now what is to be written later. */
  flush(): Promise<void>
}

/** Binds a definition of a cache to where its values come from. */
export function withOrigin<V, S extends Scope, T extends string>(cache: Cache, definition: KeyDefinition<V, S, T>, origin: Origin<V, T>, options: WriteBehindOptions = {}): OriginCache<V, T> {
  const write = async (pending: readonly Write[]): Promise<readonly Outcome[]> => {
    const outcomes = await outcomesOf(origin, pending.map(({ key, value }) => ({ parameters: key.parameters as Parameters<T>, value: value as V })))
    // Another process may have loaded the row as it was before it was written.
    if (cache.isShared) await Promise.all(pending.map(({ key }, i) => (outcomes[i] ? undefined : cache.drop(key).catch(() => undefined))))
    return outcomes
  }
  const onDead = (key: CacheKey, error: unknown): void => {
    cache.tell('dead-letter', { template: key.definition.template, key: key.text, error })
    // The origin never got what the cache has.
    cache.drop(key).catch(() => undefined)
  }
  const behind = options.queue
    ? new DurableWriteBehind(cache.clock, options.queue, { definition: definition as unknown as KeyDefinition, codec: cache.codecOf(definition as unknown as KeyDefinition), write, onDead }, options)
    : new WriteBehind(cache.clock, write, options, onDead)
  cache.onClose(() => behind.close(), () => behind.size)
  const order = new Order()
  return {
    get(parameters, readOptions) {
      const key = definition(parameters)
      const pending = behind.get(key.text)
      return pending ? Promise.resolve(cache.handed(pending.value) as DeepReadonly<V>) : cache.getOrSet<V>(key, () => origin.load(parameters) as NoInfer<V>, readOptions)
    },
    writeThrough(parameters, value) {
      const key = definition(parameters)
      return order.of(key.text, async () => {
        cache.assertOpen()
        // What waits to be written is older.
        await behind.supersede(key.text)
        await written(origin, parameters, value)
        await cache.set<V>(key, value as NoInfer<V>)
      })
    },
    async writeBehind(parameters, value) {
      const key: CacheKey<V> = definition(parameters)
      cache.assertOpen()
      await behind.put(key, value)
      await cache.set<V>(key, value as NoInfer<V>)
    },
    flush: () => behind.flush(),
  }
}

/** What becomes of each write. Where several at once fail, each is tried by itself: one that cannot be written holds up no other. */
async function outcomesOf<V, T extends string>(origin: Origin<V, T>, writes: readonly { readonly parameters: Parameters<T>; readonly value: V }[]): Promise<readonly Outcome[]> {
  if (origin.writeMany && writes.length > 1) {
    try {
      await origin.writeMany(writes)
      return writes.map(() => undefined)
    } catch { /* each by itself */ }
  }
  const results = await Promise.allSettled(writes.map(({ parameters, value }) => (origin.writeMany ? origin.writeMany([{ parameters, value }]) : written(origin, parameters, value))))
  return results.map((result) => (result.status === 'rejected' ? { error: result.reason as unknown } : undefined))
}

async function written<V, T extends string>(origin: Origin<V, T>, parameters: Parameters<T>, value: V): Promise<void> {
  if (origin.write) await origin.write(parameters, value)
  else if (origin.writeMany) await origin.writeMany([{ parameters, value }])
  else throw new TypeError('the origin has no write')
}

/** Runs what concerns one key one after the other: two writes reach origin and cache in one order. */
class Order {
  private readonly last = new Map<string, Promise<unknown>>()

  of<R>(text: string, work: () => Promise<R>): Promise<R> {
    const before = this.last.get(text) ?? Promise.resolve()
    const next = before.catch(() => undefined).then(work)
    const kept = next.catch(() => undefined).finally(() => { if (this.last.get(text) === kept) this.last.delete(text) })
    this.last.set(text, kept)
    return next
  }
}
