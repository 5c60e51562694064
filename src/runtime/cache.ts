import type { LRUCache } from 'lru-cache'
import { TrustedBus } from './bus.js'
import type { Codec } from './codec.js'
import { milliseconds, type Duration } from './duration.js'
import { isEarly } from './early.js'
import { CacheConfigError, CloseError, KeyError } from './errors.js'
import { newEmitter, type CacheEmitter, type CacheEvents } from './events.js'
import { Figures } from './figures.js'
import { Flights } from './flights.js'
import { Generations } from './generations.js'
import type { CacheKey, KeyDefinition, KeySet } from './keys.js'
import { memoryStore, type MemoryEntry } from './layers/memory.js'
import { Loading, type LoaderResult } from './loading.js'
import type { None } from './none.js'
import type { CacheOptions, Deleted, DeleteOptions, EarlyOption, ReadOptions, WriteOptions } from './options.js'
import { earlyOf, settingsOf, type Settings } from './settings.js'
import { Shared } from './shared.js'
import type { CacheStats } from './stats.js'
import type { DeepReadonly } from './values.js'

/** What makes a value on a miss. `undefined` is an error: where there is no value, it gives `none()`. */
export type Loader<V> = () => LoaderResult<V> | Promise<LoaderResult<V>>

/** The strategy of the caller: cache-aside (`get`, `set`, `delete`) or read-through (`getOrSet`). */
export class Cache<K extends KeySet = KeySet> {
  readonly keys: K
  private readonly settings: Settings
  private readonly memory: LRUCache<string, MemoryEntry> | undefined
  private readonly shared: Shared | undefined
  private readonly flights: Flights
  private readonly loading: Loading
  private readonly figures: Figures
  private readonly emitter: CacheEmitter = newEmitter()
  private readonly background = new Set<Promise<unknown>>()
  private readonly closers: (() => Promise<{ readonly flushed: number; readonly failed: number; readonly dropped: number }>)[] = []
  private readonly generations = new Generations(100_000)
  private isClosed = false

  /** @throws CacheConfigError, RangeError, TypeError for options that cannot be met */
  constructor(options: CacheOptions<K>) {
    this.keys = options.keys
    this.settings = settingsOf(options)
    const { clock, memory, shared } = this.settings
    this.figures = new Figures(this.emitter, options.meter, options.recorder)
    this.memory = memory && memoryStore(memory.max, (text) => { this.figures.evicted(this.definitionOf(text)) })
    this.flights = new Flights(this.settings.maxFlights)
    this.shared = shared && new Shared({
      layer: shared, clock, namespace: this.settings.namespace, codecs: this.settings.codecs, generations: this.generations, timeoutMs: this.settings.timeoutMs,
      leaseMs: this.settings.leaseMs, maxQueuedDeletes: this.settings.maxQueuedDeletes,
      onError: (error) => { this.emitter.emit('layer-error', { layer: shared.name, error }) },
      onQueued: (key, queued) => { this.emitter.emit('delete-queued', { key, queued }) },
    })
    if (this.shared && options.bus) this.shared.bus = new TrustedBus(options.bus, clock, { changed: (kind, name) => { this.heard(kind, name) }, lost: (reason) => { this.lost(reason) }, ready: () => { this.emitter.emit('bus-ready') } })
    this.loading = new Loading(this.settings, this.shared, this.generations, this.figures, (key, entry) => { this.keep(key, entry) })
  }

  /** The value, or `undefined` where none is kept. Never loads, and serves nothing that is past its TTL. */
  async get<V>(key: CacheKey<V>): Promise<DeepReadonly<V> | undefined> {
    const text = this.textOf(key)
    const now = this.settings.clock.now()
    const entry = this.inMemory(text, now)
    if (entry && now < entry.freshUntil) return this.hit(key, entry, false)
    if (!this.shared) return this.figures.missed(key)
    // A delete that comes while the layer answers must keep the answer out of memory.
    const found = await this.flights.startBeside(text, (flight) => this.loading.read(key, flight))
    return found ? this.hit(key, found, false, this.shared.name) : this.figures.missed(key)
  }

