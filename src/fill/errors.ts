import { ts } from 'ts-morph'
import { callsIn } from '../collect/calls.js'
import { placeOf, placeOfCall, symbolAt } from '../collect/place.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { ErrorFault } from '../model/fill.js'
import type { Context } from '../resolve/context.js'
import { memberAt } from '../resolve/expressions.js'
import { enclosingFunction, isAsync, isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf } from '../resolve/scope.js'
import { functionsAt } from '../trace/entities.js'
import { valueOf } from './types.js'

/** Failures that are kept as if they were answers. */
export function errorFaults(context: Context, sites: readonly RawSite[]): ErrorFault[] {
  const own = sites.filter((site) => !site.through && ts.isCallExpression(site.call.node))
  const found = own.flatMap((site) => memoized(context, site) ?? inflight(context, site) ?? response(site) ?? [])
  return [...found, ...sites.filter((site) => site.spec.op === 'write' && ts.isCallExpression(site.call.node)).flatMap((site) => anything(site) ?? [])]
}

const described = (site: RawSite, node: ts.Node = site.call.node): Pick<ErrorFault, 'location' | 'symbol' | 'key'> => ({
  location: ts.isCallExpression(node) ? placeOfCall(site.call.unit, node) : placeOf(site.call.unit, node), symbol: symbolAt(node), ...(site.templates[0] ? { key: site.templates[0] } : {}),
})

const KEEPS_REJECTIONS = new Set(['memoizee', 'lodash-memoize'])

function memoized(context: Context, site: RawSite): ErrorFault | undefined {
  const { id } = site.client.client
  const node = site.call.node as ts.CallExpression
  const [fn, options] = node.arguments
  if (!KEEPS_REJECTIONS.has(id) || site.spec.op !== 'read-through' || !fn) return undefined
  const loader = functionOf(context, site, fn)
  if (loader && givesPromise(loader)) {
    const promise = options && memberAt(options, 'promise')
    const isCallback = options && memberAt(options, 'async')?.getText() === 'true'
    if (id === 'memoizee' && isCallback && !promise) return { kind: 'option', ...described(site), because: '`async` is for functions that take a callback; of one that returns a promise, `promise: true` forgets failures' }
    if (id === 'memoizee' && !promise && !hasMaxAgeOf(options)) return { kind: 'rejection', ...described(site), because: 'without `promise: true` memoizee keeps the promise, failed or not' }
    return id === 'lodash-memoize' && !forgets(site) ? { kind: 'rejection', ...described(site), because: 'memoize keeps the promise, failed or not' } : undefined
  }
  const made = loader && connectionIn(loader)
  return made && !forgets(site) ? { kind: 'connection', ...described(site), because: `${made} is kept for each argument, and one that breaks is never made anew` } : undefined
}

// What is dropped after a while is asked for again.
const hasMaxAgeOf = (options: ts.Expression | undefined): boolean => options !== undefined && memberAt(options, 'maxAge') !== undefined

const forgets = ({ call }: RawSite): boolean => /\.cache\.(?:delete|clear)\(|\.(?:delete|clear)\(/.test(enclosingStatement(call.node).getText()) || /\.cache\b/.test(call.unit.ast.text)

function enclosingStatement(node: ts.Node): ts.Node {
  let at = node
  while (!ts.isStatement(at) && at.parent) at = at.parent
  return at
}

function functionOf(context: Context, site: RawSite, node: ts.Expression): FunctionNode | undefined {
  if (isFunctionNode(node)) return node
  const declaration = ts.isIdentifier(node) ? declarationOf(node) : undefined
  if (declaration && isFunctionNode(declaration)) return declaration
  const made = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined
  return made && isFunctionNode(made) ? made : undefined
}

export const givesPromise = (fn: FunctionNode): boolean => isAsync(fn) || /^Promise</.test(fn.type?.getText() ?? '')

/** `new ProviderClient(url)` of what the function is handed. */
function connectionIn(fn: FunctionNode): string | undefined {
  let found: string | undefined
  const names = fn.parameters.flatMap((each) => (ts.isIdentifier(each.name) ? [each.name.text] : []))
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && /(?:Client|Connection|Channel|Socket|Pool)$/.test(node.expression.getText()) && (node.arguments?.length ?? 0) > 0) found ??= node.expression.getText()
    ts.forEachChild(node, visit)
  }
  if (fn.body && names.length > 0) visit(fn.body)
  return found
}

