/** The figures of one template, in the names of Caffeine's `CacheStats`; times in milliseconds. */
export interface TemplateStats {
  readonly hitCount: number
  readonly memoryHitCount: number
  readonly sharedHitCount: number
  /** Hits that were past their TTL. */
  readonly staleHitCount: number
  readonly missCount: number
  readonly loadSuccessCount: number
  readonly loadFailureCount: number
  readonly totalLoadTime: number
  readonly evictionCount: number
  /** Fills that came after a delete or a write, and were dropped. */
  readonly fencedCount: number
  readonly earlyRefreshCount: number
  readonly deleteCount: number
  /** Deletes that found something. A template whose deletes never do is worth a look. */
  readonly deleteHitCount: number
  readonly writeCount: number
}

export type Counted = { -readonly [N in keyof TemplateStats]: number }

export const noStats = (): Counted => ({
  hitCount: 0, memoryHitCount: 0, sharedHitCount: 0, staleHitCount: 0, missCount: 0, loadSuccessCount: 0, loadFailureCount: 0, totalLoadTime: 0,
  evictionCount: 0, fencedCount: 0, earlyRefreshCount: 0, deleteCount: 0, deleteHitCount: 0, writeCount: 0,
})

/** The figures of a cache since it was made: hits, misses, loads, errors, and the same by template. */
export interface CacheStats {
  readonly total: TemplateStats
  readonly templates: Readonly<Record<string, TemplateStats>>
  /** Templates that are deleted and never written or loaded here, and those none of whose deletes found anything. */
  readonly suspicious: readonly SuspiciousTemplate[]
}

export interface SuspiciousTemplate {
  readonly template: string
  readonly why: 'deleted-never-written' | 'deletes-never-hit'
  readonly deletes: number
}

/** Deletes that must have missed before a template is suspected: single misses are everyday. */
const ENOUGH = 10

export function summary(byTemplate: ReadonlyMap<string, Counted>): CacheStats {
  const total = noStats()
  for (const stats of byTemplate.values()) for (const name of Object.keys(total) as (keyof Counted)[]) total[name] += stats[name]
  const suspicious = [...byTemplate].flatMap(([template, { deleteCount, deleteHitCount, writeCount, loadSuccessCount }]): SuspiciousTemplate[] => {
    if (deleteCount === 0 || deleteHitCount > 0) return []
    if (writeCount + loadSuccessCount === 0) return [{ template, why: 'deleted-never-written' as const, deletes: deleteCount }]
    return deleteCount >= ENOUGH ? [{ template, why: 'deletes-never-hit' as const, deletes: deleteCount }] : []
  })
  return { total, templates: Object.fromEntries([...byTemplate].map(([template, stats]) => [template, { ...stats }])), suspicious }
}

/** The part of an OpenTelemetry meter that is used; `@opentelemetry/api` gives one. */
export interface MeterLike {
  createCounter(name: string, options?: { readonly description?: string; readonly unit?: string }): { add(value: number, attributes?: Record<string, string>): void }
  createHistogram(name: string, options?: { readonly description?: string; readonly unit?: string }): { record(value: number, attributes?: Record<string, string>): void }
}

/** Reports hits, misses and load times to a meter. */
export interface Metrics {
  read(template: string, result: 'hit' | 'stale' | 'miss', layer: string): void
  load(template: string, ms: number, result: 'success' | 'failure'): void
}

export function metricsOf(meter: MeterLike): Metrics {
  const reads = meter.createCounter('cache.reads', { description: 'Reads of the cache by result and layer' })
  const loads = meter.createHistogram('cache.load.duration', { description: 'Time that loaders take', unit: 'ms' })
  return {
    read(template, result, layer) { reads.add(1, { 'cache.template': template, 'cache.result': result, 'cache.layer': layer }) },
    load(template, ms, result) { loads.record(ms, { 'cache.template': template, 'cache.result': result }) },
  }
}
