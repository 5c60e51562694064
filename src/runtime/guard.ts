import type { Clock } from './clock.js'
import { LayerRefusalError, LayerTimeoutError } from './errors.js'
import { itself } from './values.js'

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

/** A question that is not answered yet, in a list of such: a Set would hash each of them on the way of every hit. */
class Waiting {
  before: Waiting | undefined
  behind: Waiting | undefined
  isSettled = false

  constructor(readonly until: number, readonly answer: (value: unknown) => void) {}
}

/** The limit is looked at so often within its time: one timer for all, as one for each command costs more than the command. */
const TICKS = 5

/**
 * Asks a layer with a time limit, and stops asking when it fails again and again (circuit breaker): reads and fills are
 * optimisations, and an error of theirs is a miss.
 */
export class Guard {
  private first: Waiting | undefined
  private last: Waiting | undefined
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
      const waiting = this.enter((value) => {
        try {
          resolve(use(value as T | Down))
        } catch (error) {
          reject(error as Error)
        }
      })
      asked.then((value) => { this.settle(waiting, value) }, (error: unknown) => { this.refuse(waiting, error) })
    })
  }

  /** Who still waits is answered that the layer is down. */
  close(): void {
    this.stop()
    for (let { first } = this; first; { first } = this) {
      this.leave(first)
      first.answer(DOWN)
    }
  }

  private fail(error: unknown): void {
    this.options.onError(error)
    // A layer that refuses one command answers, and is no layer that is down.
    if (isRefusal(error)) return
    if (++this.failed >= this.options.failures) this.openUntil = this.options.clock.now() + this.options.restMs
  }

  private enter(answer: (value: unknown) => void): Waiting {
    const waiting = new Waiting(this.tick + TICKS + 1, answer)
    waiting.before = this.last
    if (this.last) this.last.behind = waiting
    else this.first = waiting
    this.last = waiting
    return waiting
  }

  private settle(waiting: Waiting, value: unknown): void {
    if (waiting.isSettled) return
    this.leave(waiting)
    this.failed = 0
    waiting.answer(value)
  }

  private refuse(waiting: Waiting, error: unknown): void {
    if (waiting.isSettled) return
    this.leave(waiting)
    this.fail(error)
    waiting.answer(DOWN)
  }

  private leave(waiting: Waiting): void {
    const { before, behind } = waiting
    waiting.isSettled = true
    if (before) before.behind = behind
    else this.first = behind
    if (behind) behind.before = before
    else this.last = before
    waiting.before = undefined
    waiting.behind = undefined
  }

  private expire(): void {
    this.tick++
    for (let { first } = this; first && first.until <= this.tick; { first } = this) this.refuse(first, new LayerTimeoutError(`no answer within ${this.options.timeoutMs} ms`))
  }
}

/** An error that the server replied, and that says nothing of other commands. */
const isRefusal = (error: unknown): boolean =>
  error instanceof LayerRefusalError || (error instanceof Error && /^(?:WRONGTYPE|OOM|ERR|NOSCRIPT)\b/.test(error.message))