/** A promise put into a map: one that fails stays there, unless it is taken out. */
function inflight(context: Context, site: RawSite): ErrorFault | undefined {
  const value = site.spec.op === 'write' ? valueOf(site) : undefined
  const fn = enclosingFunction(site.call.node)
  if (!value || !fn || !['map', 'lru-cache', 'ttlcache', 'quick-lru'].includes(site.client.client.id)) return undefined
  const promise = promiseOf(context, site, value)
  if (!promise) return undefined
  const early = earlyRemoval(site, value)
  if (early) return { kind: 'early', ...described(site, early), because: 'the promise is given back before it is settled, and taken out at once' }
  const owner = ts.isCallExpression(site.call.node) && ts.isPropertyAccessExpression(site.call.node.expression) ? site.call.node.expression.expression.getText() : ''
  const isForgotten = ['delete', 'evict', 'clear'].some((method) => site.call.unit.ast.text.includes(`${owner}.${method}(`)) || /\.catch\(/.test(outermost(fn).getText())
  return isForgotten || neverFails(promise) ? undefined : { kind: 'inflight', ...described(site), ...(isOfModule(site) ? {} : { isBrief: true }), because: 'a promise that fails stays there, and fails all who ask after it' }
}

/** `(async () => { try { … } catch { return undefined } })()`. */
function neverFails(promise: ts.Node): boolean {
  const callee = ts.isCallExpression(promise) && ts.isParenthesizedExpression(promise.expression) ? promise.expression.expression : undefined
  const body = callee && isFunctionNode(callee) && callee.body && ts.isBlock(callee.body) ? callee.body : undefined
  return body?.statements.every((statement) => ts.isTryStatement(statement) && statement.catchClause !== undefined && !/\bthrow\b/.test(statement.catchClause.getText())) ?? false
}

/** Does the map live as long as the module, or an object of a class? One that a function makes ends with what it gives back. */
function isOfModule({ call: { node } }: RawSite): boolean {
  const owner = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : undefined
  const declaration = owner && ts.isIdentifier(owner) ? declarationOf(owner) : undefined
  return declaration === undefined || enclosingFunction(declaration) === undefined
}

function outermost(fn: FunctionNode): FunctionNode {
  const outer = enclosingFunction(fn)
  return outer && !ts.isMethodDeclaration(fn) && !ts.isFunctionDeclaration(fn) ? outermost(outer) : fn
}

/** The expression that makes a promise which is not waited for. */
function promiseOf(context: Context, site: RawSite, value: ts.Expression): ts.Node | undefined {
  const declaration = ts.isIdentifier(value) ? declarationOf(value) : undefined
  const made = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : value
  if (!made || ts.isAwaitExpression(made)) return undefined
  if (ts.isNewExpression(made)) return made.expression.getText() === 'Promise' ? made : undefined
  if (!ts.isCallExpression(made)) return undefined
  const callee = ts.isParenthesizedExpression(made.expression) ? made.expression.expression : made.expression
  if (isFunctionNode(callee)) return givesPromise(callee) ? made : undefined
  const callees = functionsAt(context, site.call.unit, made)
  return callees.length === 1 && givesPromise(callees[0]!.node) ? made : undefined
}

/** `try { … return promise } finally { map.delete(key) }`. */
function earlyRemoval({ call }: RawSite, value: ts.Expression): ts.Node | undefined {
  const owner = ts.isCallExpression(call.node) && ts.isPropertyAccessExpression(call.node.expression) ? call.node.expression.expression.getText() : ''
  for (let at: ts.Node = call.node; at.parent && !isFunctionNode(at); at = at.parent) {
    if (!ts.isTryStatement(at) || !at.finallyBlock?.getText().includes(`${owner}.delete(`)) continue
    let found: ts.Node | undefined
    const visit = (node: ts.Node): void => {
      if (ts.isReturnStatement(node) && node.expression?.getText() === value.getText()) found ??= node
      ts.forEachChild(node, visit)
    }
    visit(at.tryBlock)
    return found
  }
  return undefined
}

/** What a server answered is stored, whatever it answered: `fetch` fails on no status. */
function response(site: RawSite): ErrorFault | undefined {
  const loader = site.spec.op === 'read-through' && site.spec.loader ? argumentsOf(site)[site.spec.loader.arg] : undefined
  const scope = site.spec.op === 'write' ? enclosingFunction(site.call.node) : loader && isFunctionNode(loader) ? loader : undefined
  if (!scope?.body || site.client.client.family === 'tanstack-query' || site.client.client.family === 'swr' || site.client.client.family === 'rtk-query' || site.client.client.family === 'react-cache') return undefined
  const fetched = callsIn(scope.body).find((call) => call.expression.getText() === 'fetch' && declarationOf(call.expression as ts.Identifier) === undefined && enclosingFunction(call) === scope)
  const text = scope.body.getText()
  if (!fetched || !/\.json\(\)/.test(text) || /\.ok\b|\.status\b|statusText|\bthrow\b|\.error\b|safeParse|\.parse\((?!\s*await)/.test(text.replace('JSON.parse(', ''))) return undefined
  const value = site.spec.op === 'write' ? valueOf(site) : fetched
  return value ? { kind: 'response', ...described(site), related: placeOf(site.call.unit, fetched), because: '`fetch` fails on no status: the page of an error is stored as an answer' } : undefined
}

/** A wrapper around any function stores whatever this returns, nothing included. */
function anything(site: RawSite): ErrorFault | undefined {
  const fn = enclosingFunction(site.call.node)
  const args = (site.call.node as ts.CallExpression).arguments.slice(1)
  const stored = args.map((value) => (ts.isCallExpression(value) && value.expression.getText() === 'JSON.stringify' ? value.arguments[0] : value)).find((value) => value !== undefined && ts.isIdentifier(value))
  if (!fn || !stored || !ts.isIdentifier(stored)) return undefined
  const name = stored.text
  const isApplied = new RegExp(`\\b${quoted(name)}\\s*=\\s*(?:await\\s+)?\\w+\\.(?:apply|call)\\(`).test(fn.getText())
  const isTested = new RegExp(`(?:if|while)\\s*\\([^)]*\\b${quoted(name)}\\b|\\b${quoted(name)}\\s*(?:\\?|&&|\\|\\||[!=]==?)|!${quoted(name)}\\b`).test(fn.getText())
  return isApplied && !isTested ? { kind: 'anything', ...described(site), because: `${name} is what any function returned, nothing or a failure included` } : undefined
}

