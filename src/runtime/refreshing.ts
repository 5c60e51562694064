import type { Closing } from './closing.js'
import { isEarly } from './early.js'
import type { CacheEmitter } from './events.js'
import type { Figures } from './figures.js'
import type { Flights } from './flights.js'
import type { CacheKey } from './keys.js'
import type { Loading } from './loading.js'
import type { ReadOptions } from './options.js'
import { earlyOf, type Settings } from './settings.js'

/** Makes values anew in the background, one refresh for each key at a time. */
export class Refreshing {
  private readonly underWay = new Set<string>()

  constructor(
    private readonly settings: Settings,
    private readonly loading: Loading,
    private readonly flights: Flights,
    private readonly figures: Figures,
    private readonly emitter: CacheEmitter,
    private readonly closing: Closing,
  ) {}

  /** Refreshes by chance before the end (XFetch), the likelier the nearer that is. */
  maybe(key: CacheKey, load: () => unknown, options: ReadOptions, restMs: number, deltaMs: number): void {
    const early = options.early === undefined ? this.settings.early : earlyOf(options.early)
    if (early === false || options.background === false || !isEarly(restMs, deltaMs, early.beta, this.settings.random)) return
    if (this.now(key, load, options, false)) this.figures.refreshedEarly(key)
  }

  /** Refreshes, unless that is being done. */
  now(key: CacheKey, load: () => unknown, options: ReadOptions, isStale = true): boolean {
    if (this.closing.isBegun || this.underWay.has(key.text)) return false
    this.underWay.add(key.text)
    const work = this.flights.startBeside(key.text, (flight) => this.loading.refresh(key, load, options, flight, isStale))
      .catch((error: unknown) => { this.emitter.emit('refresh-error', { template: key.definition.template, key: key.text, error }) })
      .finally(() => this.underWay.delete(key.text))
    this.closing.add(work)
    options.waitUntil?.(work)
    return true
  }
}
