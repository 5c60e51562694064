import { CacheBase } from './cache-base.js'
import type { CloseReport } from './closing.js'
import { inTransaction, keysOn } from './domain-events.js'
import { milliseconds, type Duration } from './duration.js'
import { CacheConfigError } from './errors.js'
import { assertKey, type CacheKey, type KeySet } from './keys.js'
import type { MemoryEntry } from './layers/memory.js'
import type { LoaderResult } from './loading.js'
import type { None } from './none.js'
import type { CacheOptions, Deleted, DeleteOptions, ReadOptions, WriteOptions } from './options.js'
import { isOrphan, ownerOf } from './orphans.js'
import type { CacheStats } from './stats.js'
import type { DeepReadonly } from './values.js'

/** What makes a value on a miss. `undefined` is an error: where there is no value, it gives `none()`. */
export type Loader<V> = () => LoaderResult<V> | Promise<LoaderResult<V>>

/** The strategy of the caller: cache-aside (`get`, `set`, `delete`) or read-through (`getOrSet`). */
export class Cache<K extends KeySet = KeySet> extends CacheBase {
  readonly keys: K

  /** @throws CacheConfigError, RangeError, TypeError for options that cannot be met */
  constructor(options: CacheOptions<K>) {
    super(options)
    this.keys = options.keys
  }

