import type { Clock } from './clock.js'
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
  private readonly closers: (() => Promise<CloseReport>)[] = []

  constructor(private readonly clock: Clock) {}

  get isBegun(): boolean {
    return this.begun
  }

  add(work: Promise<unknown>): void {
    const kept = work.catch(() => undefined).finally(() => this.background.delete(kept))
    this.background.add(kept)
  }

  onClose(closer: () => Promise<CloseReport>): void {
    this.closers.push(closer)
  }

  /** Does what is left, for no longer than `ms`. @throws CloseError where something is left then */
  async finish(shared: Shared | undefined, ms: number): Promise<CloseReport> {
    this.begun = true
    const limit = this.limit(ms)
    const owed = shared?.owed ?? 0
    const work = Promise.all([Promise.all(this.closers.map((closer) => closer())), this.settled(shared, limit.isUp)])
    const done = await Promise.race([work, limit.promise])
    limit.stop()
    const left = shared?.owed ?? 0
    const sum = (of: keyof CloseReport): number => (done?.[0] ?? []).reduce((total, report) => total + report[of], 0)
    const report = { flushed: sum('flushed') + owed - left, failed: sum('failed') + left, dropped: sum('dropped') + (done ? 0 : Math.max(1, this.background.size)) }
    if (report.failed + report.dropped > 0) throw new CloseError(`closed with ${report.failed} failed and ${report.dropped} dropped`, report)
    return report
  }

  private async settled(shared: Shared | undefined, isUp: () => boolean): Promise<void> {
    while (this.background.size > 0 && !isUp()) await Promise.all(this.background)
    while (shared && shared.owed > 0 && !isUp()) {
      if (!(await shared.replay())) await new Promise<void>((done) => { this.clock.after(20, done) })
    }
  }

  private limit(ms: number): { readonly promise: Promise<undefined>; isUp(): boolean; stop(): void } {
    let isUp = false
    let stop = (): void => undefined
    const promise = new Promise<undefined>((done) => { stop = this.clock.after(ms, () => { isUp = true; done(undefined) }) })
    return { promise, isUp: () => isUp, stop }
  }
}
