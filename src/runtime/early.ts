/**
 * Probabilistic early refresh, XFetch: refresh when `delta * beta * -ln(random) >= rest`, so that the chance at a remaining
 * time r is exp(-r / (beta * delta)). Vattani, Chierichetti, Lowenstein: *Optimal Probabilistic Cache Stampede Prevention*,
 * VLDB 2015. `delta` is the measured time to make the value; a beta above 1 refreshes earlier.
 */
export const isEarly = (restMs: number, deltaMs: number, beta: number, random: number): boolean =>
  deltaMs * beta * -Math.log(random) >= restMs

/** Cuts a lifetime by up to the share `jitter`, so that what was written together does not expire together. */
export const jittered = (ttlMs: number, jitter: number, random: number): number => ttlMs * (1 - random * jitter)
