/**
 * The numbers that make old entries invalid: one for each tag and one for the whole namespace. They only count up, in the
 * shared layer, and are compared for equality: no clock of any host takes part. What is known here holds while the bus
 * tells of changes; without a shared layer it is all there is.
 */
export class Generations {
  private readonly known = new Map<string, number>()
  private changed = 0
  private count = 0

  constructor(private readonly most: number) {}

  get(name: string): number | undefined {
    return this.known.get(name)
  }

  set(name: string, generation: number): void {
    if (this.known.size >= this.most && !this.known.has(name)) this.known.clear()
    this.known.set(name, generation)
  }

  /** How often something was forgotten or raised: who asks the layer sees by it whether the answer is old. */
  get changes(): number {
    return this.changed
  }

  /** A number that was never given before: where it is all there is, a tag that was forgotten must not count anew. */
  raise(name: string): number {
    this.changed++
    this.set(name, ++this.count)
    return this.count
  }

  forget(name: string): void {
    this.changed++
    this.known.delete(name)
  }

  forgetAll(): void {
    this.changed++
    this.known.clear()
  }

  /** Are these the numbers that are known here? */
  agree(generations: Readonly<Record<string, number>>): boolean {
    for (const name in generations) if (this.known.get(name) !== generations[name]) return false
    return true
  }
}
