import type { Clock } from './clock.js'
import type { CloseReport } from './closing.js'
import type { Codec } from './codec.js'
import { keysOn } from './domain-events.js'
import { milliseconds, type Duration } from './duration.js'
import { CacheConfigError } from './errors.js'
import { newEmitter, type CacheEmitter, type CacheEvents } from './events.js'
import { assertKey, type CacheKey, type KeyDefinition, type KeySet } from './keys.js'
import type { MemoryEntry } from './layers/memory.js'
import type { LoaderResult } from './loading.js'
import type { None } from './none.js'
import type { CacheOptions, Deleted, DeleteOptions, ReadOptions, WriteOptions } from './options.js'
import { isOrphan, ownerOf } from './orphans.js'
import { partsOf, type Parts } from './parts.js'
import type { CacheStats } from './stats.js'
import type { DeepReadonly } from './values.js'

/** What makes a value on a miss. `undefined` is an error: where there is no value, it gives `none()`. */
export type Loader<V> = () => LoaderResult<V> | Promise<LoaderResult<V>>

/** The strategy of the caller: cache-aside (`get`, `set`, `delete`) or read-through (`getOrSet`). */
export class Cache<K extends KeySet = KeySet> {
  readonly keys: K
  private readonly parts: Parts
  private readonly emitter: CacheEmitter = newEmitter()

  /** @throws CacheConfigError, RangeError, TypeError for options that cannot be met */
  constructor(options: CacheOptions<K>) {
    this.keys = options.keys
    this.parts = partsOf(options, this.emitter)
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
    const text = this.textOf(key)
    const now = this.parts.settings.clock.now()
    const entry = this.parts.near.get(text, now)
    if (entry) {
      const served = this.served(key, entry, now, load, options)
      if (served) return served as Promise<DeepReadonly<V>>
    }
    const joined = this.parts.flights.get(text)
    if (joined) {
      this.parts.figures.joined(key)
      return joined as Promise<DeepReadonly<V>>
    }
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
    await this.parts.loading.write(key, value, options, () => { this.parts.flights.break(text) })
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
    this.parts.flights.breakTag(tag)
    if (this.parts.shared) {
      const raised = await this.parts.shared.generations.raiseTag(tag)
      this.parts.flights.breakTag(tag)
      return raised
    }
    this.parts.generations.set(tag, (this.parts.generations.get(tag) ?? 0) + 1)
    return 'raised'
  }

  /** Makes all that this cache's namespace holds a miss. @throws CacheConfigError where the shared layer cannot be told */
  async clear(): Promise<void> {
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
  async transaction<T>(work: (events: { emit(event: string, payload: unknown): void }) => Promise<T>): Promise<T> {
    const events: [string, unknown][] = []
    const result = await work({ emit: (event, payload) => { events.push([event, payload]) } })
    for (const [event, payload] of events) await this.emit(event, payload)
    return result
  }

  on<N extends keyof CacheEvents>(event: N, listener: (...args: CacheEvents[N]) => void): this {
    this.emitter.on(event, listener as never)
    return this
  }

  off<N extends keyof CacheEvents>(event: N, listener: (...args: CacheEvents[N]) => void): this {
    this.emitter.off(event, listener as never)
    return this
  }

  /** The figures so far, in all and by template. */
  stats(): CacheStats {
    return this.parts.figures.stats()
  }

  /** Makes a value anew in the background, unless somebody does. */
  refreshNow<V>(key: CacheKey<V>, load: Loader<V>): void {
    this.parts.refreshing.now(key, load, {})
  }

  /** Tells those who listen; for what is built upon a cache. */
  tell<N extends keyof CacheEvents>(event: N, ...args: CacheEvents[N]): void {
    this.emitter.emit(event, ...(args as never))
  }

  /** How the values of a definition are written outside the process. */
  codecOf({ settings }: KeyDefinition): Codec {
    return this.parts.settings.codecs.get(settings.codec)!
  }

  get clock(): Clock {
    return this.parts.settings.clock
  }

  /** Runs work beside the callers; `close` waits for it. */
  inBackground(work: Promise<unknown>): void {
    this.parts.closing.add(work)
  }

  /** Has something done when the cache is closed: flushes a queue, says what is left. */
  onClose(closer: () => Promise<CloseReport>): void {
    this.parts.closing.onClose(closer)
  }

  /**
   * Flushes what is queued, replays deletes that are owed, waits for refreshes, and disconnects what it connected.
   * @throws CloseError where something is left after `timeout`
   */
  async close({ timeout = '10s' }: { readonly timeout?: Duration } = {}): Promise<CloseReport> {
    if (this.parts.closing.isBegun) return { flushed: 0, failed: 0, dropped: 0 }
    try {
      return await this.parts.closing.finish(this.parts.shared, milliseconds(timeout, 'timeout'))
    } finally {
      await this.parts.figures.close()
      await this.parts.shared?.close()
    }
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

  private refused(key: CacheKey, error: unknown): Promise<never> {
    this.parts.figures.hit(key, 'memory', false)
    return Promise.reject(error as Error)
  }

  private hit<V>(key: CacheKey<V>, entry: Pick<MemoryEntry, 'value' | 'isNone'>, isStale: boolean, layer = 'memory'): DeepReadonly<V> | undefined {
    this.parts.figures.hit(key, layer, isStale)
    if (entry.isNone) return undefined
    return (this.parts.settings.isCloning ? structuredClone(entry.value) : entry.value) as DeepReadonly<V>
  }

  private remove(text: string, holdMs: number, definition: KeyDefinition | undefined, key?: CacheKey): Promise<Deleted> {
    const { near, shared, figures } = this.parts
    const had = near.drop(text)
    const settle = (removed: boolean | 'queued'): Deleted => {
      // Once more: a load may have read the old value and begun to keep it while the layer was told.
      const found = near.drop(text) || had || removed === true
      if (definition) figures.deleted(text, definition, found, key)
      return removed === 'queued' ? 'queued' : found ? 'deleted' : 'absent'
    }
    return shared ? shared.remove(text, holdMs, settle) : Promise.resolve(settle(false))
  }

  private textOf(key: CacheKey): string {
    if (this.parts.closing.isBegun) throw new CacheConfigError('the cache is closed')
    return assertKey(key).text
  }
}

/** Makes a cache over the layers that are given; memory alone where none are. */
export const createCache = <const K extends KeySet>(options: CacheOptions<K>): Cache<K> => new Cache(options)
