import { randomUUID } from 'node:crypto'
import type { TrustedBus } from './bus.js'
import type { Clock } from './clock.js'
import { pause } from './clock.js'
import type { Codec } from './codec.js'
import { DeleteQueue } from './delete-queue.js'
import { open, seal, type Envelope, type OpenedEnvelope } from './envelope.js'
import type { Generations } from './generations.js'
import { DOWN, Guard } from './guard.js'
import { SharedGenerations } from './shared-generations.js'
import { itself } from './values.js'
import type { Leased, SharedLayer, StoredText } from './layers/layer.js'

export interface SharedOptions {
  readonly layer: SharedLayer
  readonly clock: Clock
  /** Entries of another namespace are not affected by a clear of this one. */
  readonly namespace: string
  readonly codecs: ReadonlyMap<string, Codec>
  readonly generations: Generations
  readonly timeoutMs: number
  readonly leaseMs: number
  readonly maxQueuedDeletes: number
  readonly onError: (error: unknown) => void
  readonly onQueued: (key: string, queued: number) => void
}

/** An entry of the shared layer. */
export type SharedEntry = OpenedEnvelope

/** What a miss is answered with: somebody else's value, the right to fill, or the advice to load for oneself. */
export type Claim =
  | { readonly kind: 'hit'; readonly entry: SharedEntry }
  | { readonly kind: 'lease'; readonly token: string }
  | { readonly kind: 'alone' }

const POLL_MS = 10
const MOST_POLL_MS = 100
const REPLAY_MS = 100

/** The shared layer as the cache uses it: guarded, fenced, with the deletes that it still owes. */
export class Shared {
  readonly guard: Guard
  private readonly deletes: DeleteQueue
  private readonly stops: (() => void)[] = []
  /** The leases of loads that are under way, by their tokens. */
  private readonly held = new Map<string, string>()
  private replaying = false
  readonly generations: SharedGenerations

  constructor(private readonly options: SharedOptions) {
    const { clock, timeoutMs, onError } = options
    this.guard = new Guard({ clock, timeoutMs, failures: 5, restMs: Math.max(500, timeoutMs), onError })
    this.generations = new SharedGenerations(options, this.guard)
    this.deletes = new DeleteQueue(options.maxQueuedDeletes)
    this.stops.push(clock.every(REPLAY_MS, () => { void this.replay() }))
  }

  get name(): string {
    return this.options.layer.name
  }

  /** Deletes that are still owed. */
  get owed(): number {
    return this.deletes.size + this.deletes.underWayCount + this.generations.owed().length + (this.deletes.isOverflowing ? 1 : 0)
  }

  /** Reads an entry, and gives what `use` makes of it. */
  read<R>(key: string, use: (entry: SharedEntry | undefined) => R): Promise<R> {
    if (this.deletes.has(key)) return Promise.resolve(use(undefined))
    return this.guard.askFor(() => this.options.layer.read(key), (stored) => {
      if (stored === DOWN || !stored) return use(undefined)
      const entry = this.opened(key, stored)
      return entry instanceof Promise ? entry.then(use) : use(entry)
    })
  }

  /**
   * Asks for the value or the right to make it. Where somebody else makes it, waits for that no longer than `waitMs`; then,
   * and where the layer is down, the caller loads for itself and fills nothing: nobody waits for ever.
   */
  async claim(key: string, waitMs: number, isRefresh: boolean, accepts: (entry: SharedEntry) => boolean): Promise<Claim> {
    if (this.deletes.has(key)) return { kind: 'alone' }
    const token = randomUUID()
    const { clock, layer, leaseMs } = this.options
    const until = clock.now() + waitMs
    for (let poll = POLL_MS; ; poll = Math.min(poll * 1.5, MOST_POLL_MS)) {
      const answer: Leased | typeof DOWN = await this.guard.ask(() => layer.lease(key, token, leaseMs, isRefresh))
      if (answer === DOWN) return { kind: 'alone' }
      if (answer.state === 'won') return (poll > POLL_MS ? await this.made(key, token, accepts) : undefined) ?? { kind: 'lease', token }
      if (answer.state === 'hit') {
        const entry = await this.opened(key, answer.entry)
        if (entry && entry.freshMs > 0 && accepts(entry)) return { kind: 'hit', entry }
        // What is there is past its time, or of another version: it is made anew.
        isRefresh = true
        continue
      }
      if (answer.state === 'refused' || isRefresh && waitMs === 0 || clock.now() >= until) return { kind: 'alone' }
      await pause(clock, poll)
      // Who made it meanwhile has left it there.
      isRefresh = false
      if (this.deletes.has(key)) return { kind: 'alone' }
    }
  }

  /** Between a look at an old value and the right to make it anew somebody may have done so. */
  private async made(key: string, token: string, accepts: (entry: SharedEntry) => boolean): Promise<Claim | undefined> {
    const entry = await this.read(key, itself)
    if (!entry || entry.freshMs <= 0 || !accepts(entry)) return undefined
    await this.release(key, token)
    return { kind: 'hit', entry }
  }

