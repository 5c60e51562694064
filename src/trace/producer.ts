import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { placeOf } from '../collect/place.js'
import { valueNamed } from '../collect/properties.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import { print } from '../keys/print.js'
import type { Dependency, Producer } from '../model/producer.js'
import { refill, symbolicFrameAt, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { isFunctionNode } from '../resolve/frame.js'
import { alternatives } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import { decoratedInputs, decoratedMethod, decoratedProducer } from './decorated.js'
import type { EntityCall, EntityCalls } from './entities.js'
import { flowsInto } from './flow.js'
import { omittedInputs } from './omitted.js'
import { identityOf, kindOf } from './identity.js'
import { callsOf, requestsOf } from './producer-calls.js'
import { unaskedRequest } from './middleware.js'
import { kindOfValue } from './value-kind.js'
import { inputsOf, type Input } from './slice.js'
import { wayOf } from './way.js'

/** Commands that store a value as a whole; those on sets, hashes and lists keep members apart by themselves. */
const STORES_WHOLE = /^(?:set|setex|psetex|put|add|wrap|setquerydata)$/i

/** What is stored, or what computes it: a function, the method of options, the body of a cached function. */
export type ValueNode = ts.Expression | ts.Block | ts.MethodDeclaration

/** What is known of the value that a site stores: the identities that it depends on, and which of them the key holds. */
export function producerOf(context: Context, site: RawSite, entities: EntityCalls, sites: readonly RawSite[]): Producer | undefined {
  const { call, spec } = site
  if (spec.op !== 'write' && spec.op !== 'read-through') return undefined
  const method = decoratedMethod(site)
  if (method) return withIdentities(context, site, method, decoratedProducer(context, site, sites))
  const value = valueNode(site)
  if (!value) return undefined
  const key = keyInputs(site, value)
  const dependencies = inputsOf(value).flatMap((input) => dependencyOf(context, site, input, key, value) ?? [])
  const unasked = unaskedRequest(site)
  const kind = kindOfValue(context, call.unit, value)
  return { location: placeOf(call.unit, value), ...(kind ? { kind } : {}), ...(unasked ? { isMiddleware: true } : {}), dependencies: distinct([...dependencies, ...(unasked ? [unasked] : [])]), calls: callsOf(context, call.unit, value), requests: requestsOf(context, call.unit, value), ...(isHandedIn(site, value) ? { reads: kind ? [kind.entity] : [] } : readsOf(context, site, value, entities)), ...omittedInputs(context, site, value, sites) }
}

function withIdentities(context: Context, site: RawSite, method: ts.MethodDeclaration, producer: Producer | undefined): Producer | undefined {
  if (!producer || site.templates.some((template) => print(template) === '{trackBy()}')) return producer
  const { value, key } = decoratedInputs(site, method)
  return { ...producer, dependencies: distinct(value.flatMap((input) => dependencyOf(context, site, input, key, method) ?? [])) }
}

// What a wrapper is handed may be made of anything; it is rows where they are handed in as they are.
const isHandedIn = (site: RawSite, value: ts.Node): boolean => site.through !== undefined && !isFunctionNode(value)

/** The entities whose rows a cached value is made of: those that a loader reads, or that the calls in the value's slice read. */
function readsOf(context: Context, { call }: RawSite, value: ValueNode, entities: EntityCalls): Pick<Producer, 'reads' | 'related' | 'fields'> {
  // The id of a row does not change with the row.
  if (ts.isPropertyAccessExpression(value) && /^_?id$|Id$/.test(value.name.text)) return { reads: [] }
  const isLoader = isFunctionNode(value) || ts.isBlock(value)
  const named = ts.isIdentifier(value) ? functionsIn(context, call.unit, value) : []
  const bodies = isLoader ? [{ unit: call.unit, node: value as ts.Node }] : named
  const sliced = isLoader || named.length > 0 ? [] : inputsOf(value).flatMap((input) => input.call ?? [])
  const found = [...bodies.flatMap(({ unit, node }) => entities.in(unit, node)), ...sliced.flatMap((node) => entities.ofCall(call.unit, node))]
  return readBy(found.filter(({ op }) => op === 'read'))
}

function readBy(calls: readonly EntityCall[]): Pick<Producer, 'reads' | 'related' | 'fields'> {
  const direct = new Set(calls.map(({ entity }) => entity))
  const reads = [...new Set(calls.flatMap(({ entity, related }) => [entity, ...related]))].sort()
  const related = reads.filter((name) => !direct.has(name))
  const fields = reads.flatMap((name) => {
    const named = calls.filter((call) => call.entity === name || call.related.includes(name)).map((call) => call.fields[name])
    return named.every((each) => each !== undefined) ? [[name, [...new Set(named.flat())].sort()] as const] : []
  })
  return { reads, ...(related.length > 0 ? { related } : {}), ...(fields.length > 0 ? { fields: Object.fromEntries(fields) } : {}) }
}

// `unstable_cache(loadUser, …)`: the loader by its name.
function functionsIn(context: Context, unit: Unit, node: ts.Identifier): { readonly unit: Unit; readonly node: ts.Node }[] {
  refill(context, 'receiver')
  return alternatives(evaluate(context, node, symbolicFrameAt(context, unit, node)))
    .flatMap((fn) => (fn.kind === 'function' && fn.node.body ? [{ unit: fn.frame.unit, node: fn.node.body }] : []))
}

/** The expression that is stored, or the function that computes it on a miss. */
function valueNode(site: RawSite): ValueNode | undefined {
  const { node } = site.call
  if (ts.isElementAccessExpression(node)) return argumentsOf(site)[site.spec.value ?? 1]
  if (isFunctionNode(node)) return node.body
  const args = argumentsOf(site)
  // What is run beside a write, `recording(id, () => work())`, is not what is stored.
  if (site.through && site.spec.op === 'write') return valueArgument(site)
  if (site.through) return args.find((arg) => (ts.isArrowFunction(arg) || ts.isFunctionExpression(arg)) && mayBeStored(site, arg))
  if (site.spec.op === 'write') return site.spec.value !== undefined && STORES_WHOLE.test(calledName(node) ?? '') ? args[site.spec.value] : undefined
  const positional = site.spec.key.orSelf === true && args[1] && !ts.isObjectLiteralExpression(args[0]!) && mayBeFunction(args[1]) ? args[1] : undefined
  const loader = positional ?? (site.spec.loader && args[site.spec.loader.arg])
  if (loader === positional) return positional
  if (!loader || site.spec.loader?.property === undefined) return loader && mayBeFunction(loader) ? loader : undefined
  return ts.isObjectLiteralExpression(loader) ? valueNamed(loader, site.spec.loader.property) : undefined
}

// Options stand in the place of the loader where there is none: `useSWR(key, { refreshInterval })`.
const mayBeFunction = (node: ts.Expression): boolean =>
  !ts.isObjectLiteralExpression(node) && !(ts.isCallExpression(node) && !/(?:^|\.)(?:useCallback|useMemo|useEvent|useEffectEvent|bind|cache|memoize|partial)$/.test(node.expression.getText()))

/** Does what the function gives reach the store, as far as the wrapper tells? */
function mayBeStored(site: RawSite, fn: ts.Expression): boolean {
  if (site.through?.spec.op !== 'write') return true
  if (site.through.through) return valueArgument(site) === fn
  const inside = storedInside(site.through)
  return inside === undefined || flowsInto(inside).every(({ root }) => !ts.isParameter(root)) || valueArgument(site) === fn
}

const storedInside = (through: RawSite): ts.Expression | undefined =>
  (through.spec.value !== undefined && ts.isCallExpression(through.call.node) && STORES_WHOLE.test(calledName(through.call.node) ?? '') ? argumentsOf(through)[through.spec.value] : undefined)

/** `setCachedPage(owner, repo, page)`: the argument that reaches the place of the value in the operation inside. */
function valueArgument(site: RawSite): ts.Expression | undefined {
  const { through } = site
  if (!through || !ts.isCallExpression(through.call.node)) return undefined
  const inside = through.through ? valueArgument(through) : storedInside(through)
  const flow = inside && flowsInto(inside).find(({ root }) => ts.isParameter(root))
  if (!flow || !ts.isParameter(flow.root) || !isFunctionNode(flow.root.parent)) return undefined
  const given = argumentsOf(site)[flow.root.parent.parameters.indexOf(flow.root)]
  if (!given || ts.isIdentifier(flow.root.name)) return given
  return ts.isObjectLiteralExpression(given) ? expressionNamed(given, flow.path[0]!) : undefined
}

const expressionNamed = (object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined => {
  const value = valueNamed(object, name)
  return value && !ts.isMethodDeclaration(value) ? value : undefined
}

/** The inputs of the key. In a wrapper's call any argument may take part in it, save options and functions. */
function keyInputs(site: RawSite, value: ValueNode): Input[] {
  const args = argumentsOf(site).filter((arg) => arg !== value)
  if (!site.through) return inputsOf(argumentsOf(site)[site.spec.key.arg] ?? value)
  const plain = args.filter((arg) => !ts.isObjectLiteralExpression(arg) && !ts.isArrowFunction(arg))
  return (plain.length > 0 ? plain : args).flatMap((arg) => inputsOf(arg))
}

function dependencyOf(context: Context, site: RawSite, input: Input, key: readonly Input[], value: ts.Node): Dependency | undefined {
  const identity = identityOf(context, site.call.unit, input)
  if (!identity || (identity.kind === 'token' && isStoredItself(input.node))) return undefined
  const path = input.call ? `${input.call.expression.getText()}()` : input.path.join('.')
  const covered = isCovered(context, identity.kind, input, key)
  const way = covered ? [] : wayOf(context, site.call.unit, value, path, input.node, input.root)
  return { path, ...identity, location: placeOf(site.call.unit, input.node), covered, way }
}

// A token that is the cached value is data; one that the value was fetched with is an identity.
function isStoredItself(node: ts.Node): boolean {
  const { parent } = node
  if (!ts.isCallExpression(parent)) return false
  return STORES_WHOLE.test(calledName(parent) ?? '') || parent.expression.getText() === 'JSON.stringify'
}

/**
 * Does the key hold the input? A whole object covers its members, an identity covers those of its kind, and a user
 * covers what only a user carries.
 */
function isCovered(context: Context, kind: Dependency['kind'], input: Input, key: readonly Input[]): boolean {
  return key.some((other) => {
    if (input.call || other.call) return false
    return isPrefix(other.path, input.path)
  }) || key.some((other) => covers(other.call ? undefined : kindOf(context, other), kind))
}

const isPrefix = (whole: readonly string[], member: readonly string[]): boolean => whole.every((name, i) => member[i] === name)

function covers(held: Dependency['kind'] | undefined, wanted: Dependency['kind']): boolean {
  if (held === undefined) return false
  return held === wanted || held === 'user' || held === 'token'
}

function distinct(dependencies: readonly Dependency[]): Dependency[] {
  return [...new Map(dependencies.map((dependency) => [dependency.path, dependency])).values()]
}
