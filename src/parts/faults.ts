import { ts } from 'ts-morph'
import type { ClientSpec } from '../clients/spec.js'
import { calledName } from '../collect/calls.js'
import { placeOf, placeOfCall, symbolAt } from '../collect/place.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { PartFault } from '../model/parts.js'
import type { Context } from '../resolve/context.js'
import { memberAt } from '../resolve/expressions.js'
import { calledNames, enclosingFunction, type FunctionNode } from '../resolve/frame.js'
import type { Unit as File } from '../source/program.js'
import { absenceOf, emptyReturn } from './absent.js'
import { builderKeys } from './builders.js'
import { droppedByType } from './dropped-types.js'
import { prefixFallbacks } from './fallbacks.js'
import type { Binding, KeyPart } from './part.js'
import { payloadOf } from './payload.js'
import { stringifiedOf } from './stringified.js'
import { textlessOf } from './textless.js'
import { unstableOf } from './unstable.js'
import { walkKey, type Walked } from './walk.js'

type Found = Pick<PartFault, 'kind' | 'because'> & { readonly isDeclared?: boolean; readonly isCertain?: boolean; readonly text?: string; readonly node?: ts.Node; readonly file?: File }

/** What is wrong with the parts that the keys of the program are made of. */
export function partFaults(context: Context, sites: readonly RawSite[]): PartFault[] {
  const ofSites = sites.filter((site) => !site.isEcho && ts.isCallExpression(site.call.node)).flatMap((site) => ofSite(context, site, sites))
  const ofBuilders = builderKeys(context).flatMap(({ file, node }) => walkKey(context, file, node).parts.flatMap((part) => faultsOf(context, part).filter(({ kind }) => OF_BUILDERS.has(kind)).map((found) => described(part, found))))
  const found = [...ofSites, ...ofBuilders, ...prefixFallbacks(context)]
  const byPlace = new Map<string, PartFault>()
  for (const fault of found) {
    const at = `${fault.location.path}:${fault.location.startLine}:${fault.location.startColumn} ${fault.kind}`
    if (!byPlace.has(at)) byPlace.set(at, fault)
  }
  return [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fault]) => fault)
}

/** What is wrong whatever the key is used for. */
const OF_BUILDERS: ReadonlySet<string> = new Set(['object', 'promise', 'query', 'lossy', 'stringified'])

/** Of a browser, or of one request: nobody else is served of it. */
const isPrivate = ({ heldBy }: ClientSpec): boolean => heldBy === 'browser' || heldBy === 'request'

function ofSite(context: Context, site: RawSite, sites: readonly RawSite[]): PartFault[] {
  const use = placeOfCall(site.call.unit, site.call.node)
  const of = { ...(isPrivate(site.client.client) ? { isPrivate: true } : {}), op: site.spec.op, ...(site.templates[0] ? { key: site.templates[0] } : {}), use }
  return keysOf(context, site).flatMap((walked) => [
    ...walked.parts.flatMap((part) => faultsOf(context, part, site, sites).map((found) => ({ ...described(part, found), ...of }))),
    ...walked.calls.flatMap(({ file, node }) => {
      const empty = emptyReturn(context, file, node)
      return empty ? [{ kind: 'absent' as const, location: placeOf(empty.file, empty.node), symbol: symbolAt(empty.node), text: node.getText().slice(0, 80), because: empty.because, isCertain: true, ...of }] : []
    }),
  ])
}

/** Is the key written, in the same function, before it is read? Then whoever made it still has it in hand. */
function isWrittenBefore(site: RawSite, sites: readonly RawSite[]): boolean {
  const fn = enclosingFunction(site.call.node)
  const [key] = argumentsOf(site)
  return sites.some((other) => other.spec.op === 'write' && other.call.unit === site.call.unit && other.call.node.pos < site.call.node.pos
    && enclosingFunction(other.call.node) === fn && argumentsOf(other)[0]?.getText() === key?.getText())
}

function faultsOf(context: Context, part: KeyPart, site?: RawSite, sites: readonly RawSite[] = []): Found[] {
  const absence = site && absenceOf(context, part)
  const payload = site && payloadOf(context, site, part)
  const dropped = site && droppedByType(site, part)
  const isAsked = site !== undefined && (site.spec.op === 'read' || site.spec.op === 'read-through') && !isWrittenBefore(site, sites)
  const unstable = unstableOf(context, part)
  return [
    ...(absence ? [{ kind: 'absent' as const, ...absence }] : []),
    ...[textlessOf(context, part), stringifiedOf(context, part)].filter((each) => each !== undefined),
    ...(payload ? [{ kind: 'payload' as const, because: payload }] : []),
    ...(dropped ? [{ kind: 'dropped' as const, ...dropped }] : []),
    ...(unstable && (isAsked || unstable.kind === 'unordered' || unstable.kind === 'locale') ? [unstable] : []),
  ]
}

function described({ node, file }: KeyPart, found: Found): PartFault {
  return {
    kind: found.kind, because: found.because, ...(found.isDeclared ? { isDeclared: true } : {}), ...(found.isCertain ? { isCertain: true } : {}),
    location: placeOf(found.file ?? file, found.node ?? node), symbol: symbolAt(found.node ?? node), text: found.text ?? node.getText().replace(/\s+/g, ' ').slice(0, 80),
  }
}

/** The keys of a site taken apart; what a wrapper makes of what this call hands in, through all of its layers. */
function keysOf(context: Context, site: RawSite): readonly Walked[] {
  const bound = bindingOf(site)
  if (site.through && !bound) return []
  const { inner, binding } = bound ?? { inner: site, binding: undefined }
  const { arg, rest, property, parameters, path, all, after, record, each, pair } = inner.spec.key
  if (parameters || path || all || after || record || each || pair || inner.spec.kind === 'path') return []
  const args = argumentsOf(inner)
  const given = (rest ? args.slice(arg) : args.slice(arg, arg + 1)).flatMap((node) => (property === undefined ? [node] : memberAt(node, property) ?? []))
  return given.filter((node) => !ts.isSpreadElement(node)).map((node) => walkKey(context, inner.call.unit, node, binding))
}

function bindingOf(site: RawSite): { readonly inner: RawSite; readonly binding: Binding } | undefined {
  let [outer, inner, binding] = [site, site.through, undefined as Binding | undefined]
  while (inner) {
    const fn = ts.isCallExpression(outer.call.node) ? wrapperAround(inner.call.node, calledName(outer.call.node)) : undefined
    if (!fn || !ts.isCallExpression(outer.call.node)) return undefined
    binding = { fn, args: outer.call.node.arguments, file: outer.call.unit, ...(binding ? { outer: binding } : {}) }
    if (!inner.through) return { inner, binding }
    outer = inner
    inner = inner.through
  }
  return undefined
}

/** The function around a node that goes by this name. */
function wrapperAround(node: ts.Node, name: string | undefined): FunctionNode | undefined {
  for (let at = enclosingFunction(node); at; at = enclosingFunction(at)) if (name !== undefined && (calledNames(at).includes(name) || at.name?.getText() === name)) return at
  return undefined
}
