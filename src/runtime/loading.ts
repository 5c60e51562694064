import { isDeepStrictEqual } from 'node:util'
import { jittered } from './early.js'
import { lifetime, milliseconds } from './duration.js'
import { CacheConfigError, UndefinedValueError } from './errors.js'
import type { Envelope } from './envelope.js'
import type { Figures } from './figures.js'
import type { Flight } from './flights.js'
import type { Generations } from './generations.js'
import type { CacheKey } from './keys.js'
import type { MemoryEntry } from './layers/memory.js'
import { None } from './none.js'
import type { ReadOptions, WriteOptions } from './options.js'
import type { Shared, SharedEntry } from './shared.js'
import type { Settings } from './settings.js'
import { deepFreeze, itself, withoutUndefined } from './values.js'

/** What a loader may give. */
export type LoaderResult<V> = V | None

type Load = () => unknown

/** Of a value that was read and served, what tells whether to make it anew. */
export interface Found {
  readonly isStale: boolean
  readonly freshMs: number
  readonly deltaMs: number
}

/** The way of a miss: shared layer, lease, loader, fill. */
export class Loading {
  constructor(
    private readonly settings: Settings,
    private readonly shared: Shared | undefined,
    private readonly generations: Generations,
    private readonly figures: Figures,
    private readonly keep: (key: CacheKey, entry: MemoryEntry, isWritten?: boolean) => void,
  ) {}

  /** What `use` makes of a fresh entry of the shared layer, which is kept in memory unless a change came while it was read. */
  read<R>(key: CacheKey, breaks: () => number, use: (entry: SharedEntry | undefined) => R): Promise<R> {
    const before = breaks()
    return this.shared!.read(key.text, (stored) => {
      if (!stored || stored.freshMs <= 0 || !this.accepts(key, stored)) return use(undefined)
      if (this.settings.memory && breaks() === before) this.keep(key, this.fromShared(stored))
      return use(stored)
    })
  }

  /** The value of a key that memory does not have. `stale` is what it has past its time. */
  async resolve(key: CacheKey, load: Load, options: ReadOptions, flight: Flight, stale: MemoryEntry | undefined, found: (found: Found) => void): Promise<unknown> {
    if (!this.shared) {
      this.figures.missed(key)
      return this.load(key, load, options, flight, undefined, stale)
    }
    const stored = await this.shared.read(key.text, itself)
    const graceMs = options.background === false ? 0 : key.definition.settings.staleWhileRevalidateMs
    if (stored && stored.freshMs > -graceMs && this.accepts(key, stored)) return this.serve(key, stored, flight, found)
    this.figures.missed(key)
    const waitMs = options.lock === 'process' ? 0 : options.lockTimeout === undefined ? this.settings.leaseMs : milliseconds(options.lockTimeout, 'lockTimeout')
    const claim = await this.shared.claim(key.text, waitMs, stored !== undefined, (entry) => this.accepts(key, entry))
    if (claim.kind === 'hit') return this.serve(key, claim.entry, flight, found)
    const candidate = stale ?? (stored && this.fromShared(stored))
    return this.load(key, load, options, flight, claim.kind === 'lease' ? claim.token : '', candidate)
  }

  /** Makes a value anew beside the one that is served; gives up where somebody else does, or has done it. */
  async refresh(key: CacheKey, load: Load, options: ReadOptions, flight: Flight, isStale: boolean): Promise<void> {
    if (!this.shared) {
      await this.load(key, load, options, flight, undefined, undefined)
      return
    }
    const made = isStale && this.settings.memory ? await this.shared.read(key.text, itself) : undefined
    if (made && made.freshMs > 0 && this.accepts(key, made)) {
      if (!flight.isBroken()) this.keep(key, this.fromShared(made))
      return
    }
    const claim = await this.shared.claim(key.text, 0, true, (entry) => this.accepts(key, entry))
    if (claim.kind === 'lease') await this.load(key, load, options, flight, claim.token, undefined)
  }

