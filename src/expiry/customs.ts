import type { Unit } from '../resolve/unit-names.js'

/** An hour, hours, days, a week, a month, a year: numbers that nobody writes for anything else. */
const SECONDS = new Set([3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 259_200, 604_800, 1_209_600, 2_592_000, 31_536_000])

/** The unit that a bare number is in by custom, where its place takes another one: `86400` milliseconds is no lifetime. */
export function customaryUnit(value: number | undefined, taken: Unit): Unit | undefined {
  if (value === undefined) return undefined
  if (taken === 'ms' && SECONDS.has(value)) return 's'
  return taken === 's' && value >= 3_600_000 && SECONDS.has(value / 1000) ? 'ms' : undefined
}
