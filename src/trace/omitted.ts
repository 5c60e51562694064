import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import { memberNamed, valueNamed } from '../collect/properties.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { OmittedInput } from '../model/producer.js'
import type { Place } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import { enclosingFunction, isFunctionNode } from '../resolve/frame.js'
import { declarationOf, type Declaration } from '../resolve/scope.js'
import { declarationsOf } from '../resolve/types.js'
import { ambientReads } from './ambient-reads.js'
import { isSameForAll } from './constant-inputs.js'
import { isField, isOwned, uncovered } from './covers.js'
import { missOf } from './fills.js'
import { flat, flowsInto, type Flow, type FlowOptions } from './flow.js'
import type { Unit } from '../source/program.js'
import { functionsAt } from './entities.js'
import { lateGuard } from './late-guards.js'
import { usageIn } from './usage.js'
import { isParameterLike } from './variables.js'
import { wayOf } from './way.js'

interface Omission {
  readonly omitted: readonly OmittedInput[]
  /** Identities that the key holds and the loader is not given: what the loader asks carries them by itself. */
  readonly ambient?: readonly OmittedInput[]
  /** What the key is made of is what the value is loaded by: the key is no mere name that callers make up. */
  readonly loadsByKey?: boolean
  /** What is asked whether the value may be had, after a hit is given back. */
  readonly late?: OmittedInput
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
  const keys = keyNodes(context, site, value)
  const miss = site.spec.op === 'write' && !isFunctionNode(value) ? missOf(site, sites) : undefined
  const isQuery = site.client.client.id === 'tanstack-query'
  // What is put under the key of a query before the server answers is no answer of a loader.
  if (!keys || (site.spec.op === 'write' && (!miss || isQuery)) || (isQuery && isAskedAnew(site.call.node))) return { omitted: [] }
  const { unit, node } = site.call
  const inKey = keys.flatMap((key) => flowsInto(key, keyFlows(context, unit)))
  // Where the store itself is chosen by something, that is held as well: `cacheOf(tenant).get(id)`.
  const held = flat([...inKey, ...storeOf(site).flatMap((store) => flowsInto(store, keyFlows(context, unit)))])
  const inputs = flowsInto(value, valueFlows(context, unit))
  const seen = new Set<readonly Flow[]>()
  const missing = inputs.flatMap((flow) => uncovered(flow, held, node, isQuery, seen)).filter((flow) => site.spec.op === 'read-through' || flow.loads)
  // An object of many: where the key holds a field of it, and where the store outlives all of them.
  const isOfObject = isQuery || held.some(isField) || (site.spec.op === 'write' && !site.through && isOfModule(site))
  const late = miss && lateGuard(miss, site, held, valueFlows(context, unit))
  const ambient = isQuery ? ambientIn(inKey, flat(inputs)) : []
  const builtAt = keys[0] && builderOf(context, unit, keys[0])
  return {
    omitted: [...toInputs(unit, gathered(missing.filter((flow) => isOfObject || !isField(flow))), held, (flow) => ({ way: wayOf(context, unit, value, flow.path.join('.'), flow.node, flow.root), ...(isSameForAll(context, flow) ? { isSame: true as const } : {}) })), ...(isQuery ? ambientReads(value, keys) : []).map((node) => ({ path: node.getText(), location: placeOf(unit, node), owned: true }))],
    ...(late ? { late: { path: late.path.join('.'), location: placeOf(unit, late.node) } } : {}),
    ...(ambient.length > 0 ? { ambient: toInputs(unit, ambient) } : {}),
    ...(flat(inputs).some((flow) => inKey.some((key) => key.root === flow.root)) ? { loadsByKey: true } : {}),
    ...(keys[0] ? { keyAt: placeOf(unit, keys[0]) } : {}),
    ...(builtAt ? { builtAt } : {}),
  }
}

/** `const { refetch } = useQuery({ …, enabled: false })`: whoever wants it has it loaded, and no hit is ever looked at. */
function isAskedAnew(node: ts.Node): boolean {
  const [options] = ts.isCallExpression(node) ? node.arguments : []
  const isOff = options && ts.isObjectLiteralExpression(options) && valueNamed(options, 'enabled')?.kind === ts.SyntaxKind.FalseKeyword
  const { parent } = node
  return isOff === true && ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name)
    && !parent.name.elements.some((element) => (element.propertyName ?? element.name).getText() === 'data' || element.dotDotDotToken)
}

/** What is followed into a value: of a loader a test that chooses what it gives is a use. */
export const valueFlows = (context: Context, unit: Unit): FlowOptions => ({ usageOf: (call, index) => usageIn({ context, tests: true }, unit, call, index) })

