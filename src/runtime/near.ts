import type { LRUCache } from 'lru-cache'
import type { ChangeKind } from './bus.js'
import type { Clock } from './clock.js'
import type { Flights } from './flights.js'
import type { Generations } from './generations.js'
import { memoryStore, type MemoryEntry } from './layers/memory.js'

/** The memory of the process, with the loads under way that may still be kept in it. */
export class Near {
  private readonly store: LRUCache<string, MemoryEntry> | undefined
  /** Until when loads of a key are not kept. */
  private readonly held = new Map<string, number>()

  constructor(max: number | undefined, private readonly clock: Clock, private readonly flights: Flights, private readonly generations: Generations, onEvict: (text: string) => void) {
    this.store = max === undefined ? undefined : memoryStore(max, onEvict)
  }

  /** The entry, where it is valid still; it may be past its TTL. */
  get(text: string, now: number): MemoryEntry | undefined {
    const entry = this.store?.get(text)
    if (!entry) return undefined
    if (now < entry.keepUntil && (entry.generations === undefined || this.generations.agree(entry.generations))) return entry
    this.store!.delete(text)
    return undefined
  }

  keep(text: string, entry: MemoryEntry): void {
    this.store?.set(text, entry)
  }

  /** Removes a key, and fences what is being loaded for it. Was it there? */
  drop(text: string): boolean {
    this.flights.break(text)
    const entry = this.store?.get(text)
    if (!entry) return false
    this.store!.delete(text)
    return this.clock.now() < Math.min(entry.staleUntil, entry.keepUntil)
  }

  /** Refuses to keep what is loaded for a key, for a while. */
  hold(text: string, ms: number): void {
    const now = this.clock.now()
    for (const [key, until] of this.held) if (until <= now) this.held.delete(key)
    this.held.set(text, Math.max(now + ms, this.held.get(text) ?? 0))
  }

  isHeld(text: string): boolean {
    return this.held.size > 0 && (this.held.get(text) ?? 0) > this.clock.now()
  }

  /** Ends a value's freshness and leaves its stale windows. Was it there? */
  soften(text: string): boolean {
    this.flights.break(text)
    const now = this.clock.now()
    const entry = this.get(text, now)
    if (!entry || now >= entry.staleUntil) return false
    const end = Math.min(entry.staleUntil, now + entry.staleUntil - entry.freshUntil)
    this.store!.set(text, { ...entry, freshUntil: Math.min(entry.freshUntil, now), staleUntil: end, keepUntil: Math.min(entry.keepUntil, end) })
    return true
  }

  /** Another process tells of a change. */
  heard(kind: ChangeKind, name: string): void {
    if (kind === 'key') this.drop(name)
    if (kind === 'tag') {
      this.generations.forget(name)
      this.flights.breakTag(name)
    }
    if (kind === 'generation') this.forgetAll()
  }

  /** Changes may have been missed: nothing that is here can be believed. */
  forgetAll(): void {
    this.clear()
    this.generations.forgetAll()
  }

  clear(): void {
    this.flights.breakAll()
    this.store?.clear()
  }
}
