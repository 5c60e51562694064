import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { placeOf, placeOfCall, symbolAt } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import type { AwaitFault } from '../model/fill.js'
import { enclosingFunction } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import { givesPromise } from './errors.js'
import { heldBy } from './types.js'

/** Clients whose operations all give promises. */
const ASYNC = new Set(['ioredis', 'redis', 'upstash-redis', 'valkey-glide', 'cache-manager', 'keyv', 'memjs', 'cloudflare-kv', 'unstorage', 'bentocache', 'umami-redis'])

/** Promises of a cache that nobody waits for. */
export function awaitFaults(sites: readonly RawSite[]): AwaitFault[] {
  const own = sites.filter((site) => ts.isCallExpression(site.call.node) && !site.through && !site.client.pipeline && ASYNC.has(site.client.client.id))
  return own.flatMap((site) => (site.spec.op === 'read' ? testedPromise(site) : site.spec.op === 'delete' ? droppedInvalidation(site) : undefined) ?? [])
}

const described = (site: RawSite, node: ts.Node): Pick<AwaitFault, 'location' | 'symbol' | 'text' | 'key'> => ({
  location: ts.isCallExpression(node) ? placeOfCall(site.call.unit, node) : placeOf(site.call.unit, node), symbol: symbolAt(node), text: node.getText().replace(/\s+/g, ' ').slice(0, 80), ...(site.templates[0] ? { key: site.templates[0] } : {}),
})

/** `if (redis.get(key))`, or of the variable that holds the promise: always true. */
function testedPromise(site: RawSite): AwaitFault | undefined {
  const call = site.call.node as ts.CallExpression
  if (isTest(call)) return { kind: 'test', ...described(site, call), because: 'a promise is always there' }
  const held = call.parent && ts.isVariableDeclaration(call.parent) ? heldBy(call) : undefined
  const test = held && firstUse(held, isTest)
  return test && !firstUse(held, (node) => ts.isAwaitExpression(node.parent)) ? { kind: 'test', ...described(site, test), because: `${held.name.getText()} holds a promise, which is always there` } : undefined
}

function firstUse(held: ts.VariableDeclaration, isWanted: (node: ts.Expression) => boolean): ts.Identifier | undefined {
  let found: ts.Identifier | undefined
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node !== held.name && node.text === held.name.getText() && isWanted(node) && declarationOf(node) === held) found ??= node
    if (!found) ts.forEachChild(node, visit)
  }
  visit(enclosingFunction(held)?.body ?? held.getSourceFile())
  return found
}

function isTest(node: ts.Expression): boolean {
  const { parent } = node
  if (ts.isIfStatement(parent)) return parent.expression === node
  if (ts.isConditionalExpression(parent)) return parent.condition === node
  return ts.isPrefixUnaryExpression(parent) && parent.operator === ts.SyntaxKind.ExclamationToken
}

/** `redis.del(key)` as a statement of an async function, followed by others: what comes after may still find the old. */
function droppedInvalidation(site: RawSite): AwaitFault | undefined {
  const call = site.call.node as ts.CallExpression
  const fn = enclosingFunction(call)
  const isMember = site.spec.member === true || /^(?:quit|disconnect)$/.test(calledName(call) ?? '')
  if (isMember || !ts.isExpressionStatement(call.parent) || !fn || !givesPromise(fn) || takesCallback(call)) return undefined
  return { kind: 'invalidation', ...described(site, call), because: 'who is answered may ask again before it is done, and a failure is lost' }
}

const takesCallback = (call: ts.CallExpression): boolean => call.arguments.some((each) => ts.isArrowFunction(each) || ts.isFunctionExpression(each))
