import type { Streams } from './streams.js'

/** Is told how far a run is. */
export interface Progress {
  phase(name: string): void
  /** How many files are parsed. */
  count(files: number): void
  end(): void
}

export const SILENT: Progress = { phase: () => undefined, count: () => undefined, end: () => undefined }

/** Progress on the terminal behind stderr, if it is one. */
export const progressOn = (streams: Streams, timings = false): Progress => new TerminalProgress(streams.stderr, { timings })

const PATIENCE_MS = 1000
const EVERY_MS = 100

/**
 * One line on a terminal that has waited for more than a second, written over each time and taken away at the end; and how
 * long each phase took, for those who ask.
 */
export class TerminalProgress implements Progress {
  private readonly from: number
  private readonly phases: { readonly name: string; readonly at: number }[] = []
  private shownAt = -Infinity
  private isShown = false

  constructor(private readonly stderr: Streams['stderr'], private readonly options: { readonly timings: boolean }, private readonly now: () => number = () => performance.now()) {
    this.from = now()
  }

  phase(name: string): void {
    this.phases.push({ name, at: this.now() })
    this.show(name)
  }

  count(files: number): void {
    this.show(`${this.phases.at(-1)?.name ?? ''}, ${files} files parsed`)
  }

  end(): void {
    if (this.isShown) this.stderr.write('\r\u001b[2K')
    this.isShown = false
    if (this.options.timings) this.stderr.write(this.table())
  }

  private show(text: string): void {
    const now = this.now()
    if (this.stderr.isTTY !== true || now - this.from < PATIENCE_MS || now - this.shownAt < EVERY_MS) return
    this.shownAt = now
    this.isShown = true
    this.stderr.write(`\r\u001b[2Kkeyproof: ${text}`)
  }

  private table(): string {
    const ends = [...this.phases.slice(1).map(({ at }) => at), this.now()]
    const rows = this.phases.map(({ name, at }, i) => [name, ends[i]! - at] as const)
    return [...rows, ['in all', this.now() - this.from] as const].map(([name, ms]) => `${name.padEnd(20)} ${ms.toFixed(0).padStart(7)} ms\n`).join('')
  }
}
