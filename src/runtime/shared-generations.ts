import type { TrustedBus } from './bus.js'
import type { Clock } from './clock.js'
import type { Generations } from './generations.js'
import { DOWN, type Guard } from './guard.js'
import type { SharedLayer } from './layers/layer.js'

/** How long the generation of a namespace is believed where no bus tells of changes. */
const BELIEVED_MS = 10_000

/** The name of the namespace's own generation among those of tags. */
const NAMESPACE = '\u0000'

interface Options {
  readonly layer: SharedLayer
  readonly clock: Clock
  readonly namespace: string
  readonly generations: Generations
  readonly onError: (error: unknown) => void
}

/** The generations of tags and of the namespace as the shared layer counts them, and the raises that it is still to be told. */
export class SharedGenerations {
  private readonly tags = new Set<string>()
  private generationReadAt = Number.NEGATIVE_INFINITY
  bus: TrustedBus | undefined

  constructor(private readonly options: Options, private readonly guard: Guard) {}

  /** Raises that are still owed. */
  owed(): readonly string[] {
    return [...this.tags]
  }

  /** The present generations of tags; `undefined` where the layer does not say. */
  async generationsOf(tags: readonly string[]): Promise<Readonly<Record<string, number>> | undefined> {
    const { generations, layer } = this.options
    const isKnown = this.bus?.isTrusted === true && tags.every((tag) => generations.get(tag) !== undefined)
    if (isKnown) return Object.fromEntries(tags.map((tag) => [tag, generations.get(tag)!]))
    const before = generations.changes
    const numbers = await this.guard.ask(() => layer.generations(tags.map((tag) => this.tagName(tag))))
    // A raise that the layer has not heard of makes its answer a wrong one.
    if (numbers === DOWN || tags.some((tag) => this.tags.has(tag))) return undefined
    // What was raised while it was asked is not known by its answer.
    if (generations.changes === before) tags.forEach((tag, i) => { generations.set(tag, numbers[i]!) })
    return Object.fromEntries(tags.map((tag, i) => [tag, numbers[i]!]))
  }

  async raiseTag(tag: string): Promise<'raised' | 'queued'> {
    this.options.generations.forget(tag)
    this.tags.add(tag)
    return (await this.settleTag(tag)) ? 'raised' : 'queued'
  }

  /** Makes every entry of the namespace a miss. */
  async raiseNamespace(): Promise<boolean> {
    const raised = await this.guard.ask(() => this.options.layer.raise(this.namespaceName()))
    if (raised === DOWN) return false
    this.generationReadAt = this.options.clock.now()
    this.options.generations.set(NAMESPACE, raised)
    await this.publish('generation', '')
    return true
  }

  /** The generation of the namespace, where it is known without asking. */
  get knownNamespace(): number | undefined {
    const known = this.options.generations.get(NAMESPACE)
    if (known === undefined || this.bus?.isTrusted === true) return known
    return this.options.clock.now() - this.generationReadAt < BELIEVED_MS ? known : undefined
  }

  /** The generation of the namespace; entries of another are none. */
  async namespaceGeneration(): Promise<number | undefined> {
    const known = this.knownNamespace
    if (known !== undefined) return known
    const { clock, generations, layer } = this.options
    const before = generations.changes
    const answer = await this.guard.ask(() => layer.generations([this.namespaceName()]))
    if (answer === DOWN) return undefined
    if (generations.changes !== before) return answer[0]
    this.generationReadAt = clock.now()
    generations.set(NAMESPACE, answer[0]!)
    return answer[0]
  }

  async settleTag(tag: string): Promise<boolean> {
    const raised = await this.guard.ask(() => this.options.layer.raise(this.tagName(tag)))
    if (raised === DOWN) return false
    this.tags.delete(tag)
    this.options.generations.set(tag, raised)
    await this.publish('tag', tag)
    return true
  }

  async isCurrent(stored: Readonly<Record<string, number>>): Promise<boolean> {
    const tags = Object.keys(stored)
    if (tags.some((tag) => this.tags.has(tag))) return false
    const present = await this.generationsOf(tags)
    return present !== undefined && tags.every((tag) => present[tag] === stored[tag])
  }

  async publish(kind: 'key' | 'tag' | 'generation', name: string): Promise<void> {
    const { bus } = this
    if (bus) await this.guard.ask(() => bus.publish(kind, name))
  }

  private tagName(tag: string): string {
    return `tag:${this.options.namespace}:${tag}`
  }

  private namespaceName(): string {
    return `namespace:${this.options.namespace}`
  }
}
