/** One load that is under way, and whether what it gives may still be kept. */
export interface Flight {
  readonly promise: Promise<unknown>
  readonly isBroken: () => boolean
}

interface Open { promise: Promise<unknown>; isBroken: boolean; readonly tags: readonly string[] }

/**
 * Loads under way by key: one for all who ask meanwhile (single flight). A delete or a write breaks the flight: those who
 * wait for it get its value, those who come later start another, and nothing of it is kept.
 */
export class Flights {
  private readonly open = new Map<string, Open>()
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
    const promise = work({ get promise() { return own.promise }, isBroken: () => own.isBroken }).finally(() => { if (this.open.get(key) === own) this.open.delete(key) })
    own.promise = promise
    return promise
  }

  /** Starts one that nobody joins, since a value is served meanwhile; what breaks the key's flight breaks it too. */
  startBeside<T>(key: string, work: (flight: Flight) => Promise<T>): Promise<T> {
    const own: Open = { promise: Promise.resolve(), isBroken: false, tags: [] }
    const beside = this.beside.get(key) ?? new Set<Open>()
    this.beside.set(key, beside.add(own))
    return work({ promise: own.promise, isBroken: () => own.isBroken }).finally(() => {
      beside.delete(own)
      if (beside.size === 0 && this.beside.get(key) === beside) this.beside.delete(key)
    })
  }

  break(key: string): void {
    for (const flight of this.beside.get(key) ?? []) flight.isBroken = true
    this.beside.delete(key)
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
    for (const key of [...this.open.keys(), ...this.beside.keys()]) this.break(key)
  }
}