  /**
   * Read-through: the value, or what `load` gives. One load at a time, in the process and, with a shared layer, among all;
   * now and then refreshed before its time in the background, so that nobody waits; what a delete overtakes is not kept.
   * @throws what `load` throws, to all who wait for it; nothing is stored and nothing deleted then
   */
  getOrSet<V>(key: CacheKey<V>, load: () => V | Promise<V>, options?: ReadOptions): Promise<DeepReadonly<V>>
  getOrSet<V>(key: CacheKey<V>, load: Loader<V>, options?: ReadOptions): Promise<DeepReadonly<V> | undefined>
  getOrSet<V>(key: CacheKey<V>, load: Loader<V>, options: ReadOptions = {}): Promise<DeepReadonly<V> | undefined> {
    const text = this.textOf(key)
    const now = this.settings.clock.now()
    const entry = this.inMemory(text, now)
    if (entry) {
      const served = this.served(key, entry, now, load, options)
      if (served) return served as Promise<DeepReadonly<V>>
    }
    const joined = this.flights.get(text)
    if (joined) {
      this.figures.joined(key)
      return joined as Promise<DeepReadonly<V>>
    }
    return this.flights.start(text, (flight) => this.loading.resolve(key, load, options, flight, entry, (found) => { this.afterRead(key, found, load, options) })) as Promise<DeepReadonly<V>>
  }

  /** Stores a value. A load that is under way is overtaken by it. */
  async set<V>(key: CacheKey<V>, value: V | None, options: WriteOptions = {}): Promise<void> {
    const text = this.textOf(key)
    this.flights.break(text)
    this.figures.wrote(key)
    await this.loading.write(key, value, options, () => { this.flights.break(text) })
  }

  /** Deletes what stands under a key, and fences the loads that began before. A shared layer that is down is told later. */
  async delete(key: CacheKey, { hold }: DeleteOptions = {}): Promise<Deleted> {
    const text = this.textOf(key)
    const had = this.drop(text)
    const removed = await this.shared?.remove(text, hold === undefined ? 0 : milliseconds(hold, 'hold'))
    // Once more: a load may have read the old value and begun to keep it while the layer was told.
    this.drop(text)
    const found = had || removed === true
    this.figures.deleted(key, found)
    return removed === 'queued' ? 'queued' : found ? 'deleted' : 'absent'
  }

  /** Deletes several keys; what became of each, in their order. */
  deleteMany(keys: readonly CacheKey[], options: DeleteOptions = {}): Promise<readonly Deleted[]> {
    return Promise.all(keys.map((key) => this.delete(key, options)))
  }

  /** Ends a value's freshness: it may still be served while, or where, it cannot be made anew, as its definition allows. */
  async expire(key: CacheKey): Promise<Deleted> {
    const text = this.textOf(key)
    this.flights.break(text)
    const now = this.settings.clock.now()
    const entry = this.memory?.get(text)
    if (entry) this.soften(text, entry, now)
    const softened = await this.shared?.soften(text)
    const found = (entry !== undefined && now < entry.staleUntil) || softened === true
    return softened === 'queued' ? 'queued' : found ? 'deleted' : 'absent'
  }

  /** Makes every entry of a tag a miss, by raising its generation: no list of keys is kept or walked. */
  async invalidateTag(tag: string): Promise<'raised' | 'queued'> {
    if (this.shared) return this.shared.raiseTag(tag)
    this.generations.set(tag, (this.generations.get(tag) ?? 0) + 1)
    return 'raised'
  }

  /** Makes all that this cache's namespace holds a miss. @throws CacheConfigError where the shared layer cannot be told */
  async clear(): Promise<void> {
    this.flights.breakAll()
    this.memory?.clear()
    if (this.shared && !(await this.shared.raiseNamespace())) throw new CacheConfigError('the shared layer did not answer: nothing of it was cleared')
    this.flights.breakAll()
    this.memory?.clear()
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
    return this.figures.stats()
  }

  /** Runs work beside the callers; `close` waits for it. */
  inBackground(work: Promise<unknown>): void {
    const kept = work.catch(() => undefined).finally(() => this.background.delete(kept))
    this.background.add(kept)
  }

