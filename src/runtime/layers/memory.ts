import { LRUCache } from 'lru-cache'

/** A value in the memory of the process, with its times by the monotonic clock. */
export interface MemoryEntry {
  readonly value: unknown
  /** `none()`: it is known that there is no value. */
  readonly isNone: boolean
  readonly freshUntil: number
  readonly staleUntil: number
  /** After this it is asked of the shared layer again. */
  readonly keepUntil: number
  /** How long it took to make, in milliseconds. */
  readonly deltaMs: number
  readonly generations?: Readonly<Record<string, number>>
  /** The loader refused, with an error that its definition takes for an answer. */
  readonly refusal?: { readonly error: unknown }
}

export interface MemoryOptions {
  /** The most entries; the least recently used goes first. */
  readonly max?: number
}

/** The description of a memory layer, as `createCache` takes it. */
export interface MemoryLayer {
  readonly kind: 'memory'
  readonly max: number
}

export const DEFAULT_MAX = 10_000

/** The layer in the process: bounded, with the least recently used entry going first. @throws RangeError */
export function memory({ max = DEFAULT_MAX }: MemoryOptions = {}): MemoryLayer {
  if (!Number.isInteger(max) || max < 1) throw new RangeError(`max must be a positive integer; got ${max}`)
  return { kind: 'memory', max }
}

/** The store behind it. Times are checked by the reader, so that one clock decides. */
export function memoryStore(max: number, onEvict: (key: string) => void): LRUCache<string, MemoryEntry> {
  return new LRUCache<string, MemoryEntry>({ max, dispose: (_value, key, reason) => { if (reason === 'evict') onEvict(key) } })
}
