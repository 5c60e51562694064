/**
 * Probabilistic early refresh, XFetch: refresh when `delta * beta * -ln(random) >= rest`, so that the chance at a remaining
 * time r is exp(-r / (beta * delta)). Vattani, Chierichetti, Lowenstein: *Optimal Probabilistic Cache Stampede Prevention*,
 * VLDB 2015. `delta` is the measured time to make the value; a beta above 1 refreshes earlier.
 */
export const isEarly = (restMs: number, deltaMs: number, beta: number, random: () => number): boolean =>
  // No random number of 53 bits has a larger logarithm: long before the end, chance need not be asked.
  deltaMs * beta * MOST_LOG >= restMs && deltaMs * beta * -Math.log(random()) >= restMs

const MOST_LOG = 37

/** Cuts a lifetime by up to the share `jitter`, so that what was written together does not expire together. */
export const jittered = (ttlMs: number, jitter: number, random: number): number => ttlMs * (1 - random * jitter)
