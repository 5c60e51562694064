import { createHash } from 'node:crypto'
import type { Observation } from './lines.js'
import type { Matcher } from './matcher.js'

/** What was seen of one template. */
export interface Seen {
  readonly template: string
  readonly count: number
  readonly reads: number
  readonly writes: number
  readonly deletes: number
  /** Deletes that found nothing, where what was observed tells. */
  readonly deletesOfNothing: number
  readonly hits: number
  readonly misses: number
  /** Writes, or keys, without a lifetime. */
  readonly withoutTtl: number
  readonly bytes: number
  /** How many values each hole had; `many` where there were more than are counted. */
  readonly holes: readonly { readonly name: string; readonly values: number | 'many'; readonly always?: string }[]
}

/** Keys that no code builds, by their shape. */
export interface Orphans { readonly shape: string; readonly count: number; readonly example: string }

export interface Observed {
  readonly observations: number
  readonly matched: number
  readonly templates: readonly Seen[]
  readonly orphans: readonly Orphans[]
  readonly never: readonly string[]
}

/** More values of a hole than these are many: memory stays flat however many keys there are. */
const MOST_VALUES = 1000
const MOST_SHAPES = 500

interface Counting {
  count: number; reads: number; writes: number; deletes: number; deletesOfNothing: number; hits: number; misses: number; withoutTtl: number; bytes: number
  readonly holes: Map<string, Set<string>>
}

/** Counts what is observed by the templates of the program, one at a time. */
export class Tally {
  private readonly byTemplate = new Map<string, Counting>()
  private readonly orphans = new Map<string, { count: number; readonly example: string }>()
  private observations = 0
  private matched = 0

  constructor(private readonly matcher: Matcher, private readonly options: { readonly hashHoles: boolean; readonly salt: string }) {}

  add(observation: Observation): void {
    this.observations++
    const { key, template } = observation
    const found = key === undefined ? undefined : this.matcher.match(key)
    const name = template === undefined ? found?.template : this.matcher.named(template)
    if (name === undefined) return this.orphan(key!)
    this.matched++
    const counting = this.byTemplate.get(name) ?? { count: 0, reads: 0, writes: 0, deletes: 0, deletesOfNothing: 0, hits: 0, misses: 0, withoutTtl: 0, bytes: 0, holes: new Map<string, Set<string>>() }
    this.byTemplate.set(name, counting)
    count(counting, observation)
    for (const [hole, value] of found?.holes ?? (observation.parameters === undefined ? [] : [['parameters', observation.parameters] as const])) {
      const values = counting.holes.get(hole) ?? new Set<string>()
      counting.holes.set(hole, values)
      if (values.size <= MOST_VALUES) values.add(value)
    }
  }

  /** `known`: the templates that a server would show. */
  result(known: readonly string[]): Observed {
    const templates = [...this.byTemplate].sort(([a], [b]) => (a < b ? -1 : 1)).map(([template, { holes, ...counts }]) => ({ template, ...counts, holes: [...holes].map(([name, values]) => this.hole(name, values, counts.count)) }))
    const orphans = [...this.orphans].sort(([, a], [, b]) => b.count - a.count).map(([shape, { count: times, example }]) => ({ shape, count: times, example: this.options.hashHoles ? shape : example }))
    return { observations: this.observations, matched: this.matched, templates, orphans, never: known.filter((template) => !this.byTemplate.has(template)) }
  }

  private hole(name: string, values: ReadonlySet<string>, times: number): Seen['holes'][number] {
    const [only] = values
    const isConstant = values.size === 1 && times >= 20 && name !== 'parameters'
    return { name, values: values.size > MOST_VALUES ? 'many' : values.size, ...(isConstant ? { always: this.options.hashHoles ? this.hashed(only!) : only! } : {}) }
  }

  private hashed(value: string): string {
    return createHash('sha256').update(this.options.salt).update(value).digest('hex').slice(0, 12)
  }

  private orphan(key: string): void {
    const shape = shapeOf(key)
    const known = this.orphans.get(shape)
    if (known) known.count++
    else if (this.orphans.size < MOST_SHAPES) this.orphans.set(shape, { count: 1, example: key })
    else this.orphans.set('(other shapes)', { count: (this.orphans.get('(other shapes)')?.count ?? 0) + 1, example: '' })
  }
}

function count(counting: Counting, { op, isHit, hasTtl, bytes }: Observation): void {
  counting.count++
  if (op === 'read') counting.reads++
  if (op === 'write') counting.writes++
  if (op === 'delete') counting.deletes++
  if (op === 'delete' && isHit === false) counting.deletesOfNothing++
  if (op === 'read' && isHit === true) counting.hits++
  if (op === 'read' && isHit === false) counting.misses++
  if (hasTtl === false) counting.withoutTtl++
  counting.bytes += bytes ?? 0
}

/** A key with what tells one entry from another left out: numbers, ids, hashes, addresses. */
export const shapeOf = (key: string): string =>
  key.split(/([:/|#;])/).map((segment) => (/^[0-9a-f-]{8,}$|\d|@|^[A-Za-z\d_-]{20,}$/i.test(segment) && !/^v\d+$/.test(segment) ? '{}' : segment)).join('')
