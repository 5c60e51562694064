import { LRUCache } from 'lru-cache'
import type { SharedLayer } from '../layers/layer.js'
import { memory, type MemoryLayer } from '../layers/memory.js'

/** The part of Keyv's storage adapter that is there; cache-manager 6 and later takes it by a Keyv. */
export interface KeyvStore {
  readonly opts: { readonly dialect: string; readonly url: string }
  namespace?: string | undefined
  get(key: string): Promise<string | undefined>
  set(key: string, value: string, ttlMs?: number): Promise<boolean>
  delete(key: string): Promise<boolean>
  clear(): Promise<void>
  has(key: string): Promise<boolean>
  on(event: string, listener: (...args: unknown[]) => void): unknown
  disconnect(): Promise<void>
}

/**
 * A layer of ours as the storage of a Keyv: `new Keyv({ store: keyvStore(redis(client)) })`. A clear raises a generation,
 * so that it walks no keys and leaves other namespaces alone.
 */
export function keyvStore(layer: SharedLayer | MemoryLayer = memory()): KeyvStore {
  return 'kind' in layer ? new MemoryKeyv(layer.max) : new SharedKeyv(layer)
}

abstract class Store {
  namespace?: string | undefined
  readonly opts = { dialect: 'keyproof', url: '' }

  /** Nothing is told by events: what fails rejects. */
  on(): this {
    return this
  }
}

class MemoryKeyv extends Store implements KeyvStore {
  private readonly values: LRUCache<string, string>

  constructor(max: number) {
    super()
    this.values = new LRUCache({ max })
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.values.get(key))
  }

  set(key: string, value: string, ttlMs?: number): Promise<boolean> {
    this.values.set(key, value, ttlMs === undefined ? {} : { ttl: ttlMs })
    return Promise.resolve(true)
  }

  delete(key: string): Promise<boolean> {
    return Promise.resolve(this.values.delete(key))
  }

  clear(): Promise<void> {
    const prefix = this.namespace === undefined ? '' : `${this.namespace}:`
    for (const key of [...this.values.keys()]) if (key.startsWith(prefix)) this.values.delete(key)
    return Promise.resolve()
  }

  has(key: string): Promise<boolean> {
    return Promise.resolve(this.values.has(key))
  }

  disconnect(): Promise<void> {
    return Promise.resolve()
  }
}

class SharedKeyv extends Store implements KeyvStore {
  constructor(private readonly layer: SharedLayer) {
    super()
  }

  async get(key: string): Promise<string | undefined> {
    const [stored, [generation]] = await Promise.all([this.layer.read(key), this.layer.generations([this.name()])])
    const end = stored?.text.indexOf('\n') ?? -1
    return stored && stored.text.slice(0, end) === `0 ${generation}` ? stored.text.slice(end + 1) : undefined
  }

  async set(key: string, value: string, ttlMs?: number): Promise<boolean> {
    const [generation] = await this.layer.generations([this.name()])
    await this.layer.write(key, `0 ${generation}\n${value}`, ttlMs === undefined || ttlMs <= 0 ? Number.POSITIVE_INFINITY : ttlMs)
    return true
  }

  async delete(key: string): Promise<boolean> {
    const isThere = await this.has(key)
    return (await this.layer.remove(key, 0)) && isThere
  }

  async clear(): Promise<void> {
    await this.layer.raise(this.name())
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined
  }

  disconnect(): Promise<void> {
    return this.layer.close()
  }

  private name(): string {
    return `keyv:${this.namespace ?? ''}`
  }
}
