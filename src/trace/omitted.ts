import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { placeOf } from '../collect/place.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import { print } from '../keys/print.js'
import type { OmittedInput, Place } from '../model/types.js'
import { isServiceType } from './services.js'
import type { Context } from '../resolve/context.js'
import { enclosingFunction, isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { declarationOf, within, type Declaration } from '../resolve/scope.js'
import { flowsInto, isParameterLike, type Flow, type FlowOptions } from './flow.js'
import type { Unit } from '../source/program.js'
import { functionsAt } from './entities.js'
import { usageIn } from './usage.js'

interface Omission {
  readonly omitted: readonly OmittedInput[]
  /** Identities that the key holds and the loader is not given: what the loader asks carries them by itself. */
  readonly ambient?: readonly OmittedInput[]
  /** Where the key stands in the call. */
  readonly keyAt?: Place
  /** Where the function builds it that the call gets it of. */
  readonly builtAt?: Place
}

/**
 * The inputs of a cached value that its key leaves out: what reaches the loader as something to load by, and reaches the
 * key neither itself nor through what determines it.
 */
export function omittedInputs(context: Context, site: RawSite, value: ts.Node, sites: readonly RawSite[]): Omission {
  const keys = keyNodes(site, value)
  if (!keys || (site.spec.op === 'write' && (isFunctionNode(value) || !fillsOnMiss(site, sites)))) return { omitted: [] }
  const options: FlowOptions = { usageOf: (call, index) => usageIn({ context, tests: true }, site.call.unit, call, index) }
  const keyOptions: FlowOptions = { usageOf: (call, index) => usageIn({ context, tests: false }, site.call.unit, call, index), lossless: true }
  // Where the store itself is chosen by something, that is held as well: `cacheOf(tenant).get(id)`.
  const store = storeOf(site)
  const held = [...keys, ...store].flatMap((key) => flat(flowsInto(key, keyOptions)))
  const inputs = flowsInto(value, options)
  const missing = inputs.flatMap((flow) => uncovered(flow, held, site.call.node, site.client.client.id === 'tanstack-query')).filter((flow) => site.spec.op === 'read-through' || flow.loads)
  const isOfObject = held.some(isField)
  const omitted = new Map(gathered(missing.filter((flow) => isOfObject || !isField(flow))).map((flow) => [flow.path.join('.'), { path: flow.path.join('.'), location: placeOf(site.call.unit, flow.node) }]))
  const builtAt = keys[0] && builderOf(context, site.call.unit, keys[0])
  const ambient = site.client.client.id === 'tanstack-query' ? ambientIn(keys.flatMap((key) => flowsInto(key, keyOptions)), flat(inputs)) : []
  return { omitted: [...omitted.values()], ...(ambient.length > 0 ? { ambient: ambient.map((flow) => ({ path: flow.path.join('.'), location: placeOf(site.call.unit, flow.node) })) } : {}), ...(keys[0] ? { keyAt: placeOf(site.call.unit, keys[0]) } : {}), ...(builtAt ? { builtAt } : {}) }
}

// Of a variable what it is made of: what is put into the store does not choose it.
function storeOf({ call: { node } }: RawSite): ts.Expression[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  const receiver = node.expression.expression
  const declaration = ts.isIdentifier(receiver) ? declarationOf(receiver) : undefined
  if (!declaration || !ts.isVariableDeclaration(declaration)) return [receiver]
  return declaration.initializer ? [declaration.initializer] : []
}

// Where the key holds a field, the object is one of many, and the cache outlives it.
const isField = ({ root }: Flow): boolean => ts.isClassLike(root)

/** What the function returns that builds the key, where the key is what a function of the program returns. */
function builderOf(context: Context, unit: Unit, key: ts.Expression): Place | undefined {
  const declaration = ts.isIdentifier(key) ? declarationOf(key) : undefined
  const made = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? declaration.initializer : key
  const [fn] = ts.isCallExpression(made) ? functionsAt(context, unit, made) : []
  const { body } = fn?.node ?? {}
  const returned = body && ts.isBlock(body) ? body.statements.findLast(ts.isReturnStatement)?.expression : body
  return fn && returned && placeOf(fn.frame.unit, returned)
}

const SCOPE = /^(?:current|active|selected)?(?:environment|organi[sz]ation|org|workspace|tenant|team|account|project|company)$/i

/** `environment._id` in the key of a query whose function takes nothing of the environment. */
const ambientIn = (key: readonly Flow[], inputs: readonly Flow[]): Flow[] =>
  key.filter(({ root, path }) => SCOPE.test(path.at(/^_?id$/.test(path.at(-1)!) ? -2 : -1) ?? '') && !isParameterLike(root) && !inputs.some((input) => input.root === root))

const MOST_MEMBERS = 2

/** Of many members of one thing the thing itself is told. */
function gathered(flows: readonly Flow[]): Flow[] {
  const members = new Map<Declaration, Set<string>>()
  for (const { root, path } of flows) members.set(root, (members.get(root) ?? new Set()).add(path.join('.')))
  return flows.map((flow) => (members.get(flow.root)!.size > MOST_MEMBERS && !isField(flow) ? { ...flow, path: flow.path.slice(0, 1) } : flow))
}

const flat = (flows: readonly Flow[]): Flow[] => flows.flatMap((flow) => [flow, ...flat(flow.sources)])

function uncovered(flow: Flow, held: readonly Flow[], site: ts.Node, isQuery: boolean): Flow[] {
  if (flow.calls || held.some((key) => covers(key, flow))) return []
  if (flow.sources.length > 0) return flow.sources.flatMap((source) => uncovered(source, held, site, isQuery))
  return (isField(flow) || isVariable(flow) || (isQuery && isLocal(flow))) && isData(flow, site) ? [flow] : []
}

/** A whole covers its members, and the identifier of a thing covers the thing. */
function covers(key: Flow, flow: Flow): boolean {
  if (key.root === flow.root && isPrefix(key.path, flow.path)) return true
  const last = key.path.at(-1)!
  // The `userId` of an object tells whose it is, and not which one.
  const whole = key.path.slice(0, -1)
  if (key.root === flow.root && IDENTIFIES.test(last) && isPrefix(whole, flow.path) && whole.length > 0 && !(isField(key) && whole.length === 1 && /.Id$/.test(last))) return true
  // `hashedToken` of `token`.
  if (last.length > flow.path.at(-1)!.length && last.toLowerCase().endsWith(flow.path.at(-1)!.toLowerCase())) return true
  return isIdOf(last, flow)
}

const isPrefix = (whole: readonly string[], member: readonly string[]): boolean => whole.every((name, i) => member[i] === name)

const IDENTIFIES = /^_?(?:id|uuid|guid|key|slug|hash|sha\w*|digest|etag|handle|email|login|username|secret|token)$|(?:Id|ID|Uuid|Slug|Hash)$/

// `userId` in the key and `user` in the value, in whatever variables they stand.
function isIdOf(name: string, flow: Flow): boolean {
  const stem = /^_?(\w+?)_?(?:id|uuid|slug|hash|key|name)$/i.exec(name)?.[1]?.toLowerCase()
  return stem !== undefined && stem.length > 2 && flow.path.some((part) => part.toLowerCase() === stem)
}

/** What calls put there: a parameter, or a state that a hook gives. */
function isVariable({ root, path }: Flow): boolean {
  if (isParameterLike(root)) return path[0] !== 'parameter'
  let at: ts.Node = root
  while (ts.isBindingElement(at)) at = at.parent.parent
  const maker = ts.isVariableDeclaration(at) ? at.initializer : undefined
  const isState = maker !== undefined && ts.isCallExpression(maker) && STATE.test(maker.expression.getText())
  return isState && !(ts.isBindingElement(root) && ts.isArrayBindingPattern(root.parent) && root.parent.elements.indexOf(root) > 0)
}

/** A value written out in the component: the linter of TanStack Query wants it in the key, as it may vary tomorrow. */
function isLocal({ root }: Flow): boolean {
  const maker = ts.isVariableDeclaration(root) && ts.isIdentifier(root.name) && !/^[A-Z_\d]+$/.test(root.name.text) ? root.initializer : undefined
  return maker !== undefined && (ts.isLiteralExpression(maker) || ts.isObjectLiteralExpression(maker) || ts.isArrayLiteralExpression(maker))
}

const STATE = /(?:^|\.)(?:useState|useReducer|useParams|useSearchParams|useLocalSearchParams|useDebounce\w*|useDeferredValue|useSignal|ref|signal)$/

/** Names of what runs, writes or waits, and is no data; they keep quiet only, and never speak for a finding. */
const NO_DATA = /^_|(?:token|secret|credentials?)$|^(?:ttl\w*|\w*timeout\w*|now|default\w*|fallback\w*|expir\w*|max_?age|stale\w*|revalidate|retr\w*|signal|abort\w*|log\w*|debug|verbose|t|i18n|ctx|context|tx|trx|em|manager|db\w*|database|prisma|knex|pool|connection|conn|client|\w+Client|redis|cache\w*|store|storage|fetch\w*|request|req|res|response|reply|event|next|router|navigate|dispatch|set[A-Z]\w*|on[A-Z]\w*|callback|cb|fn|handler|loader|load\w*|render[A-Z]\w*|resolve[A-Z]\w*|get[A-Z]\w*|getter|factory|producer|resolver|compute|func|service|\w+Service|repo|\w+Repository|api|\w+Api|axios|http|headers|skipCache|bypass\w*|force\w*|refresh\w*|no_?cache|enabled|\w*options|opts|\w*config|deps|env)$/i

function isData({ path, root }: Flow, site: ts.Node): boolean {
  if (NO_DATA.test(path.at(-1)!)) return false
  const parameter = parameterOf(root)
  if (parameter && !isCalledWith(parameter.parent, site)) return false
  return !(parameter?.type && isServiceType(parameter.type))
}

function parameterOf(root: ts.Node): ts.ParameterDeclaration | undefined {
  let at = root
  while (ts.isBindingElement(at)) at = at.parent.parent
  return ts.isParameter(at) ? at : undefined
}

/**
 * Is the function around the site, and called whenever the site is reached? What a function was made with, that another
 * one made and gave back (`limiter({ max })`), is the same for all of its calls.
 */
function isCalledWith(fn: ts.Node, site: ts.Node): boolean {
  for (let at = enclosingFunction(site); at; at = enclosingFunction(at)) {
    if (at === fn) return true
    const around = ts.isParenthesizedExpression(at.parent) ? at.parent.parent : at.parent
    if (!ts.isCallExpression(around) && !ts.isNewExpression(around)) return false
  }
  return false
}

/** Where the key of a site is written; `undefined` where that cannot be told apart from the rest. */
function keyNodes(site: RawSite, value: ts.Node): ts.Expression[] | undefined {
  const { key } = site.spec
  if (!ts.isCallExpression(site.call.node) || key.parameters || key.path || key.all || key.each || key.template) return undefined
  const args = argumentsOf(site)
  if (args.some(ts.isSpreadElement)) return undefined
  if (site.through) {
    const plain = args.filter((arg) => arg !== value && !ts.isArrowFunction(arg) && !ts.isFunctionExpression(arg))
    return plain.some((arg) => ts.isObjectLiteralExpression(arg) && holdsFunction(arg)) ? undefined : plain
  }
  const argument = args[key.arg]
  if (!argument) return site.spec.loader ? [] : undefined
  if (key.property === undefined) return [argument]
  const object = objectOf(argument)
  if (!object) return key.orSelf && !ts.isIdentifier(argument) && !ts.isCallExpression(argument) ? [argument] : undefined
  if (object.properties.some(ts.isSpreadAssignment)) return undefined
  const property = object.properties.find((each) => each.name?.getText() === key.property)
  return property && ts.isPropertyAssignment(property) ? [property.initializer] : property && ts.isShorthandPropertyAssignment(property) ? [property.name] : undefined
}

const holdsFunction = (object: ts.ObjectLiteralExpression): boolean =>
  object.properties.some((property) => ts.isMethodDeclaration(property) || (ts.isPropertyAssignment(property) && (ts.isArrowFunction(property.initializer) || ts.isFunctionExpression(property.initializer))))

function objectOf(argument: ts.Expression): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(argument)) return argument
  const declaration = ts.isIdentifier(argument) ? declarationOf(argument) : undefined
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer && ts.isObjectLiteralExpression(declaration.initializer) ? declaration.initializer : undefined
}

