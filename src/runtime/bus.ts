import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.js'
import type { Announcement } from './layers/layer.js'

/** A way to tell all processes of a change. What is published is heard by its sender too. */
export interface Bus {
  readonly channel: string
  publish(message: string): Promise<void>
  /** Begins to listen; `lost` and `ready` may come again and again. */
  start(handlers: { readonly message: (text: string) => void; readonly lost: (reason: string) => void; readonly ready: () => void }): void
  close(): Promise<void>
}

export type ChangeKind = 'key' | 'tag' | 'generation' | 'beat'

export interface BusHandlers {
  readonly changed: (kind: ChangeKind, name: string) => void
  readonly lost: (reason: string) => void
  readonly ready: () => void
}

/** How often a process says that it is there; one that does not hear itself is cut off. */
const BEAT_MS = 5000
const MOST_PUBLISHERS = 10_000

/**
 * The bus as a cache needs it: each publisher numbers its messages, so that one that is lost is noticed, and says something
 * now and then, so that a connection that is only half open is. While it is not trusted nothing may be kept in memory.
 */
export class TrustedBus {
  private readonly id = randomUUID()
  private sequence = 0
  private readonly seen = new Map<string, number>()
  private isUp = false
  /** It was given up because nothing was heard; once it hears itself again it is believed again. */
  private isSilent = false
  private heardAt = 0
  private readonly stops: (() => void)[] = []

  constructor(private readonly bus: Bus, private readonly clock: Clock, private readonly handlers: BusHandlers, beatMs = BEAT_MS) {
    bus.start({ message: (text) => { this.hear(text) }, lost: (reason) => { this.isSilent = false; this.lose(reason) }, ready: () => { this.begin() } })
    this.stops.push(clock.every(beatMs, () => { this.beat(beatMs) }))
  }

  get isTrusted(): boolean {
    return this.isUp
  }

  /** A numbered message, for a layer that sends it with the change. */
  announcement(kind: ChangeKind, name: string): Announcement {
    return { channel: this.bus.channel, message: `${this.id} ${++this.sequence} ${kind} ${name}` }
  }

  publish(kind: ChangeKind, name: string): Promise<void> {
    return this.bus.publish(this.announcement(kind, name).message)
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop()
    await this.bus.close()
  }

  private begin(): void {
    this.seen.clear()
    this.heardAt = this.clock.now()
    this.isUp = true
    this.isSilent = false
    this.handlers.ready()
  }

  private lose(reason: string): void {
    if (!this.isUp) return
    this.isUp = false
    this.handlers.lost(reason)
  }

  private hear(text: string): void {
    const match = /^(\S+) (\d+) (key|tag|generation|beat) ?([^]*)$/.exec(text)
    if (!match) return
    if (this.isSilent && text.startsWith(this.id)) this.begin()
    const [, id, number, kind, name] = match as unknown as [string, string, string, ChangeKind, string]
    const last = this.seen.get(id)
    if (this.seen.size > MOST_PUBLISHERS) this.seen.clear()
    this.seen.set(id, Number(number))
    if (id === this.id) this.heardAt = this.clock.now()
    // Of a change that was missed nothing is known but that there was one.
    if (last !== undefined && Number(number) > last + 1 && id !== this.id) this.handlers.lost('a message was missed')
    if (kind !== 'beat' && id !== this.id) this.handlers.changed(kind, name)
  }

  private beat(beatMs: number): void {
    if (!this.isUp && !this.isSilent) return
    if (this.isUp && this.clock.now() - this.heardAt > 2.5 * beatMs) {
      this.isSilent = true
      this.lose('nothing is heard of it')
    }
    this.publish('beat', '').catch(() => undefined)
  }
}

/** A bus within one process, for tests and for several caches of one program. */
export function localBus(): () => Bus {
  const listeners = new Set<(text: string) => void>()
  return () => {
    let own: ((text: string) => void) | undefined
    return {
      channel: 'local',
      publish: (message) => {
        for (const listener of [...listeners]) listener(message)
        return Promise.resolve()
      },
      start({ message, ready }) {
        own = message
        listeners.add(message)
        ready()
      },
      close: () => {
        if (own) listeners.delete(own)
        return Promise.resolve()
      },
    }
  }
}