  /** Stores what a caller gives. */
  async write(key: CacheKey, given: unknown, options: WriteOptions, fence: () => void, beside: <T>(work: (flight: Flight) => Promise<T>) => Promise<T>): Promise<void> {
    const tags = key.definition.settings.tags?.(key.parameters) ?? []
    const generations = await this.present(tags)
    const entry = this.entryOf(key, given, 0, options.ttl === undefined ? undefined : lifetime(options.ttl, 'ttl'), generations)
    fence()
    if (this.shared) {
      const namespace = await this.shared.generations.namespaceGeneration()
      // Without its generations nothing could invalidate it: the old value goes, and the new one is not kept.
      if (namespace === undefined || generations === undefined) return this.shared.owe(key.text)
      const lifeMs = this.lifeOf(key, given, options.ttl === undefined ? undefined : lifetime(options.ttl, 'ttl'))
      const isOvertaken = await beside(async (flight) => {
        await this.shared!.write(key.text, this.envelopeOf(key, entry, namespace, generations), this.settings.codecs.get(key.definition.settings.codec)!, lifeMs)
        // A change that was heard of meanwhile came after the write, for all that is known here.
        return flight.isBroken()
      })
      fence()
      if (isOvertaken) return
    }
    this.keep(key, entry, true)
  }

  /** Is a value that was read one of its key? Frozen in development, since it may be handed to several. */
  private accepts(key: CacheKey, { value, isNone }: SharedEntry): boolean {
    if (this.settings.isStrict) deepFreeze(value)
    return isNone || key.definition.settings.validate === undefined || holds(key.definition.settings.validate, value)
  }

  /** An entry of the shared layer as memory keeps it: by the rest of its life there, and no longer than memory may. */
  fromShared({ value, isNone, freshMs, restMs, deltaMs, generations }: SharedEntry): MemoryEntry {
    const now = this.settings.clock.now()
    return {
      value, isNone, freshUntil: now + freshMs, staleUntil: now + restMs, keepUntil: now + Math.min(restMs, this.settings.maxMemoryMs), deltaMs,
      ...(generations ? { generations } : undefined),
    }
  }

  private serve(key: CacheKey, stored: SharedEntry, flight: Flight, found: (found: Found) => void): unknown {
    const entry = this.fromShared(stored)
    const isStale = stored.freshMs <= 0
    if (!flight.isBroken()) this.keep(key, entry)
    this.figures.hit(key, this.shared!.name, isStale)
    found({ isStale, freshMs: stored.freshMs, deltaMs: stored.deltaMs })
    return stored.isNone ? undefined : this.handed(stored.value)
  }

  /** Runs the loader. `token` is the right to fill the shared layer, and empty where that was not to be had. */
  private async load(key: CacheKey, load: Load, options: ReadOptions, flight: Flight, token: string | undefined, stale: MemoryEntry | undefined): Promise<unknown> {
    const stop = token ? this.shared!.hold(key.text, token) : undefined
    const tags = key.definition.settings.tags?.(key.parameters) ?? []
    // Read before the loader begins: what is invalidated while it runs is invalid.
    const [generations, namespace] = await Promise.all([this.present(tags), token ? this.shared!.generations.namespaceGeneration() : 0])
    const started = this.settings.clock.now()
    try {
      const given = await load()
      if (given === undefined) throw new UndefinedValueError(`the loader of ${key.text} gave undefined; where there is no value it gives none()`)
      this.figures.loaded(key, this.settings.clock.now() - started)
      return await this.fill(key, given, options, flight, { token, started, generations, namespace })
    } catch (error) {
      if (token) await this.shared!.release(key.text, token)
      this.figures.loaded(key, this.settings.clock.now() - started, { error })
      if (isAnswer(key, error)) {
        if (!flight.isBroken()) this.keep(key, this.refusalOf(key, error, generations))
        throw error
      }
      const now = this.settings.clock.now()
      const isServed = stale !== undefined && !flight.isBroken() && now < Math.min(stale.staleUntil, stale.freshUntil + key.definition.settings.staleIfErrorMs)
      if (!isServed || error instanceof UndefinedValueError) throw error
      this.figures.hit(key, 'memory', true)
      return this.handed(stale.value)
    } finally {
      stop?.()
    }
  }

  private async fill(key: CacheKey, given: unknown, options: ReadOptions, flight: Flight, at: { readonly token: string | undefined; readonly started: number; readonly generations: Readonly<Record<string, number>> | undefined; readonly namespace: number | undefined }): Promise<unknown> {
    const ttlMs = options.ttl === undefined ? undefined : lifetime(options.ttl, 'ttl')
    const entry = this.entryOf(key, given, this.settings.clock.now() - at.started, ttlMs, at.generations)
    const isKnown = at.generations !== undefined && at.namespace !== undefined
    const isFilled = at.token && isKnown ? await this.shared!.fill(key.text, at.token, this.envelopeOf(key, entry, at.namespace!, at.generations), this.settings.codecs.get(key.definition.settings.codec)!, this.lifeOf(key, given, ttlMs)) : at.token === undefined
    if (at.token && !isKnown) await this.shared!.release(key.text, at.token)
    if (flight.isBroken() || (at.token && isKnown && isFilled === false)) this.figures.fenced(key)
    else if (isFilled) this.keep(key, entry)
    return entry.isNone ? undefined : this.handed(entry.value)
  }

