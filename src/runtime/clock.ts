import { performance } from 'node:perf_hooks'

/** Time as the cache sees it: a clock that only runs forward, and timers. Tests put another in its place. */
export interface Clock {
  /** Milliseconds of a monotonic clock; only differences mean anything. */
  now(): number
  /** Calls back once after `ms`; the returned function forgets it. The timer keeps no process alive. */
  after(ms: number, run: () => void): () => void
  /** Calls back every `ms` until the returned function is called. */
  every(ms: number, run: () => void): () => void
}

/** The clock of the machine (`performance.now()`), which steps of the wall clock do not touch. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => { clearTimeout(timer) }
  },
  every(ms, run) {
    const timer = setInterval(run, ms)
    timer.unref()
    return () => { clearInterval(timer) }
  },
}

/** Waits on a clock. Unlike its other timers this one keeps the process alive: somebody awaits it. */
export const pause = (clock: Clock, ms: number): Promise<void> =>
  (clock === systemClock ? new Promise((done) => { setTimeout(done, ms) }) : new Promise((done) => { clock.after(ms, done) }))
