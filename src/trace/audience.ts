import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import { REQUEST } from '../collect/response-headers.js'
import type { Dependency, Reader } from '../model/producer.js'
import type { Context } from '../resolve/context.js'
import type { FunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import type { Unit } from '../source/program.js'
import { firstReference, isParameterLike } from './variables.js'
import { identityOf, kindOfPath } from './identity.js'
import { memberPath } from './member-path.js'

/** The identities that a handler of requests reads: whose response it may be making. */
export function identitiesReadBy(context: Context, unit: Unit, fn: FunctionNode): Reader[] {
  const found = new Map<string, Reader>()
  const add = (node: ts.Node, path: string, kind: Dependency['kind'], evidence: string): void => {
    if (!found.has(path)) found.set(path, { path, kind, evidence, confidence: 'high', location: placeOf(unit, node) })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const read = readByCall(context, unit, node)
      if (read) add(node, read.path, read.kind, read.evidence)
    }
    const path = ts.isPropertyAccessExpression(node) ? requestPath(node) : undefined
    if (path) add(node, path.names.join('.'), path.kind, `${path.names.join('.')} of the request`)
    ts.forEachChild(node, visit)
  }
  for (const parameter of fn.parameters) for (const given of handedIdentities(parameter)) add(given.node, given.path, given.kind, given.evidence)
  if (fn.body) visit(fn.body)
  return [...found.values()]
}

const AUTH_HEADER = /^(?:authorization|cookie|x-(?:access|auth|api)-(?:token|key))$/i
const SESSION_COOKIE = /session|token|auth|jwt|\bsid\b|user/i

function readByCall(context: Context, unit: Unit, call: ts.CallExpression): Pick<Reader, 'path' | 'kind' | 'evidence'> | undefined {
  const path = `${call.expression.getText()}()`
  const header = headerRead(call)
  if (header) return { path: header, kind: 'token', evidence: `${header} of the request` }
  // What is only called, `await limitRate(request)`, gives nothing that the response could be made of.
  if (isStatement(call)) return undefined
  // `headers()` may be asked for the host, and `cookies()` for a theme: what is asked for decides.
  const identity = identityOf(context, unit, { path: [path], node: call, call })
  return identity && !/\b(?:cookies|headers)\(\) of next/.test(identity.evidence) ? { path, kind: identity.kind, evidence: identity.evidence } : undefined
}

function isStatement(call: ts.CallExpression): boolean {
  let at: ts.Node = call
  while (ts.isAwaitExpression(at.parent) || ts.isParenthesizedExpression(at.parent)) at = at.parent
  return ts.isExpressionStatement(at.parent)
}

/** `request.headers.get('authorization')`, `req.header('cookie')`, `cookies().get('session')`. */
function headerRead(call: ts.CallExpression): string | undefined {
  const [name] = call.arguments
  if (!name || !ts.isStringLiteralLike(name) || !ts.isPropertyAccessExpression(call.expression)) return undefined
  const owner = call.expression.expression.getText()
  const method = call.expression.name.text
  if (/^(?:get|header)$/.test(method) && /headers?\b|^_?(?:req|request|c\.req|ctx)$/.test(owner) && !/\bres(?:ponse)?\b/.test(owner) && AUTH_HEADER.test(name.text)) return `the header ${name.text}`
  return method === 'get' && /cookies\b/.test(owner) && !/\bres(?:ponse)?\b/.test(owner) && SESSION_COOKIE.test(name.text) ? `the cookie ${name.text}` : undefined
}

/** `req.user.id`, `ctx.session`, `req.headers.authorization`. */
function requestPath(node: ts.PropertyAccessExpression): { readonly names: readonly string[]; readonly kind: Dependency['kind'] } | undefined {
  if (ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node) return undefined
  const { at, path } = memberPath(node)
  if (!ts.isIdentifier(at) || !REQUEST.test(at.text) || path.some((name) => /^(?:params?|query|body|res|response)$/.test(name))) return undefined
  const declaration = declarationOf(at)
  const kind = kindOfPath(path)
  const isWritten = ts.isBinaryExpression(node.parent) && node.parent.left === node
  return declaration && isParameterLike(declaration) && !isWritten && (kind === 'user' || kind === 'token' || kind === 'tenant') ? { names: [at.text, ...path], kind } : undefined
}

const DECORATED = /(?:User|Session|Account|Tenant|Organi[sz]ation|Principal|Viewer)(?:Session|Id)?$/

interface Handed extends Pick<Reader, 'path' | 'kind' | 'evidence'> { readonly node: ts.Node }

/**
 * `@CurrentUser() user`, what a guard hands the handler that it wraps, `withAuth((req, user) => …)` and
 * `withAuth(({ user }) => …)`, and what a resolver takes of its context. One that the handler never reads is nobody.
 */
function handedIdentities(parameter: ts.ParameterDeclaration): Handed[] {
  const decorator = (ts.getDecorators(parameter) ?? []).map((each) => (ts.isCallExpression(each.expression) ? each.expression.expression : each.expression).getText()).find((name) => DECORATED.test(name))
  const path = parameter.name.getText()
  if (decorator) return [{ path, kind: kindOfPath([path]) ?? 'user', evidence: `@${decorator}()`, node: parameter }]
  const index = parameter.parent.parameters.indexOf(parameter)
  const isWrapped = ts.isCallExpression(parameter.parent.parent)
  const bound: readonly (ts.ParameterDeclaration | ts.BindingElement)[] = ts.isIdentifier(parameter.name) ? (isWrapped && index > 0 ? [parameter] : [])
    : ts.isObjectBindingPattern(parameter.name) && (isWrapped || index === CONTEXT) ? parameter.name.elements : []
  return bound.flatMap((each): Handed[] => {
    const name = ts.isBindingElement(each) ? (each.propertyName ?? each.name).getText() : path
    const kind = ts.isIdentifier(each.name) && isRead(parameter.parent, each.name) ? kindOfPath([name]) : undefined
    return kind === 'user' || kind === 'tenant' || kind === 'token' ? [{ path: name, kind, evidence: `parameter ${name} of the handler`, node: each }] : []
  })
}

/** Resolvers of GraphQL take the context third: `(parent, args, context, info)`. */
const CONTEXT = 2

const isRead = (fn: ts.SignatureDeclaration, name: ts.Identifier): boolean =>
  'body' in fn && fn.body !== undefined && firstReference(fn.body as ts.Node, name) !== undefined