  /** Renews a lease at a third of its time until the returned function is called. */
  hold(key: string, token: string): () => void {
    const { clock, layer, leaseMs } = this.options
    this.held.set(token, key)
    const stop = clock.every(leaseMs / 3, () => { void this.guard.ask(() => layer.renew(key, token, leaseMs)) })
    return () => {
      this.held.delete(token)
      stop()
    }
  }

  async release(key: string, token: string): Promise<void> {
    await this.guard.ask(() => this.options.layer.release(key, token))
  }

  /** Stores what a lease was taken for. False where a delete or a write came between; `undefined` where it could not be. */
  async fill(key: string, token: string, envelope: Envelope, codec: Codec, lifeMs: number): Promise<boolean | undefined> {
    const text = this.sealed(envelope, codec)
    const stored = text === undefined ? DOWN : await this.guard.ask(() => this.options.layer.fill(key, token, text, lifeMs))
    if (stored === DOWN) await this.release(key, token)
    return stored === DOWN ? undefined : stored
  }

  private sealed(envelope: Envelope, codec: Codec): string | undefined {
    try {
      return seal(envelope, codec)
    } catch (error) {
      this.options.onError(error)
      return undefined
    }
  }

  /** Writes; where that fails the old value must not be read again, so that a delete is owed. */
  async write(key: string, envelope: Envelope, codec: Codec, lifeMs: number): Promise<void> {
    const text = seal(envelope, codec)
    const written = await this.guard.ask(() => this.options.layer.write(key, text, lifeMs, this.announcement('key', key)))
    if (written === DOWN) return this.owe(key)
    this.deletes.settle(key)
    await this.tell('key', key)
  }

  /** Deletes, or owes the delete, and gives what `use` makes of that. */
  remove<R>(key: string, holdMs: number, use: (removed: boolean | 'queued') => R): Promise<R> {
    this.deletes.begin(key)
    return this.guard.askFor(() => this.options.layer.remove(key, holdMs, this.announcement('key', key)), (found) => {
      this.deletes.end(key)
      if (found === DOWN) {
        this.owe(key, holdMs)
        return use('queued')
      }
      this.deletes.settle(key)
      return this.mustTell ? this.tell('key', key).then(() => use(found)) : use(found)
    })
  }

  async soften(key: string): Promise<boolean | 'queued'> {
    const found = await this.guard.ask(() => this.options.layer.soften(key, this.announcement('key', key)))
    if (found === DOWN) {
      this.owe(key)
      return 'queued'
    }
    await this.tell('key', key)
    return found
  }

  /** Owes a delete that could not be done. */
  owe(key: string, holdMs = 0): void {
    this.deletes.add(key, holdMs)
    this.options.onQueued(key, this.owed)
  }

  isOwed(key: string): boolean {
    return this.deletes.has(key)
  }

  /** Tries what is owed, in order. True where nothing is left. */
  async replay(): Promise<boolean> {
    if (this.owed === 0) return true
    if (this.replaying || !this.guard.isClosed) return false
    this.replaying = true
    try {
      if (this.deletes.isOverflowing) {
        if (!(await this.generations.raiseNamespace())) return false
        this.deletes.raised()
      }
      for (const [key, holdMs] of this.deletes.pending()) if ((await this.remove(key, holdMs, itself)) === 'queued') return false
      for (const tag of this.generations.owed()) if (!(await this.generations.settleTag(tag))) return false
      return true
    } finally {
      this.replaying = false
    }
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop()
    // Nobody should wait for a load whose value is not to be stored any more.
    await Promise.all([...this.held].map(([token, key]) => this.release(key, token)))
    this.guard.close()
    await this.generations.bus?.close()
    await this.options.layer.close()
  }

  /** Reads an entry; without asking anybody where its generations are known here. */
  private opened(key: string, { text, restMs }: StoredText): SharedEntry | undefined | Promise<SharedEntry | undefined> {
    const entry = open(text, restMs, this.options.codecs)
    if (!entry || this.deletes.has(key)) return undefined
    const known = this.generations.knownNamespace
    if (known !== undefined && !entry.generations) return entry.generation === known ? entry : undefined
    return this.checked(entry)
  }

  private async checked(entry: SharedEntry): Promise<SharedEntry | undefined> {
    if (entry.generation !== (await this.generations.namespaceGeneration())) return undefined
    return entry.generations && !(await this.generations.isCurrent(entry.generations)) ? undefined : entry
  }

  private announcement(kind: 'key', name: string): ReturnType<TrustedBus['announcement']> | undefined {
    return this.generations.bus && this.options.layer.announces ? this.generations.bus.announcement(kind, name) : undefined
  }

  /** Does the layer not tell of its changes by itself? */
  private get mustTell(): boolean {
    return this.generations.bus !== undefined && !this.options.layer.announces
  }

  private async tell(kind: 'key', name: string): Promise<void> {
    if (!this.options.layer.announces) await this.generations.publish(kind, name)
  }
}
