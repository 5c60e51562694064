import { pause, type Clock } from './clock.js'
import type { Codec } from './codec.js'
import { milliseconds } from './duration.js'
import type { CacheKey, KeyDefinition, ParameterValues } from './keys.js'
import type { Outcome, Write, WriteBehindOptions } from './write-behind.js'
import type { QueuedWrite, WriteQueue } from './write-queue.js'

interface Own extends Write { readonly id: string }

/** What the queue stands for, and how its writes are read. */
export interface DurableTarget {
  readonly definition: KeyDefinition
  readonly codec: Codec
  write(writes: readonly Write[]): Promise<readonly Outcome[]>
  onDead(key: CacheKey, error: unknown): void
}

/**
 * Write-behind over a queue outside the process: what is queued is finished by whoever has the turn, be it after a crash.
 * Of several writes of one key the newest goes to the origin.
 */
export class DurableWriteBehind {
  /** The writes of this process that have not reached the origin, by key: readers here see them. */
  private readonly own = new Map<string, Own>()
  private readonly attempts = new Map<string, number>()
  private readonly windowMs: number
  private readonly backoffMs: number
  private working: Promise<boolean> | undefined
  private forget: (() => void) | undefined
  private isClosed = false
  /** Batches in a row of which nothing arrived: the wait is doubled for each. */
  private failures = 0
  private counted = { flushed: 0, failed: 0, dropped: 0 }

  constructor(private readonly clock: Clock, private readonly queue: WriteQueue, private readonly target: DurableTarget, private readonly options: WriteBehindOptions) {
    this.windowMs = milliseconds(options.window ?? '100ms', 'window')
    this.backoffMs = milliseconds(options.backoff ?? '200ms', 'backoff')
    // What a process left that is gone.
    this.schedule(this.windowMs)
  }

  get(text: string): Write | undefined {
    return this.own.get(text)
  }

  /** Keeps a write; waits while the queue is full. @throws where the queue cannot keep it */
  async put(key: CacheKey, value: unknown): Promise<void> {
    while (await this.queue.size() >= (this.options.maxQueue ?? 10_000)) await pause(this.clock, this.windowMs)
    const id = await this.queue.add({ key: key.text, parameters: JSON.stringify(key.parameters), value: this.target.codec.encode(value) })
    this.own.set(key.text, { id, key, value })
    this.schedule(this.windowMs)
  }

  get size(): number {
    return this.own.size
  }

  /** Waits until what is queued has been written: of a queue that others share nothing can be taken back. */
  supersede(text: string): Promise<void> {
    return this.own.has(text) ? this.flush() : Promise.resolve()
  }

  /** Returns once the queue is empty, whoever emptied it. */
  async flush(): Promise<void> {
    while (await this.queue.size() > 0) if (!(await this.drain())) await pause(this.clock, this.failures > 0 ? this.waitMs : Math.min(this.windowMs, this.backoffMs))
    this.own.clear()
  }

  /** Finishes what can be finished now. What is left is kept for the next process, and is not lost. */
  async close(): Promise<{ flushed: number; failed: number; dropped: number }> {
    this.isClosed = true
    this.forget?.()
    try {
      while (await this.drain()) { /* as long as there is something that this process may write */ }
      await this.queue.release()
    } catch { /* what the queue has it keeps, and the turn ends by itself */ }
    return this.counted
  }

  private get waitMs(): number {
    return this.backoffMs * 2 ** Math.min(10, Math.max(0, this.failures - 1))
  }

  private schedule(ms: number): void {
    if (this.forget || this.isClosed) return
    this.forget = this.clock.after(ms, () => {
      this.forget = undefined
      void this.drain().then((isMore) => { if (isMore || this.own.size > 0) this.schedule(isMore ? this.windowMs : this.waitMs) }, () => { this.schedule(this.waitMs) })
    })
  }

  /** Takes one batch to the origin. Did something of it arrive? */
  private drain(): Promise<boolean> {
    this.working ??= this.batch().finally(() => { this.working = undefined })
    return this.working
  }

  private async batch(): Promise<boolean> {
    if (!(await this.queue.turn())) return this.settle()
    const taken = await this.queue.oldest(this.options.batch ?? 100)
    if (taken.length === 0) return this.settle()
    const unreadable = taken.filter((write) => this.read(write) === undefined)
    for (const write of unreadable) await this.queue.bury(write, 'it cannot be read: written by another version')
    await this.finished(unreadable.map(({ id }) => id))
    if (unreadable.length > 0) return true
    const newest = [...new Map(taken.map((write) => [write.key, write])).values()]
    const stop = this.clock.every(this.queue.leaseMs / 3, () => { this.queue.turn().catch(() => undefined) })
    try {
      const outcomes = await this.target.write(newest.map((write) => this.read(write)!))
      const failed = new Set<string>()
      for (const [i, outcome] of outcomes.entries()) if (outcome && !(await this.isGivenUp(newest[i]!, outcome.error))) failed.add(newest[i]!.key)
      await this.finished(taken.filter(({ key }) => !failed.has(key)).map(({ id }) => id))
      this.counted.flushed += outcomes.filter((outcome) => !outcome).length
      this.failures = failed.size < newest.length ? 0 : this.failures + 1
      return failed.size < newest.length
    } finally {
      stop()
    }
  }

  /** A write that failed too often is buried; another waits for the next turn. */
  private async isGivenUp(write: QueuedWrite, error: unknown): Promise<boolean> {
    const attempts = (this.attempts.get(write.id) ?? 0) + 1
    this.attempts.set(write.id, attempts)
    if (attempts < (this.options.attempts ?? 5)) return false
    const { key, value } = this.read(write)!
    await this.queue.bury(write, String(error))
    this.counted.failed++
    this.target.onDead(key, error)
    try {
      await this.options.deadLetter?.(key, value, error)
    } catch (fault) {
      this.target.onDead(key, fault)
    }
    return true
  }

  private async finished(ids: readonly string[]): Promise<void> {
    await this.queue.done(ids)
    const done = new Set(ids)
    for (const id of ids) this.attempts.delete(id)
    for (const [text, { id }] of this.own) if (done.has(id)) this.own.delete(text)
  }

  /** Forgets the writes of this process that another has taken to the origin. */
  private async settle(): Promise<false> {
    const waiting = [...this.own.values()]
    const left = new Set(await this.queue.left(waiting.map(({ id }) => id)))
    for (const { id, key } of waiting) if (!left.has(id) && this.own.get(key.text)?.id === id) this.own.delete(key.text)
    return false
  }

  private read({ parameters, value }: QueuedWrite): Write | undefined {
    try {
      return { key: this.target.definition(JSON.parse(parameters) as ParameterValues), value: this.target.codec.decode(value) }
    } catch {
      return undefined
    }
  }
}
