import type { Leased, SharedLayer, StoredText } from '../../src/runtime/layers/layer.js'
import type { FakeClock } from './fake-clock.js'

/** A shared layer in memory that answers one turn later, with the rules of the real ones. */
export class FakeLayer implements SharedLayer {
  readonly name = 'fake'
  readonly announces = false
  private readonly values = new Map<string, { readonly text: string; readonly until: number }>()
  private readonly leases = new Map<string, { readonly token: string; readonly until: number }>()
  private readonly counters = new Map<string, number>()

  constructor(private readonly clock: FakeClock) {}

  /** As after an eviction or a crash of the store. */
  loseLeases(): void {
    this.leases.clear()
  }

  async read(key: string): Promise<StoredText | undefined> {
    await Promise.resolve()
    return this.present(key)
  }

  async lease(key: string, token: string, leaseMs: number, isRefresh: boolean): Promise<Leased> {
    await Promise.resolve()
    const entry = isRefresh ? undefined : this.present(key)
    if (entry) return { state: 'hit', entry }
    if (this.holder(key) !== undefined) return { state: 'held' }
    this.leases.set(key, { token, until: this.clock.now() + leaseMs })
    return { state: 'won' }
  }

  async renew(key: string, token: string, leaseMs: number): Promise<void> {
    await Promise.resolve()
    if (this.holder(key) === token) this.leases.set(key, { token, until: this.clock.now() + leaseMs })
  }

  async release(key: string, token: string): Promise<void> {
    await Promise.resolve()
    if (this.holder(key) === token) this.leases.delete(key)
  }

  async fill(key: string, token: string, text: string, lifeMs: number): Promise<boolean> {
    await Promise.resolve()
    if (this.holder(key) !== token) return false
    this.values.set(key, { text, until: this.clock.now() + lifeMs })
    this.leases.delete(key)
    return true
  }

  async write(key: string, text: string, lifeMs: number): Promise<void> {
    await Promise.resolve()
    this.values.set(key, { text, until: this.clock.now() + lifeMs })
    this.leases.delete(key)
  }

  async remove(key: string): Promise<boolean> {
    await Promise.resolve()
    this.leases.delete(key)
    const found = this.present(key) !== undefined
    this.values.delete(key)
    return found
  }

  async soften(key: string): Promise<boolean> {
    await Promise.resolve()
    this.leases.delete(key)
    const entry = this.present(key)
    if (!entry) return false
    const staleMs = Number(/^\d+/.exec(entry.text)![0])
    if (staleMs === 0) this.values.delete(key)
    else this.values.set(key, { text: entry.text, until: this.clock.now() + staleMs })
    return true
  }

  async generations(names: readonly string[]): Promise<readonly number[]> {
    await Promise.resolve()
    return names.map((name) => this.counters.get(name) ?? 0)
  }

  async raise(name: string): Promise<number> {
    await Promise.resolve()
    this.counters.set(name, (this.counters.get(name) ?? 0) + 1)
    return this.counters.get(name)!
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  private present(key: string): StoredText | undefined {
    const entry = this.values.get(key)
    if (!entry || entry.until <= this.clock.now()) return undefined
    return { text: entry.text, restMs: entry.until - this.clock.now() }
  }

  private holder(key: string): string | undefined {
    const lease = this.leases.get(key)
    return lease && lease.until > this.clock.now() ? lease.token : undefined
  }
}
