import type { CacheEmitter } from './events.js'
import type { CacheKey, KeyDefinition } from './keys.js'
import type { Recorder } from './options.js'
import { metricsOf, noStats, summary, type CacheStats, type Counted, type MeterLike, type Metrics } from './stats.js'

/** How many that wait for one load are called a stampede. */
const STAMPEDE = 10

/** Counts, tells and records what a cache does, by template. */
export class Figures {
  private readonly counted = new Map<string, Counted>()
  private readonly slots = new Map<KeyDefinition, Counted>()
  private readonly waiting = new WeakMap<Promise<unknown>, number>()
  private readonly metrics: Metrics | undefined

  constructor(private readonly emitter: CacheEmitter, meter: MeterLike | undefined, private readonly recorder: Recorder | undefined) {
    this.metrics = meter && metricsOf(meter)
  }

  hit(key: CacheKey, layer: string, isStale: boolean): void {
    const stats = this.of(key.definition)
    stats.hitCount++
    if (layer === 'memory') stats.memoryHitCount++
    else stats.sharedHitCount++
    if (isStale) stats.staleHitCount++
    const { template } = key.definition
    if (this.emitter.listenerCount('hit') > 0) this.emitter.emit('hit', { template, key: key.text, layer, isStale })
    this.metrics?.read(template, isStale ? 'stale' : 'hit', layer)
    this.recorder?.record({ op: 'get', key, layer, isHit: true })
  }

  missed(key: CacheKey): undefined {
    this.of(key.definition).missCount++
    const { template } = key.definition
    if (this.emitter.listenerCount('miss') > 0) this.emitter.emit('miss', { template, key: key.text })
    this.metrics?.read(template, 'miss', '')
    this.recorder?.record({ op: 'get', key, layer: '', isHit: false })
    return undefined
  }

  /** Somebody waits for a load that another began. */
  joined(key: CacheKey, load: Promise<unknown>): void {
    this.missed(key)
    const waiters = (this.waiting.get(load) ?? 0) + 1
    this.waiting.set(load, waiters)
    if (waiters === STAMPEDE) this.emitter.emit('stampede', { template: key.definition.template, key: key.text, waiters })
  }

  loaded(key: CacheKey, ms: number, error?: { readonly error: unknown }): void {
    const stats = this.of(key.definition)
    const { template } = key.definition
    stats.totalLoadTime += ms
    if (error) stats.loadFailureCount++
    else stats.loadSuccessCount++
    if (this.emitter.listenerCount('load') > 0) this.emitter.emit('load', { template, key: key.text, ms, ...error })
    this.metrics?.load(template, ms, error ? 'failure' : 'success')
    if (!error) this.recorder?.record({ op: 'load', key, layer: '', isHit: false })
  }

  fenced(key: CacheKey): void {
    this.of(key.definition).fencedCount++
    this.emitter.emit('fenced', { template: key.definition.template, key: key.text })
  }

  refreshedEarly(key: CacheKey): void {
    this.of(key.definition).earlyRefreshCount++
  }

  wrote(key: CacheKey): void {
    this.of(key.definition).writeCount++
    this.recorder?.record({ op: 'set', key, layer: '', isHit: false })
  }

  deleted(text: string, definition: KeyDefinition, found: boolean, key: CacheKey | undefined): void {
    const stats = this.of(definition)
    stats.deleteCount++
    if (found) stats.deleteHitCount++
    else if (this.emitter.listenerCount('delete-miss') > 0) this.emitter.emit('delete-miss', { template: definition.template, key: text })
    if (key) this.recorder?.record({ op: 'delete', key, layer: '', isHit: found })
  }

  evicted(definition: KeyDefinition | undefined): void {
    if (definition) this.of(definition).evictionCount++
  }

  stats(): CacheStats {
    return summary(this.counted)
  }

  async close(): Promise<void> {
    await this.recorder?.close()
  }

  private of(definition: KeyDefinition): Counted {
    const known = this.slots.get(definition)
    if (known) return known
    const made = this.counted.get(definition.template) ?? noStats()
    this.counted.set(definition.template, made)
    this.slots.set(definition, made)
    return made
  }
}
