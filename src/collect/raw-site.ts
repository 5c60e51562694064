import { ts } from 'ts-morph'
import type { KeyKind, OperationSpec } from '../clients/spec.js'
import type { MatchRule } from '../keys/match.js'
import { print } from '../keys/print.js'
import { expand, GLOB, holesOf, mapParts, normalise, partsOf, type Template } from '../keys/template.js'
import type { Context } from '../resolve/context.js'
import { evaluate, evaluateElements } from '../resolve/evaluate.js'
import type { Frame } from '../resolve/frame.js'
import { argumentAt, keyArguments } from '../resolve/key-argument.js'
import { parametersOf } from '../resolve/memo-key.js'
import { pickedBy } from '../resolve/narrow.js'
import { asPattern } from '../resolve/pattern.js'
import { toKey } from '../resolve/to-template.js'
import { callFunction } from '../resolve/call.js'
import { alternatives, opaque, truth, union, type ClientValue, type Element, type Value } from '../resolve/value.js'
import { calledName, commandName, type Call } from './calls.js'
import { elementArguments } from './elements.js'

/** A site with its syntax still at hand; the model keeps what is data. */
export interface RawSite {
  readonly call: Call
  readonly frame: Frame
  readonly spec: OperationSpec
  readonly client: ClientValue
  readonly kind: KeyKind
  readonly match: MatchRule
  readonly templates: readonly Template[]
  readonly args: readonly Element[]
  /** The operation in a wrapper that this call reaches, and with which values. */
  readonly through?: RawSite
  /** The call tells no more of the key than the wrapper that it calls. */
  readonly isEcho?: boolean
  /** What else the call does to the key: reading and writing it are told as one. */
  readonly beside?: readonly RawSite[]
  /** The call tells no more, and hands parameters on for which its callers may: no site of its own. */
  readonly isRelay?: boolean
}

/** The site of the operation itself, within all wrappers. */
export const deepest = (site: RawSite): RawSite => (site.through ? deepest(site.through) : site)

/** The command that reaches the store, in lower case. */
export function commandOf(site: RawSite): string {
  const { node } = deepest(site).call
  return ((ts.isArrayLiteralExpression(node) ? commandName(node) : calledName(node)) ?? '').toLowerCase()
}

/** A call of a wrapper that makes an empty key of what it is handed, and then deletes nothing. */
export interface KeylessCall {
  readonly call: Call
  /** The delete in the wrapper. */
  readonly inner: RawSite
}

/** The arguments as written; none for a function that is cached by its directive. */
export function argumentsOf({ call: { node } }: RawSite): readonly ts.Expression[] {
  if (ts.isElementAccessExpression(node)) return elementArguments(node)
  if (ts.isObjectLiteralExpression(node)) return [node]
  if (ts.isArrayLiteralExpression(node)) return node.elements.slice(1)
  return ts.isCallExpression(node) || ts.isNewExpression(node) ? node.arguments ?? [] : []
}

/**
 * The arguments of an operation. The stored value is not worked out unless it is a literal: the key does not ask for it,
 * and it is often the whole of what the program computes.
 */
export function operationArguments(context: Context, spec: OperationSpec, nodes: readonly ts.Expression[], frame: Frame): Element[] {
  const { arg, rest, record } = spec.key
  const skipped = spec.value === undefined || spec.value === arg || rest || record ? undefined : nodes[spec.value]
  if (!skipped || ts.isStringLiteralLike(skipped) || nodes.some(ts.isSpreadElement)) return evaluateElements(context, nodes, frame)
  return nodes.map((node) => ({ value: node === skipped ? opaque('value') : evaluate(context, node, frame) }))
}

/** Makes the site of an operation called with `args`; `undefined` where it addresses no key. */
export function rawSite(context: Context, call: Call, frame: Frame, client: ClientValue, operation: OperationSpec, args: readonly Element[]): RawSite | undefined {
  const spec = settled(context, operation, args, call.node)
  const base = { call, frame, spec, client, args }
  if (spec.key.all) return { ...base, kind: 'pattern', match: 'glob', templates: [[...client.prefix, GLOB]] }
  const values = keyArguments(context, spec.key, args, call.node, client)
  if (!values) return spec.orAll ? wholeStore(context, base) : undefined
  const kind = spec.kind ?? 'key'
  const keys = values.flatMap((value) => keysOf(context, spec.op === 'delete' ? pickedBy(context, value) ?? value : value, spec))
  if (keys.length === 0) return undefined
  const templates = distinct(keys.map((key) => withPrefix(client, kind, kind === 'pattern' ? asPattern(key) : key)))
  const isGlob = kind === 'key' && spec.op !== 'tag' && templates.some((template) => [...partsOf(template)].some((part) => part.kind === 'glob'))
  const isPredicate = !isGlob && values.every((value) => value.kind === 'function') && spec.op === 'delete'
  return { ...base, kind: isGlob ? 'pattern' : kind, match: isPredicate ? 'predicate' : isGlob ? 'glob' : spec.match ?? 'exact', templates }
}