  /** The value, or `undefined` where none is kept. Never loads, and serves nothing that is past its TTL. */
  get<V>(key: CacheKey<V>): Promise<DeepReadonly<V> | undefined> {
    const { near, settings, shared, loading, flights, figures } = this.parts
    try {
      const text = this.textOf(key)
      const now = settings.clock.now()
      const entry = near.get(text, now)
      if (entry && now < entry.freshUntil && !entry.refusal) return Promise.resolve(this.hit(key, entry, false))
      if (!shared) return Promise.resolve(figures.missed(key))
      return loading.read(key, () => flights.breaks, (found) => (found ? this.hit(key, found, false, shared.name) : figures.missed(key)))
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  /**
   * Read-through: the value, or what `load` gives. One load at a time, in the process and, with a shared layer, among all;
   * now and then refreshed before its time in the background, so that nobody waits; what a delete overtakes is not kept.
   * @throws what `load` throws, to all who wait for it; nothing is stored and nothing deleted then, unless the key's
   * definition takes errors of its class for an answer (`negativeErrors`)
   */
  getOrSet<V>(key: CacheKey<V>, load: () => NoInfer<V> | Promise<NoInfer<V>>, options?: ReadOptions): Promise<DeepReadonly<V>>
  getOrSet<V>(key: CacheKey<V>, load: Loader<NoInfer<V>>, options?: ReadOptions): Promise<DeepReadonly<V> | undefined>
  getOrSet<V>(key: CacheKey<V>, load: Loader<V>, options: ReadOptions = {}): Promise<DeepReadonly<V> | undefined> {
    let text: string
    try {
      text = this.textOf(key)
    } catch (error) {
      return Promise.reject(error as Error)
    }
    const now = this.parts.settings.clock.now()
    const entry = this.parts.near.get(text, now)
    if (entry) {
      const served = this.served(key, entry, now, load, options)
      if (served) return served as Promise<DeepReadonly<V>>
    }
    const joined = this.parts.flights.get(text)
    if (joined) return this.joined(key, joined) as Promise<DeepReadonly<V>>
    const stale = entry?.refusal ? undefined : entry
    return this.parts.flights.start(text, key.definition.settings.tags?.(key.parameters) ?? [], (flight) => this.parts.loading.resolve(key, load, options, flight, stale, (found) => {
      if (found.isStale) this.parts.refreshing.now(key, load, options)
      else this.parts.refreshing.maybe(key, load, options, found.freshMs, found.deltaMs)
    })) as Promise<DeepReadonly<V>>
  }

  /** Stores a value. A load that is under way is overtaken by it. */
  async set<V>(key: CacheKey<V>, value: NoInfer<V> | None, options: WriteOptions = {}): Promise<void> {
    const text = this.textOf(key)
    this.parts.flights.break(text)
    this.parts.figures.wrote(key)
    await this.parts.loading.write(key, value, options, () => { this.parts.flights.break(text) }, (work) => this.parts.flights.startBeside(text, work))
  }

  /** Deletes what stands under a key, and fences the loads that began before. A shared layer that is down is told later. */
  delete(key: CacheKey, { hold }: DeleteOptions = {}): Promise<Deleted> {
    try {
      return this.remove(this.textOf(key), hold === undefined ? 0 : milliseconds(hold, 'hold'), key.definition, key)
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  /**
   * For code that is not moved yet: deletes a text. One that no template of the cache makes is told as `orphan-delete`.
   */
  readonly unsafe = {
    delete: async (text: string): Promise<Deleted> => {
      this.assertOpen()
      const owner = ownerOf(this.keys, text)
      if (isOrphan(owner)) this.emitter.emit('orphan-delete', owner)
      return this.remove(text, 0, isOrphan(owner) ? undefined : owner)
    },
  }

  /** Deletes several keys; what became of each, in their order. */
  deleteMany(keys: readonly CacheKey[], options: DeleteOptions = {}): Promise<readonly Deleted[]> {
    return Promise.all(keys.map((key) => this.delete(key, options)))
  }

  /** Ends a value's freshness: it may still be served while, or where, it cannot be made anew, as its definition allows. */
  async expire(key: CacheKey): Promise<Deleted> {
    const text = this.textOf(key)
    const had = this.parts.near.soften(text)
    const softened = await this.parts.shared?.soften(text)
    const found = had || softened === true
    return softened === 'queued' ? 'queued' : found ? 'deleted' : 'absent'
  }

  /** Makes every entry of a tag a miss, by raising its generation: no list of keys is kept or walked. */
  async invalidateTag(tag: string): Promise<'raised' | 'queued'> {
    this.assertOpen()
    this.parts.flights.breakTag(tag)
    if (this.parts.shared) {
      const raised = await this.parts.shared.generations.raiseTag(tag)
      this.parts.flights.breakTag(tag)
      return raised
    }
    this.parts.generations.raise(tag)
    return 'raised'
  }

  /** Makes all that this cache's namespace holds a miss. @throws CacheConfigError where the shared layer cannot be told */
  async clear(): Promise<void> {
    this.assertOpen()
    this.parts.near.clear()
    if (this.parts.shared && !(await this.parts.shared.generations.raiseNamespace())) throw new CacheConfigError('the shared layer did not answer: nothing of it was cleared')
    this.parts.near.clear()
  }

  /**
   * Event-based invalidation: deletes every key whose definition names the event in `invalidateOn`, in all processes.
   * To be called once what the event tells of is committed; see `transaction`.
   */
  async emit(event: string, payload: unknown): Promise<readonly Deleted[]> {
    const keys = Object.values(this.keys).flatMap((definition) => keysOn(definition, event, payload))
    return this.deleteMany(keys)
  }

  /** Runs `work` and sends the events that it names once it is done; where it throws none is sent. */
  transaction<T>(work: (events: { emit(event: string, payload: unknown): void }) => Promise<T>): Promise<T> {
    return inTransaction(work, (event, payload) => this.emit(event, payload))
  }

  /** The figures so far, in all and by template. */
  stats(): CacheStats {
    return this.parts.figures.stats()
  }

  /** Makes a value anew in the background, unless somebody does. */
  refreshNow<V>(key: CacheKey<V>, load: Loader<V>): void {
    this.parts.refreshing.now(key, load, {}, false)
  }

  /**
   * Flushes what is queued, replays deletes that are owed, waits for refreshes, and disconnects what it connected.
   * @throws CloseError where something is left after `timeout`
   */
  close({ timeout = '10s' }: { readonly timeout?: Duration } = {}): Promise<CloseReport> {
    return this.parts.closing.once(this.parts.shared, milliseconds(timeout, 'timeout'), () => this.parts.figures.close())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** What memory answers by itself: a fresh value, or one past its TTL while another is made. */
  private served<V>(key: CacheKey<V>, entry: MemoryEntry, now: number, load: Loader<V>, options: ReadOptions): Promise<unknown> | undefined {
    if (entry.refusal) return now < entry.freshUntil ? this.refused(key, entry.refusal.error) : undefined
    if (now < entry.freshUntil) {
      this.parts.refreshing.maybe(key, load, options, entry.freshUntil - now, entry.deltaMs)
      return Promise.resolve(this.hit(key, entry, false))
    }
    if (options.background === false || now >= entry.freshUntil + key.definition.settings.staleWhileRevalidateMs) return undefined
    this.parts.refreshing.now(key, load, options)
    return Promise.resolve(this.hit(key, entry, true))
  }

  private joined(key: CacheKey, load: Promise<unknown>): Promise<unknown> {
    this.parts.figures.joined(key, load)
    return this.parts.settings.isCloning ? load.then((value) => this.handed(value)) : load
  }

  private refused(key: CacheKey, error: unknown): Promise<never> {
    this.parts.figures.hit(key, 'memory', false)
    return Promise.reject(error as Error)
  }

  private hit<V>(key: CacheKey<V>, entry: Pick<MemoryEntry, 'value' | 'isNone'>, isStale: boolean, layer = 'memory'): DeepReadonly<V> | undefined {
    this.parts.figures.hit(key, layer, isStale)
    if (entry.isNone) return undefined
    return this.handed(entry.value) as DeepReadonly<V>
  }

  private textOf(key: CacheKey): string {
    this.assertOpen()
    return assertKey(key).text
  }
}

/** Makes a cache over the layers that are given; memory alone where none are. */
export const createCache = <const K extends KeySet>(options: CacheOptions<K>): Cache<K> => new Cache(options)
