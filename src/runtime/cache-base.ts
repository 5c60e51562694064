import type { Clock } from './clock.js'
import type { CloseReport } from './closing.js'
import type { Codec } from './codec.js'
import { CacheConfigError } from './errors.js'
import { newEmitter, type CacheEmitter, type CacheEvents } from './events.js'
import type { CacheKey, KeyDefinition } from './keys.js'
import type { CacheOptions, Deleted } from './options.js'
import { partsOf, type Parts } from './parts.js'

/** What stands below the strategies of a cache, and what is built upon one may use: origins, refresh-ahead, adapters. */
export class CacheBase {
  protected readonly parts: Parts
  protected readonly emitter: CacheEmitter = newEmitter()

  constructor(options: CacheOptions) {
    this.parts = partsOf(options, this.emitter)
  }

  on<N extends keyof CacheEvents>(event: N, listener: (...args: CacheEvents[N]) => void): this {
    this.emitter.on(event, listener as never)
    return this
  }

  off<N extends keyof CacheEvents>(event: N, listener: (...args: CacheEvents[N]) => void): this {
    this.emitter.off(event, listener as never)
    return this
  }

  /** Tells those who listen; for what is built upon a cache. */
  tell<N extends keyof CacheEvents>(event: N, ...args: CacheEvents[N]): void {
    this.emitter.emit(event, ...(args as never))
  }

  /** A value as it is given to callers: a copy, where they may change what they get. */
  handed(value: unknown): unknown {
    return this.parts.settings.isCloning ? structuredClone(value) : value
  }

  /** Do other processes share what it keeps? */
  get isShared(): boolean {
    return this.parts.shared !== undefined
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

  /** Has something done when the cache is closed: flushes a queue, and says what is left of it should time be up. */
  onClose(closer: () => Promise<CloseReport>, left?: () => number): void {
    this.parts.closing.onClose(closer, left)
  }

  /** @throws CacheConfigError where it is closed */
  assertOpen(): void {
    if (this.parts.closing.isBegun) throw new CacheConfigError('the cache is closed')
  }

  /** Deletes a key, be the cache about to close or not. */
  drop(key: CacheKey): Promise<Deleted> {
    return this.remove(key.text, 0, key.definition, key)
  }

  protected remove(text: string, holdMs: number, definition: KeyDefinition | undefined, key?: CacheKey): Promise<Deleted> {
    const { near, shared, figures } = this.parts
    const had = near.drop(text)
    if (holdMs > 0) near.hold(text, holdMs)
    const settle = (removed: boolean | 'queued'): Deleted => {
      // Once more: a load may have read the old value and begun to keep it while the layer was told.
      const found = near.drop(text) || had || removed === true
      if (definition) figures.deleted(text, definition, found, key)
      return removed === 'queued' ? 'queued' : found ? 'deleted' : 'absent'
    }
    return shared ? shared.remove(text, holdMs, settle) : Promise.resolve(settle(false))
  }
}
