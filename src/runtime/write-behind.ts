import { pause, type Clock } from './clock.js'
import { milliseconds, type Duration } from './duration.js'
import type { CacheKey } from './keys.js'
import type { WriteQueue } from './write-queue.js'

/** How writes are gathered before the origin gets them: how long, how many, and what is done with those that fail. */
export interface WriteBehindOptions {
  /** How long writes of one key are gathered: the newest wins. `'100ms'` unless said otherwise. */
  readonly window?: Duration
  /** How many keys go to the origin together. */
  readonly batch?: number
  /** How many keys may wait; who writes another then waits too. */
  readonly maxQueue?: number
  /** How often a write is tried before it is given up. */
  readonly attempts?: number
  /** The wait before the second attempt; doubled for each that follows. */
  readonly backoff?: Duration
  /** Is told of a write that was given up: it is lost unless this keeps it. */
  readonly deadLetter?: (key: CacheKey, value: unknown, error: unknown) => void | Promise<void>
  /** Keeps what waits outside the process, so that a crash loses nothing: `redisStream(client, { stream })`. In memory unless said otherwise. */
  readonly queue?: WriteQueue
}

export interface Write { readonly key: CacheKey; readonly value: unknown }

/** What became of a write: `undefined` where it has reached the origin. */
export type Outcome = { readonly error: unknown } | undefined

/** Takes writes to the origin, and tells of each what became of it: one that fails takes no other with it. */
export type WriteAll = (writes: readonly Write[]) => Promise<readonly Outcome[]>

interface Pending extends Write { readonly attempts: number; readonly notBefore: number }

/**
 * Writes to the origin in the background: one for each key at a time and in order, the newest value only, no more waiting
 * than a bound. The queue is in memory, so that a crash loses what has not been written; `close` of the cache does not.
 */
export class WriteBehind {
  private readonly pending = new Map<string, Pending>()
  private readonly underWay = new Set<string>()
  private readonly waiting: (() => void)[] = []
  private readonly windowMs: number
  private readonly backoffMs: number
  private readonly batch: number
  private readonly maxQueue: number
  private readonly attempts: number
  private forget: (() => void) | undefined
  private counted = { flushed: 0, failed: 0, dropped: 0 }

  constructor(
    private readonly clock: Clock,
    private readonly write: WriteAll,
    private readonly options: WriteBehindOptions,
    private readonly onDead: (key: CacheKey, error: unknown) => void,
  ) {
    this.windowMs = milliseconds(options.window ?? '100ms', 'window')
    this.backoffMs = milliseconds(options.backoff ?? '200ms', 'backoff')
    this.batch = options.batch ?? 100
    this.maxQueue = options.maxQueue ?? 10_000
    this.attempts = options.attempts ?? 5
  }

  /** The value that is still to be written, if there is one. */
  get(text: string): Write | undefined {
    return this.pending.get(text)
  }

  get size(): number {
    return this.pending.size
  }

  /** Takes a value; waits while the queue is full. */
  async put(key: CacheKey, value: unknown): Promise<void> {
    while (this.pending.size >= this.maxQueue && !this.pending.has(key.text)) await new Promise<void>((done) => { this.waiting.push(done) })
    this.pending.set(key.text, { key, value, attempts: 0, notBefore: 0 })
    if (this.pending.size >= this.batch) void this.drain()
    else this.schedule(this.windowMs)
  }

  /** Forgets what waits for a key, and waits for what is on its way. */
  async supersede(text: string): Promise<void> {
    this.pending.delete(text)
    while (this.underWay.has(text)) await new Promise<void>((done) => { this.waiting.push(done) })
    this.pending.delete(text)
  }

  /** Writes all that waits, now; what has failed, when its time has come. What fails for good has gone to the dead letters. */
  async flush(): Promise<void> {
    while (this.pending.size > 0) await this.drain(true)
  }

  async close(): Promise<{ flushed: number; failed: number; dropped: number }> {
    this.counted = { flushed: 0, failed: 0, dropped: 0 }
    await this.flush()
    this.forget?.()
    return this.counted
  }

  private schedule(ms: number): void {
    if (this.forget) return
    this.forget = this.clock.after(ms, () => {
      this.forget = undefined
      void this.drain()
    })
  }

  private async drain(isHurried = false): Promise<void> {
    const now = this.clock.now()
    const due = [...this.pending.values()].filter(({ key, notBefore }) => !this.underWay.has(key.text) && (notBefore <= now)).slice(0, this.batch)
    if (due.length === 0) {
      if (isHurried) await this.next(now)
      else if (this.pending.size > 0) this.schedule(this.windowMs)
      return
    }
    for (const { key } of due) this.underWay.add(key.text)
    try {
      const outcomes = await this.write(due)
      for (const [i, each] of due.entries()) {
        const outcome = outcomes[i]
        if (outcome) await this.failed(each, outcome.error)
        else this.settled(each)
      }
    } finally {
      for (const { key } of due) this.underWay.delete(key.text)
      for (const done of this.waiting.splice(0)) done()
      if (this.pending.size > 0) this.schedule(this.windowMs)
    }
  }

  /** Until something that is on its way has settled, or the next attempt is due. */
  private next(now: number): Promise<void> {
    if (this.underWay.size > 0) return new Promise<void>((done) => { this.waiting.push(done) })
    return pause(this.clock, Math.max(1, Math.min(...[...this.pending.values()].map(({ notBefore }) => notBefore)) - now))
  }

  private settled(written: Pending): void {
    this.counted.flushed++
    // A newer value has come meanwhile: it is still to be written.
    if (this.pending.get(written.key.text) === written) this.pending.delete(written.key.text)
  }

  private async failed(written: Pending, error: unknown): Promise<void> {
    if (this.pending.get(written.key.text) !== written) return
    const attempts = written.attempts + 1
    if (attempts < this.attempts) {
      this.pending.set(written.key.text, { ...written, attempts, notBefore: this.clock.now() + this.backoffMs * 2 ** (attempts - 1) })
      return
    }
    this.pending.delete(written.key.text)
    this.counted.failed++
    this.onDead(written.key, error)
    try {
      await this.options.deadLetter?.(written.key, written.value, error)
    } catch (fault) {
      this.onDead(written.key, fault)
    }
  }
}
