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

interface Waiting { readonly until: number; readonly expire: () => void }

/** The limit is looked at so often within its time: one timer for all, as one for each command costs more than the command. */
const TICKS = 5
const itself = <T>(value: T): T => value

/**
 * Asks a layer with a time limit, and stops asking when it fails again and again (circuit breaker): reads and fills are
 * optimisations, and an error of theirs is a miss.
 */
export class Guard {
  private readonly waiting = new Set<Waiting>()
  private tick = 0
  private failed = 0
  private openUntil: number | undefined
  private readonly stop: () => void

  constructor(private readonly options: GuardOptions) {
    this.stop = options.clock.every(Math.max(5, options.timeoutMs / TICKS), () => { this.expire() })
  }

  get isClosed(): boolean {
    return this.openUntil === undefined || this.options.clock.now() >= this.openUntil
  }

  /** The answer, or `DOWN`; it never rejects. */
  ask<T>(work: () => Promise<T>): Promise<T | Down> {
    return this.askFor(work, itself)
  }

  /** What `use` makes of the answer, in one step: each step of promises is felt on the way of a hit. */
  askFor<T, R>(work: () => Promise<T>, use: (answer: T | Down) => R | Promise<R>): Promise<R> {
    let asked: Promise<T>
    try {
      if (!this.isClosed) return Promise.resolve(use(DOWN))
      asked = work()
    } catch (error) {
      this.fail(error)
      return Promise.resolve(DOWN as Down).then(use)
    }
    return new Promise((resolve, reject) => {
      const answer = (value: T | Down): void => {
        try {
          resolve(use(value))
        } catch (error) {
          reject(error as Error)
        }
      }
      const fail = (error: unknown): void => {
        if (!this.waiting.delete(waiting)) return
        this.fail(error)
        answer(DOWN)
      }
      const waiting: Waiting = { until: this.tick + TICKS + 1, expire: () => { fail(new LayerTimeoutError(`no answer within ${this.options.timeoutMs} ms`)) } }
      this.waiting.add(waiting)
      asked.then((value) => {
        if (!this.waiting.delete(waiting)) return
        this.failed = 0
        answer(value)
      }, fail)
    })
  }

  close(): void {
    this.stop()
  }

  private fail(error: unknown): void {
    this.options.onError(error)
    if (++this.failed >= this.options.failures) this.openUntil = this.options.clock.now() + this.options.restMs
  }

  private expire(): void {
    this.tick++
    for (const waiting of this.waiting) {
      if (waiting.until > this.tick) return
      waiting.expire()
    }
  }
}
