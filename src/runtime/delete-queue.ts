/**
 * Deletes that a shared layer has not confirmed: one for each key, in order, and no more than a bound. A delete is an
 * obligation: what does not fit makes all of the namespace a miss, as soon as the layer can be told.
 */
export class DeleteQueue {
  /** The keys, and how long fills are to be refused after the delete of each. */
  private readonly keys = new Map<string, number>()
  private readonly underWay = new Map<string, number>()
  private overflowed = false

  constructor(private readonly most: number) {}

  get size(): number {
    return this.keys.size
  }

  /** Deletes of which it is not known yet what became of them. */
  get underWayCount(): number {
    return [...this.underWay.keys()].filter((key) => !this.keys.has(key)).length
  }

  /** Must the namespace be made a miss? Until then nothing of it may be read from the layer. */
  get isOverflowing(): boolean {
    return this.overflowed
  }

  has(key: string): boolean {
    return this.overflowed || this.keys.has(key) || this.underWay.has(key)
  }

  /** A delete is under way: who reads meanwhile must not find what it deletes. */
  begin(key: string): void {
    this.underWay.set(key, (this.underWay.get(key) ?? 0) + 1)
  }

  end(key: string): void {
    const left = this.underWay.get(key)! - 1
    if (left > 0) this.underWay.set(key, left)
    else this.underWay.delete(key)
  }

  add(key: string, holdMs: number): void {
    if (this.overflowed) return
    this.keys.set(key, Math.max(holdMs, this.keys.get(key) ?? 0))
    if (this.keys.size <= this.most) return
    this.overflowed = true
    this.keys.clear()
  }

  /** The value was written anew, or the delete confirmed. */
  settle(key: string): void {
    if (this.keys.size > 0) this.keys.delete(key)
  }

  raised(): void {
    this.overflowed = false
  }

  pending(): readonly (readonly [key: string, holdMs: number])[] {
    return [...this.keys]
  }
}
