import type { Clock } from '../../src/runtime/clock.js'

interface Timer { at: number; readonly every?: number; readonly run: () => void }

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  private time = 1_000_000
  private readonly timers = new Set<Timer>()

  now(): number {
    return this.time
  }

  after(ms: number, run: () => void): () => void {
    return this.add({ at: this.time + ms, run })
  }

  every(ms: number, run: () => void): () => void {
    return this.add({ at: this.time + ms, every: ms, run })
  }

  /** Moves on, running what is due in its order, and lets promises settle in between. */
  async move(ms: number): Promise<void> {
    const end = this.time + ms
    for (;;) {
      await settle()
      const due = [...this.timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.time = Math.max(this.time, due.at)
      if (due.every === undefined) this.timers.delete(due)
      else due.at += due.every
      due.run()
    }
    this.time = end
    await settle()
  }

  private add(timer: Timer): () => void {
    this.timers.add(timer)
    return () => { this.timers.delete(timer) }
  }
}

/** Lets what is promised and due happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