// `invalidateQueries()`, and `invalidateQueries({ predicate })`, which takes what its function picks.
function wholeStore(context: Context, base: Pick<RawSite, 'call' | 'frame' | 'spec' | 'client' | 'args'>): RawSite {
  const isPicked = argumentAt(context, { arg: 0, property: 'predicate' }, base.args, base.call.node) !== undefined
  return { ...base, kind: 'pattern', match: isPicked ? 'predicate' : 'glob', templates: [[...base.client.prefix, GLOB]] }
}

/** What the arguments make of an operation: EXPIRE with 0 deletes, `exact: true` matches whole keys. */
function settled(context: Context, spec: OperationSpec, args: readonly Element[], node: ts.Node): OperationSpec {
  const limit = spec.deletesAt && args[spec.deletesAt.arg]?.value
  if (spec.deletesAt && limit?.kind === 'const' && typeof limit.value === 'number' && limit.value <= spec.deletesAt.most) return { op: 'delete', key: spec.key }
  const isExact = spec.exactBy && argumentAt(context, spec.exactBy, args, node)
  return isExact && truth(isExact) === true ? { ...spec, match: 'exact', kind: 'key' } : spec
}

/** The keys that a value in a key's place may be. What is absent there (`cond ? key : null`) makes no key. */
function keysOf(context: Context, value: Value, spec: OperationSpec): Template[] {
  const present = alternatives(value).filter((option) => !(option.kind === 'const' && (option.value == null || option.value === false)))
  if (present.length === 0) return []
  const isMade = spec.op === 'read-through' || spec.op === 'tag' || spec.kind === 'tag'
  if (isMade && present.every((option) => option.kind === 'function')) return present.flatMap((fn) => madeKeys(context, fn, spec))
  return [toKey(union(present))]
}

/** The keys that a function in a key's place returns: `useSWR(() => key)`, `providesTags: (result) => [...]`. */
function madeKeys(context: Context, fn: Value, spec: OperationSpec): Template[] {
  const made = fn.kind === 'function' ? callFunction(context, fn, parametersOf(context, fn), 'key') : fn
  const position = { ...spec.key, arg: 0 }
  const { property: _, rest: __, ...plain } = position
  const values = spec.key.list ? keyArguments(context, plain, [{ value: made }], fn.kind === 'function' ? fn.node : ({} as ts.Node)) : [made]
  return (values ?? []).flatMap((value) => keysOf(context, value, { ...spec, op: 'read', kind: 'key' }))
}

function withPrefix(client: ClientValue, kind: KeyKind, key: Template): Template {
  const applies = client.prefix.length > 0 && (kind !== 'pattern' || client.client.prefix?.patterns !== false)
  // The prefix is the client's: where the key is written is where its own text is.
  const prefix = mapParts(client.prefix, (part) => [part.kind === 'text' ? { kind: 'text', text: part.text } : part.kind === 'hole' ? { ...part, constant: true } : part])
  return applies ? normalise([...prefix, ...key]) : key
}

function distinct(templates: readonly Template[]): Template[] {
  return [...new Map(templates.map((template) => [print(template), template])).values()]
}

const ids = new WeakMap<RawSite, string>()

/** Names a site: one call of a wrapper may be several, one for each key that it reaches. */
export function siteId(site: RawSite): string {
  const known = ids.get(site) ?? newId(site)
  ids.set(site, known)
  return known
}

function newId(site: RawSite): string {
  const { unit, node } = site.call
  // The calls of a chain begin at one place.
  const own = `${unit.path}:${node.pos}-${node.end}:${site.spec.op}:${site.kind}:${site.spec.script?.key ?? ''}`
  return site.through ? `${own}:${site.templates.map(print).join()}` : own
}

/** Is the key nothing but a parameter of a function around the site? Then its callers carry it. */
export const isHandedThrough = (site: RawSite): boolean => isHandedThroughBy(site.templates)

export function isHandedThroughBy(templates: readonly Template[]): boolean {
  return templates.every((template) => {
    const rows = expand(template)
    return rows.some((row) => row.length === 1 && row[0]!.kind === 'hole' && row[0]!.parameter !== undefined && row[0]!.constant !== true)
  }) && templates.some((template) => holesOf(template).some((hole) => hole.parameter !== undefined))
}
