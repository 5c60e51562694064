import { systemClock, type Clock } from './clock.js'
import { json, structured, type Codec } from './codec.js'
import { milliseconds } from './duration.js'
import { CacheConfigError } from './errors.js'
import type { SharedLayer } from './layers/layer.js'
import { DEFAULT_MAX, type MemoryLayer } from './layers/memory.js'
import type { CacheOptions, EarlyOption } from './options.js'

/** The options of a cache with all that was not said. */
export interface Settings {
  readonly clock: Clock
  readonly random: () => number
  readonly memory: MemoryLayer | undefined
  readonly shared: SharedLayer | undefined
  readonly jitter: number
  readonly maxMemoryMs: number
  readonly timeoutMs: number
  readonly leaseMs: number
  readonly maxQueuedDeletes: number
  readonly maxFlights: number
  readonly early: EarlyOption
  readonly codecs: ReadonlyMap<string, Codec>
  readonly isStrict: boolean
  readonly isCloning: boolean
  readonly namespace: string
}

/** @throws CacheConfigError for options that contradict each other @throws RangeError for numbers out of range */
export function settingsOf(options: CacheOptions): Settings {
  const layers = options.layers ?? [{ kind: 'memory', max: DEFAULT_MAX } satisfies MemoryLayer]
  const memories = layers.filter((layer): layer is MemoryLayer => 'kind' in layer)
  const shared = layers.filter((layer): layer is SharedLayer => !('kind' in layer))
  if (layers.length === 0 || memories.length > 1 || shared.length > 1) throw new CacheConfigError('layers are one memory, one shared layer, or memory over a shared layer')
  if (memories.length === 1 && layers.indexOf(memories[0]!) > 0) throw new CacheConfigError('memory stands before the shared layer: [memory(), redis(client)]')
  if (options.bus && shared.length === 0) throw new CacheConfigError('a bus tells of changes to a shared layer, and there is none')
  const jitter = options.jitter ?? 0.1
  if (!(jitter >= 0 && jitter < 1)) throw new RangeError(`jitter is a share from 0 to below 1; got ${jitter}`)
  const codecs = new Map([json, structured, ...(options.codecs ?? [])].map((codec) => [codec.name, codec]))
  for (const definition of Object.values(options.keys)) {
    if (!codecs.has(definition.settings.codec)) throw new CacheConfigError(`${definition.id}: no codec is named ${definition.settings.codec}`)
  }
  return {
    clock: options.clock ?? systemClock, random: options.random ?? Math.random, memory: memories[0], shared: shared[0], jitter,
    maxMemoryMs: milliseconds(options.maxMemoryTtl ?? '1m', 'maxMemoryTtl'), timeoutMs: milliseconds(options.commandTimeout ?? '250ms', 'commandTimeout'),
    leaseMs: milliseconds(options.lease ?? '5s', 'lease'), maxQueuedDeletes: bound(options.maxQueuedDeletes ?? 10_000, 'maxQueuedDeletes'),
    maxFlights: bound(options.maxFlights ?? 10_000, 'maxFlights'), early: earlyOf(options.early ?? { beta: 1 }), codecs,
    isStrict: options.strict ?? process.env['NODE_ENV'] !== 'production', isCloning: options.clone ?? false, namespace: options.namespace ?? 'default',
  }
}

function bound(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${what} must be a positive integer; got ${value}`)
  return value
}

export function earlyOf(early: EarlyOption): EarlyOption {
  if (early !== false && !(early.beta > 0 && Number.isFinite(early.beta))) throw new RangeError(`beta must be positive; got ${early.beta}`)
  return early
}
