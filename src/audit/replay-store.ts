import { createCache, defineKeys, key, type Cache, type Clock } from '../runtime/index.js'

/** One step of a replay, and what came of it. */
export interface Step {
  readonly op: 'set' | 'get' | 'delete' | 'load' | 'change'
  readonly key: string
  readonly as?: string
  readonly result: string
}

/** Time that goes on only when it is told to. */
class HeldClock implements Clock {
  private at = 0

  now(): number {
    return this.at
  }

  move(ms: number): void {
    this.at += ms
  }

  // Nothing of a replay runs by itself.
  after(): () => void {
    return () => undefined
  }

  every(): () => void {
    return () => undefined
  }
}

const keys = defineKeys({ entry: key<string>()({ scope: 'public', template: '{text}', ttl: 'forever' }) })

/** The reference runtime, in memory, told step by step what the audited program would do. */
export class ReplayStore {
  readonly steps: Step[] = []
  private readonly clock = new HeldClock()
  private readonly cache: Cache<typeof keys> = createCache({ keys, clock: this.clock, early: false, jitter: 0 })
  private readonly stored = new Set<string>()

  async set(text: string, value: string, as?: string, ttlMs?: number): Promise<void> {
    await this.cache.set(keys.entry({ text }), value, ttlMs === undefined ? {} : { ttl: { ms: ttlMs } })
    this.stored.add(text)
    this.tell('set', text, `kept: ${value}`, as)
  }

  async get(text: string, as?: string): Promise<string | undefined> {
    const value = await this.cache.get(keys.entry({ text }))
    this.tell('get', text, value === undefined ? 'miss' : `hit: ${value}`, as)
    return value
  }

  /** Somebody misses, and puts back what the origin still has. */
  async load(text: string, value: string, as: string): Promise<void> {
    const given = await this.cache.getOrSet(keys.entry({ text }), () => value)
    this.stored.add(text)
    this.tell('load', text, `kept: ${given}`, as)
  }

  /** Deletes every entry that the store's rule says the text reaches. */
  async delete(text: string, isReached: (stored: string) => boolean): Promise<void> {
    const reached = [...this.stored].filter(isReached)
    for (const each of reached) await this.cache.delete(keys.entry({ text: each }))
    this.tell('delete', text, reached.length === 0 ? 'nothing there' : `deleted ${reached.length}`)
  }

  /** Lets time go by. */
  wait(ms: number): void {
    this.clock.move(ms)
    this.note(`${ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`} go by`)
  }

  note(change: string): void {
    this.steps.push({ op: 'change', key: '', result: change })
  }

  async close(): Promise<void> {
    await this.cache.close()
  }

  private tell(op: Step['op'], text: string, result: string, as?: string): void {
    this.steps.push({ op, key: text, ...(as === undefined ? {} : { as }), result })
  }
}
