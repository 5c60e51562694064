import type { Clock } from './clock.js'
import { LayerTimeoutError } from './errors.js'

/** The answer of a layer that gives none. */
export const DOWN = Symbol('down')
export type Down = typeof DOWN

export interface GuardOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  /** Failures in a row after which the layer is not asked for a while. */
  readonly failures: number
  readonly restMs: number
  readonly onError: (error: unknown) => void
}

interface Waiting { readonly at: number; readonly fail: (error: Error) => void }

/**
 * Asks a layer with a time limit, and stops asking when it fails again and again (circuit breaker): reads and fills are
 * optimisations, and an error of theirs is a miss.
 */
export class Guard {
  private readonly waiting = new Set<Waiting>()
  private failed = 0
  private openUntil = Number.NEGATIVE_INFINITY
  private readonly stop: () => void

  constructor(private readonly options: GuardOptions) {
    this.stop = options.clock.every(Math.max(5, options.timeoutMs / 5), () => { this.expire() })
  }

  get isClosed(): boolean {
    return this.options.clock.now() >= this.openUntil
  }

  /** The answer, or `DOWN`. */
  async ask<T>(work: () => Promise<T>): Promise<T | Down> {
    if (!this.isClosed) return DOWN
    try {
      const answer = await this.within(work())
      this.failed = 0
      return answer
    } catch (error) {
      this.fail(error)
      return DOWN
    }
  }

  /** The layer is heard of again: it is asked at once. */
  reset(): void {
    this.failed = 0
    this.openUntil = Number.NEGATIVE_INFINITY
  }

  close(): void {
    this.stop()
  }

  private fail(error: unknown): void {
    this.options.onError(error)
    if (++this.failed >= this.options.failures) this.openUntil = this.options.clock.now() + this.options.restMs
  }

  // One timer for all: a timer for each command costs more than the command.
  private within<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = { at: this.options.clock.now() + this.options.timeoutMs, fail: reject }
      this.waiting.add(waiting)
      work.then((value) => { this.waiting.delete(waiting); resolve(value) }, (error: unknown) => { this.waiting.delete(waiting); reject(error as Error) })
    })
  }

  private expire(): void {
    const now = this.options.clock.now()
    for (const waiting of this.waiting) {
      if (waiting.at > now) return
      this.waiting.delete(waiting)
      waiting.fail(new LayerTimeoutError(`no answer within ${this.options.timeoutMs} ms`))
    }
  }
}
