import { singular } from './singular.js'
import type { ObjectValue, Value } from '../resolve/value.js'

/** Which fields of which entity a call names; what is not among them is read whole. */
export type Columns = Readonly<Record<string, readonly string[]>>

const CLAUSES = ['where', 'orderBy', 'order', 'distinct', 'by', 'cursor'] as const
const ANY_OF = /^(?:AND|OR|NOT|some|every|none|is|isNot)$/
const DEEPEST = 5

/**
 * The fields that a read names, by entity: those that it selects, filters and sorts by. An entity that is read whole, or
 * in a way that is not written out, is not among them.
 */
export function columnsRead(entity: string, options: Value | undefined): Columns {
  const found = new Map<string, Set<string> | undefined>()
  if (options?.kind === 'object') readLevel(entity, options, found, 0)
  return Object.fromEntries([...found].flatMap(([name, fields]) => (fields ? [[name, [...fields].sort()]] : [])))
}

type Found = Map<string, Set<string> | undefined>

function readLevel(entity: string, level: ObjectValue, found: Found, depth: number): void {
  if (depth > DEEPEST) return
  const selected = member(level, 'select')
  if (selected?.kind !== 'object' || level.rest || selected.rest) found.set(entity, undefined)
  else add(found, entity, [...selected.props.keys()])
  for (const clause of CLAUSES) filterLevel(entity, member(level, clause), found, depth)
  for (const taken of [selected, member(level, 'include')]) takenAlong(taken, found, depth)
}

/** `select: { author: { select: … } }`, `include: { posts: true }`. */
function takenAlong(taken: Value | undefined, found: Found, depth: number): void {
  if (taken?.kind !== 'object') return
  for (const [name, thunk] of taken.props) {
    const inner = thunk()
    if (inner.kind === 'object') readLevel(singular(name), inner, found, depth + 1)
    else if (inner.kind !== 'const' || inner.value === true) markWhole(found, singular(name), taken)
  }
}

// Of `{ id: true }` nothing tells whether `id` is a field or a relation; read whole it is no matter for a field.
const markWhole = (found: Found, name: string, { props }: ObjectValue): void => { if (props.size > 0) found.set(name, undefined) }

function filterLevel(entity: string, clause: Value | undefined, found: Found, depth: number): void {
  if (clause === undefined || (clause.kind === 'const' && clause.value === undefined) || depth > DEEPEST) return
  if (clause.kind !== 'object' || clause.rest) return void found.set(entity, undefined)
  for (const [name, thunk] of clause.props) {
    if (ANY_OF.test(name)) return void found.set(entity, undefined)
    add(found, entity, [name])
    const inner = thunk()
    if (inner.kind === 'object') filterLevel(singular(name), inner, found, depth + 1)
  }
}

function add(found: Found, entity: string, names: readonly string[]): void {
  if (found.has(entity) && found.get(entity) === undefined) return
  found.set(entity, new Set([...(found.get(entity) ?? []), ...names]))
}

const member = (level: ObjectValue, name: string): Value | undefined => level.props.get(name)?.()

/** Methods that change some fields of rows. */
export const UPDATING = /^(?:update|updateMany|updateFirst|updateAndFetch)$/

/** The fields that an update sets, where they are written out: `update({ where, data: { name } })`, `update(id, { name })`. */
export function columnsWritten(args: readonly Value[]): readonly string[] | undefined {
  const last = args.at(-1)
  if (last?.kind !== 'object') return undefined
  const data = member(last, 'data') ?? (args.length > 1 ? last : undefined)
  if (data?.kind !== 'object' || data.rest || data.props.size === 0) return undefined
  const names = [...data.props.keys()]
  return names.some((name) => name.startsWith('$')) ? undefined : names.sort()
}
