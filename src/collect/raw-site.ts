import { ts } from 'ts-morph'
import type { KeyKind, OperationSpec } from '../clients/spec.js'
import type { MatchRule } from '../keys/match.js'
import { expand, GLOB, holesOf, mapParts, normalise, partsOf, type Template } from '../keys/template.js'
import type { Context } from '../resolve/context.js'
import { evaluate, evaluateElements } from '../resolve/evaluate.js'
import type { Frame } from '../resolve/frame.js'
import { keyArguments } from '../resolve/key-argument.js'
import { asPattern } from '../resolve/pattern.js'
import { toKey } from '../resolve/to-template.js'
import { callFunction } from '../resolve/call.js'
import { alternatives, opaque, union, type ClientValue, type Element, type Value } from '../resolve/value.js'
import type { Call } from './calls.js'

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
export function rawSite(context: Context, call: Call, frame: Frame, client: ClientValue, spec: OperationSpec, args: readonly Element[]): RawSite | undefined {
  const base = { call, frame, spec, client, args }
  if (spec.key.all) return { ...base, kind: 'pattern', match: 'glob', templates: [[...client.prefix, GLOB]] }
  const values = keyArguments(context, spec.key, args, call.node)
  if (!values) return undefined
  const kind = spec.kind ?? 'key'
  const keys = values.flatMap((value) => keysOf(context, value, spec))
  if (keys.length === 0) return undefined
  const templates = distinct(keys.map((key) => withPrefix(client, kind, kind === 'pattern' ? asPattern(key) : key)))
  const isGlob = kind === 'key' && spec.op !== 'tag' && templates.some((template) => [...partsOf(template)].some((part) => part.kind === 'glob'))
  const isPredicate = values.every((value) => value.kind === 'function') && spec.op === 'delete'
  return { ...base, kind: isGlob ? 'pattern' : kind, match: isPredicate ? 'predicate' : isGlob ? 'glob' : spec.match ?? 'exact', templates }
}

/** The keys that a value in a key's place may be. What is absent there (`cond ? key : null`) makes no key. */
function keysOf(context: Context, value: Value, spec: OperationSpec): Template[] {
  const present = alternatives(value).filter((option) => !(option.kind === 'const' && (option.value == null || option.value === false)))
  if (present.length === 0) return []
  if (spec.op === 'read-through' && present.every((option) => option.kind === 'function')) {
    return present.flatMap((fn) => (fn.kind === 'function' ? keysOf(context, callFunction(context, fn, [], 'key'), { ...spec, op: 'read' }) : []))
  }
  return [toKey(union(present))]
}

function withPrefix(client: ClientValue, kind: KeyKind, key: Template): Template {
  const applies = client.prefix.length > 0 && (kind !== 'pattern' || client.client.prefix?.patterns !== false)
  // The prefix is the client's: where the key is written is where its own text is.
  const prefix = mapParts(client.prefix, (part) => [part.kind === 'text' ? { kind: 'text', text: part.text } : part])
  return applies ? normalise([...prefix, ...key]) : key
}

function distinct(templates: readonly Template[]): Template[] {
  return [...new Map(templates.map((template) => [JSON.stringify(template), template])).values()]
}

export function siteId(site: RawSite): string {
  return `${site.call.unit.path}:${site.call.node.pos}:${site.spec.op}:${site.kind}`
}

/** Is the key nothing but a parameter of a function around the site? Then its callers carry it. */
export function isHandedThrough(site: RawSite): boolean {
  return site.templates.every((template) => {
    const rows = expand(template)
    return rows.some((row) => row.length === 1 && row[0]!.kind === 'hole' && row[0]!.parameter !== undefined)
  }) && site.templates.some((template) => holesOf(template).some((hole) => hole.parameter !== undefined))
}

export const nodeOf = (site: RawSite): ts.CallExpression => site.call.node
