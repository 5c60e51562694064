import type { Bus } from './bus.js'
import type { Clock } from './clock.js'
import type { Codec } from './codec.js'
import type { Duration, Ttl } from './duration.js'
import type { CacheKey, KeySet } from './keys.js'
import type { SharedLayer } from './layers/layer.js'
import type { MemoryLayer } from './layers/memory.js'
import type { MeterLike } from './stats.js'

/** What a recorder is told: the operation and its key, never a value. */
export interface Recording {
  readonly op: 'get' | 'set' | 'delete' | 'load'
  readonly key: CacheKey
  readonly layer: string
  readonly isHit: boolean
}

/** Is told of every operation with its key, for `keyproof observed`. */
export interface Recorder {
  record(entry: Recording): void
  close(): Promise<void>
}

/** What a cache is made of: its keys, its layers, and how it behaves by default. All durations are milliseconds, or texts such as `"5m"`. */
export interface CacheOptions<K extends KeySet = KeySet> {
  /** The definitions of the keys that this cache serves. */
  readonly keys: K
  /** From the nearest to the farthest: `[memory(), redis(client)]`. Memory alone where nothing is said. */
  readonly layers?: readonly (MemoryLayer | SharedLayer)[]
  /** Tells the memory of other processes of changes: `redisBus(client)`. */
  readonly bus?: Bus
  /** The share of a TTL that chance may take off: 0.1 unless said otherwise. */
  readonly jitter?: number
  /** The longest that memory keeps what a shared layer has: `'1m'` unless said otherwise. */
  readonly maxMemoryTtl?: Duration
  /** How long a shared layer may take to answer: `'250ms'` unless said otherwise. */
  readonly commandTimeout?: Duration
  /** How long a lease lasts that is not renewed: `'5s'` unless said otherwise. */
  readonly lease?: Duration
  /** How many deletes may be owed to a shared layer before the whole namespace is made a miss. */
  readonly maxQueuedDeletes?: number
  /** How many loads may be joined at a time. */
  readonly maxFlights?: number
  readonly early?: EarlyOption
  readonly codecs?: readonly Codec[]
  /** Freezes what is handed out, and compares what a codec gives back: in development unless said otherwise. */
  readonly strict?: boolean
  /** Hands out copies, so that callers may change what they get. */
  readonly clone?: boolean
  readonly meter?: MeterLike
  readonly recorder?: Recorder
  /** The name under which generations are kept in a shared layer. */
  readonly namespace?: string
  readonly clock?: Clock
  readonly random?: () => number
}

/** XFetch: `beta` 1 unless said otherwise; larger refreshes earlier, `false` never. */
export type EarlyOption = false | { readonly beta: number }

/** What one read may ask for, over what the key and the cache say. */
export interface ReadOptions {
  /** Whether one process loads at a time (`'distributed'`, where a layer is shared) or one load a process. */
  readonly lock?: 'distributed' | 'process'
  /** How long to wait for a load of another process before loading oneself; the time of the lease unless said otherwise. */
  readonly lockTimeout?: Duration
  readonly early?: EarlyOption
  /** In place of the definition's. */
  readonly ttl?: Ttl
  /** `false`: nothing is made in the background, since the loader is the caller's own request. */
  readonly background?: false
  /** Keeps the process of a serverless platform alive for background work: `context.waitUntil`. */
  readonly waitUntil?: (work: Promise<unknown>) => void
}

/** What one write may ask for, over what the key and the cache say. */
export interface WriteOptions {
  /** In place of the definition's. */
  readonly ttl?: Ttl
}

/** What one delete may ask for. */
export interface DeleteOptions {
  /** Refuses fills for so long afterwards: for loaders that read from a replica that lags. */
  readonly hold?: Duration
}

/** What became of a delete: something was there, nothing was, or the shared layer is still to be told. */
export type Deleted = 'deleted' | 'absent' | 'queued'