// `const total = totals.get(key) ?? { count: 0 }`, and then more of it: a table that grows.
function isAccumulated(site: RawSite, fn: ts.Node | undefined): boolean {
  const value = site.spec.value === undefined ? undefined : argumentsOf(site)[site.spec.value]
  const declaration = value && ts.isIdentifier(value) && fn ? declarationOf(value) : undefined
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && /\.get\(/.test(declaration.initializer?.getText() ?? '')
}

/**
 * Is the write what a miss leads to? A function that reads the same key and then stores what it loaded, itself, in a
 * function within it, or in one that it calls.
 */
function fillsOnMiss(site: RawSite, sites: readonly RawSite[]): boolean {
  const fn = enclosingFunction(site.call.node)
  const key = site.templates.map(print).join()
  if (fn === undefined || isAccumulated(site, fn)) return false
  return sites.some((other) => {
    if (other.spec.op !== 'read' || other.call.unit !== site.call.unit || other.templates.map(print).join() !== key) return false
    const reader = enclosingFunction(other.call.node)
    if (!reader) return false
    return within(site.call.node, reader) ? other.call.node.pos < site.call.node.pos : callsByName(reader, fn)
  })
}

/** `this.compute(…)` in the function that reads, `compute` being the one that writes. */
function callsByName(reader: ts.Node, writer: FunctionNode): boolean {
  const name = writer.name?.getText() ?? (ts.isVariableDeclaration(writer.parent) ? writer.parent.name.getText() : undefined)
  let found = false
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && calledName(node) === name) found = true
    if (!found) ts.forEachChild(node, visit)
  }
  if (name !== undefined) visit(reader)
  return found
}
