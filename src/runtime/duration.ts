/** A length of time with its unit written out: `'250ms'`, `'30s'`, `'5m'`, `'12h'`, `'7d'`, `{ ms: 250 }`, `{ s: 30 }`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}` | { readonly ms: number } | { readonly s: number }

/** How long an entry lives. That it lives until it is deleted or evicted has to be written out: `'forever'`. */
export type Ttl = Duration | 'forever'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * The milliseconds of a duration. A bare number is refused, as libraries disagree on what it counts, and so is zero, to
 * which some give the meaning of "forever".
 * @throws TypeError for what is no duration @throws RangeError for what is not positive
 */
export function milliseconds(duration: Duration, what = 'a duration'): number {
  const ms = parsed(duration)
  if (ms === undefined) throw new TypeError(`${what} must be written with its unit, as '5m' or { ms: 300000 }; got ${describe(duration)}`)
  if (!(ms > 0) || !Number.isFinite(ms)) throw new RangeError(`${what} must be positive; got ${describe(duration)}`)
  return ms
}

/** As `milliseconds`; `Infinity` for `'forever'`. */
export const lifetime = (ttl: Ttl, what = 'a TTL'): number => (ttl === 'forever' ? Number.POSITIVE_INFINITY : milliseconds(ttl, what))

function parsed(duration: unknown): number | undefined {
  if (typeof duration === 'string') {
    const match = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration)
    return match ? Number(match[1]) * UNITS[match[2]!]! : undefined
  }
  if (typeof duration !== 'object' || duration === null) return undefined
  const { ms, s } = duration as { ms?: unknown; s?: unknown }
  if (typeof ms === 'number' && s === undefined) return ms
  return typeof s === 'number' && ms === undefined ? s * 1000 : undefined
}

const describe = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : typeof value === 'object' ? JSON.stringify(value) ?? String(value) : String(value))