  private handed(value: unknown): unknown {
    return this.settings.isCloning ? structuredClone(value) : value
  }

  /** The generations of tags now; an empty record where there are no tags, `undefined` where they cannot be told. */
  private async present(tags: readonly string[]): Promise<Readonly<Record<string, number>> | undefined> {
    if (tags.length === 0) return {}
    if (this.shared) return this.shared.generations.generationsOf(tags)
    for (const tag of tags) if (this.generations.get(tag) === undefined) this.generations.raise(tag)
    return Object.fromEntries(tags.map((tag) => [tag, this.generations.get(tag)!]))
  }

  private entryOf(key: CacheKey, given: unknown, deltaMs: number, ttl: number | undefined, generations: Readonly<Record<string, number>> | undefined): MemoryEntry {
    const now = this.settings.clock.now()
    const isNone = given instanceof None
    const staleMs = this.staleOf(key)
    const ttlMs = jittered(this.ttlOf(key, given, ttl), this.settings.jitter, this.settings.random())
    const value = isNone ? undefined : this.settings.isCloning ? structuredClone(given) : given
    if (!isNone) this.assertKept(key, value)
    return {
      value: this.settings.isStrict ? deepFreeze(value) : value, isNone, deltaMs, freshUntil: now + ttlMs, staleUntil: now + ttlMs + staleMs,
      keepUntil: now + (this.shared ? Math.min(ttlMs + staleMs, this.settings.maxMemoryMs) : ttlMs + staleMs),
      ...tagged(generations),
    }
  }

  /** In memory only: an error does not come back from a shared layer as it was. */
  private refusalOf(key: CacheKey, error: unknown, generations: Readonly<Record<string, number>> | undefined): MemoryEntry {
    const until = this.settings.clock.now() + jittered(key.definition.settings.negativeTtlMs, this.settings.jitter, this.settings.random())
    return { value: undefined, isNone: false, deltaMs: 0, freshUntil: until, staleUntil: until, keepUntil: until, refusal: { error }, ...tagged(generations) }
  }

  private envelopeOf(key: CacheKey, entry: MemoryEntry, generation: number, generations: Readonly<Record<string, number>> | undefined): Envelope {
    return { value: entry.value, isNone: entry.isNone, staleMs: this.staleOf(key), deltaMs: entry.deltaMs, generation, ...(generations ? { generations } : {}) }
  }

  /** How long the shared layer keeps it: its TTL, less what chance takes off, and its stale windows. */
  private lifeOf(key: CacheKey, given: unknown, ttl: number | undefined): number {
    return jittered(this.ttlOf(key, given, ttl), this.settings.jitter, this.settings.random()) + this.staleOf(key)
  }

  private ttlOf(key: CacheKey, given: unknown, ttl: number | undefined): number {
    const { ttlMs, negativeTtlMs } = key.definition.settings
    return given instanceof None ? given.ttlMs ?? negativeTtlMs : ttl ?? ttlMs
  }

  /** In development a value is read back once, since a hit must be what a miss was. */
  private assertKept(key: CacheKey, value: unknown): void {
    if (!this.settings.isStrict || !this.shared) return
    const codec = this.settings.codecs.get(key.definition.settings.codec)!
    if (!isDeepStrictEqual(codec.decode(codec.encode(value)), withoutUndefined(value))) throw new TypeError(`the codec ${codec.name} does not give back the value of ${key.text} as it was: name another at ${key.definition.id}`)
  }

  private staleOf({ definition: { settings } }: CacheKey): number {
    return Math.max(settings.staleWhileRevalidateMs, settings.staleIfErrorMs)
  }
}

/** `NotFound` for a key that has nothing: as good an answer as a value, for as long as the definition says. */
const isAnswer = ({ definition: { settings } }: CacheKey, error: unknown): boolean => settings.negativeErrors?.some((known) => error instanceof known) ?? false

/** A check that throws at what it is shown does not know it: that is a miss. One that cannot be asked at all is an error. */
function holds(check: (value: unknown) => boolean, value: unknown): boolean {
  try {
    return check(value)
  } catch (error) {
    if (error instanceof CacheConfigError) throw error
    return false
  }
}

/** An entry without tags has no generations to agree with. */
const tagged = (generations: Readonly<Record<string, number>> | undefined): Pick<MemoryEntry, 'generations'> =>
  (generations && Object.keys(generations).length > 0 ? { generations } : {})