/** What is followed into a key, which does not hold what it only tests. */
export const keyFlows = (context: Context, unit: Unit): FlowOptions => ({ usageOf: (call, index) => usageIn({ context, tests: false }, unit, call, index), lossless: true })

/** Flows as inputs that are told once by their path. */
export const toInputs = (unit: Unit, flows: readonly Flow[], held: readonly Flow[] = [], more?: (flow: Flow) => Pick<OmittedInput, 'way' | 'isSame'>): OmittedInput[] =>
  [...new Map(flows.map((flow) => [flow.path.join('.'), { path: flow.path.join('.'), location: placeOf(unit, flow.node), ...typesOf(flow.root), ...(isOwned(flow, held) ? { owned: true } : {}), ...more?.(flow) }])).values()]

/** The names in the declared type of a parameter: those of `A | B[]` are A and B. */
function typesOf(root: Declaration): Pick<OmittedInput, 'types'> {
  const type = ts.isParameter(root) || ts.isVariableDeclaration(root) ? root.type?.getText() : undefined
  return type === undefined ? {} : { types: type.match(/[A-Za-z_$][\w$]*/g) ?? [] }
}

// Of a variable what it is made of: what is put into the store does not choose it.
function storeOf({ call: { node } }: RawSite): ts.Expression[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  const receiver = node.expression.expression
  const declaration = ts.isIdentifier(receiver) ? declarationOf(receiver) : undefined
  if (!declaration || !ts.isVariableDeclaration(declaration)) return [receiver]
  return declaration.initializer ? [declaration.initializer] : []
}

/** Is the store a variable of the module, or one that it imports? */
function isOfModule({ call: { node } }: RawSite): boolean {
  const receiver = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : undefined
  const declaration = receiver && ts.isIdentifier(receiver) ? declarationOf(receiver) : undefined
  return declaration !== undefined && enclosingFunction(declaration) === undefined && !isParameterLike(declaration)
}

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
  const whole = new Set(flows.map((flow) => flow.path.join('.')))
  return flows.filter((flow) => flow.path.at(-1) !== 'length' || !whole.has(flow.path.slice(0, -1).join('.'))).map((flow) => (members.get(flow.root)!.size > MOST_MEMBERS && !isField(flow) ? { ...flow, path: flow.path.slice(0, 1) } : flow))
}

/** Where the key of a site is written; `undefined` where that cannot be told apart from the rest. */
function keyNodes(context: Context, site: RawSite, value: ts.Node): ts.Expression[] | undefined {
  const { key } = site.spec
  if (isFunctionNode(site.call.node) || key.parameters || key.path || key.all || key.each || key.template) return undefined
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
  if (isHidden(context, site.call.unit, object, key.property)) return undefined
  const written = valueNamed(object, key.property)
  return written && !ts.isMethodDeclaration(written) ? [written] : undefined
}

/** May something that is spread into the object take the place of its member? Not what stands before it, nor what by its type has none. */
function isHidden(context: Context, unit: Unit, object: ts.ObjectLiteralExpression, name: string): boolean {
  const member = memberNamed(object, name)
  return object.properties.some((property) => ts.isSpreadAssignment(property) && (!member || property.pos > member.pos) && !isWithout(context, unit, property.expression, name))
}

/** Is it a parameter whose type leaves the member out: `Omit<UseQueryOptions, 'queryKey' | 'queryFn'>`? */
function isWithout(context: Context, unit: Unit, node: ts.Expression, name: string): boolean {
  const declaration = ts.isIdentifier(node) ? declarationOf(node) : undefined
  const type = declaration && ts.isParameter(declaration) ? declaration.type : undefined
  const isLeftOut = (text: string): boolean => new RegExp(`\\bOmit<[\\s\\S]*['"]${name}['"]`).test(text)
  if (!type || isLeftOut(type.getText())) return type !== undefined
  const named = ts.isTypeReferenceNode(type) ? declarationsOf(context, type.typeName, unit)?.node : undefined
  return named !== undefined && ts.isTypeAliasDeclaration(named) && isLeftOut(named.type.getText())
}

const holdsFunction = (object: ts.ObjectLiteralExpression): boolean =>
  object.properties.some((property) => ts.isMethodDeclaration(property) || (ts.isPropertyAssignment(property) && (ts.isArrowFunction(property.initializer) || ts.isFunctionExpression(property.initializer))))

function objectOf(argument: ts.Expression): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(argument)) return argument
  const declaration = ts.isIdentifier(argument) ? declarationOf(argument) : undefined
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer && ts.isObjectLiteralExpression(declaration.initializer) ? declaration.initializer : undefined
}
