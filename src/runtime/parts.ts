import { TrustedBus } from './bus.js'
import { Closing } from './closing.js'
import type { CacheEmitter } from './events.js'
import { Figures } from './figures.js'
import { Flights } from './flights.js'
import { Generations } from './generations.js'
import { Loading } from './loading.js'
import { Near } from './near.js'
import type { CacheOptions } from './options.js'
import { Refreshing } from './refreshing.js'
import { settingsOf, type Settings } from './settings.js'
import { Shared } from './shared.js'

/** What a cache is made of. */
export interface Parts {
  readonly settings: Settings
  readonly flights: Flights
  readonly generations: Generations
  readonly near: Near
  readonly shared: Shared | undefined
  readonly figures: Figures
  readonly closing: Closing
  readonly loading: Loading
  readonly refreshing: Refreshing
}

const MOST_TAGS = 100_000

/** Puts the parts of a cache together. @throws CacheConfigError, RangeError, TypeError for options that cannot be met */
export function partsOf(options: CacheOptions, emitter: CacheEmitter): Parts {
  const settings = settingsOf(options)
  const { clock, memory } = settings
  const generations = new Generations(MOST_TAGS)
  const flights = new Flights(settings.maxFlights)
  const closing = new Closing(clock)
  const figures = new Figures(emitter, options.meter, options.recorder)
  const definitions = Object.values(options.keys)
  const near = new Near(memory?.max, clock, flights, generations, (text) => { figures.evicted(definitions.find((definition) => definition.matches(text))) })
  const shared = sharedOf(settings, generations, emitter)
  if (shared && options.bus) {
    shared.generations.bus = new TrustedBus(options.bus, clock, {
      changed: (kind, name) => { near.heard(kind, name) },
      lost: (reason) => {
        near.forgetAll()
        emitter.emit('bus-lost', { reason })
      },
      ready: () => {
        // What began while nothing was heard may have read what was changed meanwhile.
        flights.breakAll()
        emitter.emit('bus-ready')
      },
    })
  }
  const loading = new Loading(settings, shared, generations, figures, (key, entry, isWritten) => {
    // Memory keeps only what it would hear the end of.
    const isHeard = shared?.generations.bus?.isTrusted ?? true
    if (isHeard && !shared?.isOwed(key.text) && (isWritten || !near.isHeld(key.text))) near.keep(key.text, entry)
  })
  return { settings, flights, generations, near, shared, figures, closing, loading, refreshing: new Refreshing(settings, loading, flights, figures, emitter, closing) }
}

function sharedOf({ shared: layer, clock, namespace, codecs, timeoutMs, leaseMs, maxQueuedDeletes }: Settings, generations: Generations, emitter: CacheEmitter): Shared | undefined {
  return layer && new Shared({
    layer, clock, namespace, codecs, generations, timeoutMs, leaseMs, maxQueuedDeletes,
    onError: (error) => { emitter.emit('layer-error', { layer: layer.name, error }) },
    onQueued: (key, queued) => { emitter.emit('delete-queued', { key, queued }) },
  })
}