  /** Has something done when the cache is closed: flushes a queue, says what is left. */
  onClose(closer: () => Promise<{ readonly flushed: number; readonly failed: number; readonly dropped: number }>): void {
    this.closers.push(closer)
  }

  get isOpen(): boolean {
    return !this.isClosed
  }

  /**
   * Flushes what is queued, replays deletes that are owed, waits for refreshes, and disconnects what it connected.
   * @throws CloseError where something is left after `timeout`
   */
  async close({ timeout = '10s' }: { readonly timeout?: Duration } = {}): Promise<{ readonly flushed: number; readonly failed: number; readonly dropped: number }> {
    if (this.isClosed) return { flushed: 0, failed: 0, dropped: 0 }
    this.isClosed = true
    const limit = this.timeUp(milliseconds(timeout, 'timeout'))
    const owed = this.shared?.owed ?? 0
    const work = Promise.all([...this.closers.map((closer) => closer()), this.settled(limit.isUp)])
    const reports = await Promise.race([work, limit.promise])
    limit.stop()
    const left = this.shared?.owed ?? 0
    await this.figures.close()
    await this.shared?.close()
    const parts = reports === undefined ? [] : reports.slice(0, -1) as { flushed: number; failed: number; dropped: number }[]
    const report = {
      flushed: parts.reduce((sum, part) => sum + part.flushed, 0) + owed - left,
      failed: parts.reduce((sum, part) => sum + part.failed, 0) + left,
      dropped: parts.reduce((sum, part) => sum + part.dropped, 0) + (reports === undefined ? this.background.size : 0),
    }
    if (report.failed + report.dropped > 0) throw new CloseError(`closed with ${report.failed} failed and ${report.dropped} dropped`, report)
    return report
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  private async settled(isUp: () => boolean): Promise<void> {
    while (this.background.size > 0 && !isUp()) await Promise.all(this.background)
    while (this.shared && this.shared.owed > 0 && !isUp()) if (!(await this.shared.replay())) await new Promise((done) => { this.settings.clock.after(20, () => { done(undefined) }) })
  }

  private timeUp(ms: number): { readonly promise: Promise<undefined>; isUp(): boolean; stop(): void } {
    let isUp = false
    let stop = (): void => undefined
    const promise = new Promise<undefined>((done) => { stop = this.settings.clock.after(ms, () => { isUp = true; done(undefined) }) })
    return { promise, isUp: () => isUp, stop }
  }

  private inMemory(text: string, now: number): MemoryEntry | undefined {
    const entry = this.memory?.get(text)
    if (!entry) return undefined
    if (now >= entry.keepUntil || (entry.generations !== undefined && !this.generations.agree(entry.generations))) {
      this.memory!.delete(text)
      return undefined
    }
    return entry
  }

  /** What memory answers by itself: a fresh value, or one past its TTL while another is made. */
  private served<V>(key: CacheKey<V>, entry: MemoryEntry, now: number, load: Loader<V>, options: ReadOptions): Promise<unknown> | undefined {
    if (now < entry.freshUntil) {
      const early = options.early === undefined ? this.settings.early : earlyOf(options.early)
      if (early !== false && this.isDue(entry.freshUntil - now, entry.deltaMs, early)) this.refreshEarly(key, load, options)
      return Promise.resolve(this.hit(key, entry, false))
    }
    if (now >= entry.freshUntil + key.definition.settings.staleWhileRevalidateMs) return undefined
    this.refresh(key, load, options)
    return Promise.resolve(this.hit(key, entry, true))
  }

  /** A value that the shared layer gave may be due for a refresh too. */
  private afterRead<V>(key: CacheKey<V>, found: { readonly isStale: boolean; readonly freshMs: number; readonly deltaMs: number }, load: Loader<V>, options: ReadOptions): void {
    const early = options.early === undefined ? this.settings.early : earlyOf(options.early)
    if (found.isStale) this.refresh(key, load, options)
    else if (early !== false && this.isDue(found.freshMs, found.deltaMs, early)) this.refreshEarly(key, load, options)
  }

  private isDue(restMs: number, deltaMs: number, early: Exclude<EarlyOption, false>): boolean {
    return isEarly(restMs, deltaMs, early.beta, this.settings.random())
  }

  private refreshEarly<V>(key: CacheKey<V>, load: Loader<V>, options: ReadOptions): void {
    if (this.refresh(key, load, options)) this.figures.refreshedEarly(key)
  }

  /** Loads in the background, unless somebody does. */
  private refresh<V>(key: CacheKey<V>, load: Loader<V>, options: ReadOptions): boolean {
    if (this.isClosed || this.refreshing.has(key.text)) return false
    this.refreshing.add(key.text)
    const work = this.flights.startBeside(key.text, (flight) => this.loading.refresh(key, load, options, flight))
      .catch((error: unknown) => { this.emitter.emit('refresh-error', { template: key.definition.template, key: key.text, error }) })
      .finally(() => this.refreshing.delete(key.text))
    this.inBackground(work)
    options.waitUntil?.(work)
    return true
  }

  private readonly refreshing = new Set<string>()

  private hit<V>(key: CacheKey<V>, entry: MemoryEntry, isStale: boolean, layer = 'memory'): DeepReadonly<V> | undefined {
    this.figures.hit(key, layer, isStale)
    if (entry.isNone) return undefined
    return (this.settings.isCloning ? structuredClone(entry.value) : entry.value) as DeepReadonly<V>
  }

  /** Keeps an entry in memory, where that may be trusted to hear of changes. */
  private keep(key: CacheKey, entry: MemoryEntry): void {
    if (this.shared?.bus && !this.shared.bus.isTrusted) return
    if (this.shared?.isOwed(key.text)) return
    this.memory?.set(key.text, entry)
  }

  private soften(text: string, entry: MemoryEntry, now: number): void {
    if (now >= entry.staleUntil) this.memory!.delete(text)
    else this.memory!.set(text, { ...entry, freshUntil: Math.min(entry.freshUntil, now), staleUntil: Math.min(entry.staleUntil, now + entry.staleUntil - entry.freshUntil), keepUntil: Math.min(entry.keepUntil, now + entry.staleUntil - entry.freshUntil) })
  }

  private drop(text: string): boolean {
    this.flights.break(text)
    const entry = this.memory?.get(text)
    this.memory?.delete(text)
    return entry !== undefined && this.settings.clock.now() < Math.min(entry.staleUntil, entry.keepUntil)
  }

  private heard(kind: string, name: string): void {
    if (kind === 'key') this.drop(name)
    if (kind === 'tag') this.generations.forget(name)
    if (kind === 'generation') this.forgetAll()
  }

  private lost(reason: string): void {
    this.forgetAll()
    this.emitter.emit('bus-lost', { reason })
  }

  private forgetAll(): void {
    this.flights.breakAll()
    this.memory?.clear()
    this.generations.forgetAll()
  }

  private textOf(key: CacheKey): string {
    if (this.isClosed) throw new CacheConfigError('the cache is closed')
    const text: unknown = (key as CacheKey | undefined)?.text
    if (typeof text !== 'string' || (key as CacheKey).definition === undefined) throw new KeyError(`a key is made by a definition of defineKeys; got ${typeof key === 'string' ? `the text '${String(key)}'` : typeof key}`)
    return text
  }

  private definitionOf(text: string): KeyDefinition | undefined {
    return Object.values(this.keys).find((definition) => definition.matches(text))
  }

  /** The codec of a definition. */
  codecOf(definition: KeyDefinition): Codec {
    return this.settings.codecs.get(definition.settings.codec)!
  }
}

function keysOn(definition: KeyDefinition, event: string, payload: unknown): CacheKey[] {
  const parametersOf = Object.hasOwn(definition.settings.invalidateOn, event) ? definition.settings.invalidateOn[event] : undefined
  if (!parametersOf) return []
  const parameters = parametersOf(payload as never)
  return (Array.isArray(parameters) ? parameters : [parameters]).map((each) => definition(each as never))
}

/** Makes a cache over the layers that are given; memory alone where none are. */
export const createCache = <const K extends KeySet>(options: CacheOptions<K>): Cache<K> => new Cache(options)
