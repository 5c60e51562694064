const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_557_600_000 }
const TEXT = /^(-?\d*\.?\d+)\s*(ms|milliseconds?|msecs?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|y|yrs?|years?)?$/i

/** Milliseconds that a text such as `5m` or `2 hours` stands for, as the package `ms` reads it. */
export function durationOf(text: string): number | undefined {
  const match = TEXT.exec(text.trim())
  if (!match) return undefined
  const name = (match[2] ?? 'ms').toLowerCase()
  const unit = name === 'ms' || name.startsWith('mil') || name.startsWith('mse') ? 'ms' : name[0]!
  return Number(match[1]) * UNITS[unit]!
}
