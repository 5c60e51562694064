/** One load that is under way, and whether what it gives may still be kept. */
export interface Flight {
  readonly isBroken: () => boolean
}

interface Open { promise: Promise<unknown>; isBroken: boolean; readonly tags: readonly string[] }

/**
 * Loads under way by key: one for all who ask meanwhile (single flight). A delete or a write breaks the flight: those who
 * wait for it get its value, those who come later start another, and nothing of it is kept.
 */
export class Flights {
  private readonly open = new Map<string, Open>()
  private broken = 0
  private readonly beside = new Map<string, Set<Open>>()

  constructor(private readonly most: number) {}

  get(key: string): Promise<unknown> | undefined {
    return this.open.get(key)?.promise
  }

  get size(): number {
    return this.open.size
  }

  /** Starts one. Beyond the bound it is not joined by others, and not kept. */
  start<T>(key: string, tags: readonly string[], work: (flight: Flight) => Promise<T>): Promise<T> {
    const own: Open = { promise: Promise.resolve(), isBroken: this.open.size >= this.most, tags }
    const isJoinable = !own.isBroken
    // Registered before it begins: a delete must find whatever has read already.
    if (isJoinable) this.open.set(key, own)
    const promise = work({ isBroken: () => own.isBroken })
    own.promise = promise
    const end = (): void => { if (this.open.get(key) === own) this.open.delete(key) }
    promise.then(end, end)
    return promise
  }

  /** Starts one that nobody joins, since a value is served meanwhile; what breaks the key's flight breaks it too. */
  startBeside<T>(key: string, work: (flight: Flight) => Promise<T>): Promise<T> {
    const own: Open = { promise: Promise.resolve(), isBroken: false, tags: [] }
    const beside = this.beside.get(key) ?? new Set<Open>()
    this.beside.set(key, beside.add(own))
    return work({ isBroken: () => own.isBroken }).finally(() => {
      beside.delete(own)
      if (beside.size === 0 && this.beside.get(key) === beside) this.beside.delete(key)
    })
  }

  /** How often anything was broken: who reads past a key's flight sees by it whether a change came between. */
  get breaks(): number {
    return this.broken
  }

  break(key: string): void {
    this.broken++
    if (this.open.size === 0 && this.beside.size === 0) return
    const beside = this.beside.get(key)
    if (beside) {
      for (const flight of beside) flight.isBroken = true
      this.beside.delete(key)
    }
    const flight = this.open.get(key)
    if (!flight) return
    flight.isBroken = true
    this.open.delete(key)
  }

  /** Breaks what is loaded for a tag: who comes later must not join it. Those beside are told by their generations. */
  breakTag(tag: string): void {
    for (const [key, { tags }] of [...this.open]) if (tags.includes(tag)) this.break(key)
  }

  breakAll(): void {
    this.broken++
    for (const key of [...this.open.keys(), ...this.beside.keys()]) this.break(key)
  }
}
