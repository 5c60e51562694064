/**
 * The numbers that make old entries invalid: one for each tag and one for the whole namespace. They only count up, in the
 * shared layer, and are compared for equality: no clock of any host takes part. What is known here holds while the bus
 * tells of changes; without a shared layer it is all there is.
 */
export class Generations {
  private readonly known = new Map<string, number>()

  constructor(private readonly most: number) {}

  get(name: string): number | undefined {
    return this.known.get(name)
  }

  set(name: string, generation: number): void {
    if (this.known.size >= this.most && !this.known.has(name)) this.known.clear()
    this.known.set(name, generation)
  }

  forget(name: string): void {
    this.known.delete(name)
  }

  forgetAll(): void {
    this.known.clear()
  }

  /** Are these the numbers that are known here? */
  agree(generations: Readonly<Record<string, number>>): boolean {
    for (const name in generations) if (this.known.get(name) !== generations[name]) return false
    return true
  }
}
