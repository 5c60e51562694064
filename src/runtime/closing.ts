import { pause, type Clock } from './clock.js'
import { CloseError } from './errors.js'
import type { Shared } from './shared.js'

/** What became of the work that was left when a cache was closed. */
export interface CloseReport {
  readonly flushed: number
  readonly failed: number
  readonly dropped: number
}

/** Work beside the callers, and what has to be done before a cache may go. */
export class Closing {
  private readonly background = new Set<Promise<unknown>>()
  private begun = false
  private readonly closers: { readonly close: () => Promise<CloseReport>; readonly left: () => number }[] = []
  private closed: Promise<CloseReport> | undefined

  constructor(private readonly clock: Clock) {}

  get isBegun(): boolean {
    return this.begun
  }

  add(work: Promise<unknown>): void {
    const kept = work.catch(() => undefined).finally(() => this.background.delete(kept))
    this.background.add(kept)
  }

  /** `left` tells how much is not done, where time is up. */
  onClose(close: () => Promise<CloseReport>, left: () => number = () => 1): void {
    this.closers.push({ close, left })
  }

  /** Closes, once: who asks again waits for the same. */
  once(shared: Shared | undefined, ms: number, last: () => Promise<void>): Promise<CloseReport> {
    this.closed ??= this.finish(shared, ms).finally(() => shared?.close()).finally(last)
    return this.closed
  }

  /** Does what is left, for no longer than `ms`. @throws CloseError where something is left then */
  private async finish(shared: Shared | undefined, ms: number): Promise<CloseReport> {
    this.begun = true
    const limit = this.limit(ms)
    const owed = shared?.owed ?? 0
    // What is flushed may still delete: the layer is told last.
    const work = Promise.all(this.closers.map(({ close }) => close())).then(async (reports) => {
      await this.settled(shared, limit.isUp)
      return reports
    })
    const done = await Promise.race([work, limit.promise])
    limit.stop()
    const left = shared?.owed ?? 0
    const sum = (of: keyof CloseReport): number => (done ?? []).reduce((total, report) => total + report[of], 0)
    const report = { flushed: sum('flushed') + owed - left, failed: sum('failed') + left, dropped: sum('dropped') + (done ? 0 : this.closers.reduce((total, closer) => total + closer.left(), this.background.size)) }
    if (report.failed + report.dropped > 0) throw new CloseError(`closed with ${report.failed} failed and ${report.dropped} dropped`, report)
    return report
  }

  private async settled(shared: Shared | undefined, isUp: () => boolean): Promise<void> {
    while (this.background.size > 0 && !isUp()) await Promise.all(this.background)
    while (shared && shared.owed > 0 && !isUp()) {
      await shared.replay()
      if (shared.owed > 0) await pause(this.clock, 20)
    }
  }

  private limit(ms: number): { readonly promise: Promise<undefined>; isUp(): boolean; stop(): void } {
    let isUp = false
    let stop = (): void => undefined
    const promise = new Promise<undefined>((done) => { stop = this.clock.after(ms, () => { isUp = true; done(undefined) }) })
    return { promise, isUp: () => isUp, stop }
  }
}
