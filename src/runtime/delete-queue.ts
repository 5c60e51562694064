/**
 * Deletes that a shared layer has not confirmed: one for each key, in order, and no more than a bound. A delete is an
 * obligation: what does not fit makes all of the namespace a miss, as soon as the layer can be told.
 */
export class DeleteQueue {
  private readonly keys = new Set<string>()
  private readonly underWay = new Map<string, number>()
  private overflowed = false

  constructor(private readonly most: number) {}

  get size(): number {
    return this.keys.size
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

  add(key: string): void {
    if (this.overflowed) return
    this.keys.add(key)
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

  pending(): readonly string[] {
    return [...this.keys]
  }
}
