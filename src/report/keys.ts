import type { Report, ReportKey } from './schema.js'
import { inkOf, plural, type Look } from './style.js'

/** The inventory: each template by store, with how many sites write, read and delete it, and what it is for where that is no data. */
export function keysText(report: Report, look: Look): string {
  const ink = inkOf(look)
  const byStore = new Map<string, ReportKey[]>()
  for (const key of report.keys) byStore.set(key.store, [...(byStore.get(key.store) ?? []), key])
  const widest = Math.min(80, Math.max(8, ...report.keys.map((key) => key.template.length)))
  const lines = [...byStore].flatMap(([store, keys]) => [ink.underline(store), ...keys.map((key) => keyLine(key, widest, look)), ''])
  return [...lines, `${plural(report.keys.length, 'key')} in ${plural(byStore.size, 'store')}`, ''].join('\n')
}

function keyLine(key: ReportKey, widest: number, look: Look): string {
  const ink = inkOf(look)
  const counts = [`W ${key.writers}`, `R ${key.readers}`, `D ${key.deleters}`].map((count) => count.padEnd(5)).join(' ')
  const factory = key.factory === undefined ? '' : ink.dim(`  ${key.factory}`)
  const purpose = key.purpose === 'data' ? '' : `  ${key.purpose}`
  return `  ${key.template.padEnd(widest)}  ${counts}${purpose}${factory}`
}
