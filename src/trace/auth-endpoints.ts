import { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import { placeOf, symbolAt } from '../collect/place.js'
import type { PublicResponse } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import type { Unit } from '../source/program.js'
import { identitiesReadBy } from './audience.js'

/**
 * Endpoints that answer who the reader is, and say nothing of caches. A network that keeps what it is not forbidden to
 * keep (RFC 9111 leaves the age of such a response to the cache) hands one session to the next reader.
 */
export function unmarkedEndpoints(context: Context): PublicResponse[] {
  const files = context.program.without(context.program.scan(/\bNextAuth\(\s*\w+\s*,|@Get\(/), /cache-control|no-?cache/i)
  return files.flatMap((file) => {
    const unit = context.program.unit(file)
    return unit ? [...handlersOfNextAuth(unit), ...gettersOfNest(context, unit)] : []
  })
}

/** `NextAuth(req, res, options)` of next-auth 4: the session endpoint of the application is this handler. */
function handlersOfNextAuth(unit: Unit): PublicResponse[] {
  if (!/from ['"]next-auth['"]/.test(unit.ast.text)) return []
  return callsIn(unit.ast).flatMap((node): PublicResponse[] => {
    const [request, response] = node.arguments
    if (calledName(node) !== 'NextAuth' || !request || !response) return []
    const identity = { path: 'NextAuth()', kind: 'user' as const, evidence: 'NextAuth answers the session', confidence: 'low' as const, location: placeOf(unit, node) }
    return [{ location: placeOf(unit, node), symbol: symbolAt(node), directives: '', identities: [identity] }]
  })
}

const AUTHENTICATION = /(?:^|[/'"-])(?:auth|sessions?|tokens?)(?:[/'"-]|$)/i

/** `@Get('/refresh')` of a controller of `/auth` whose method is handed the user. */
function gettersOfNest(context: Context, unit: Unit): PublicResponse[] {
  return unit.ast.statements.filter(ts.isClassDeclaration).flatMap((cls) => {
    const controller = decoratorOf(cls, 'Controller')
    return controller === undefined ? [] : cls.members.filter(ts.isMethodDeclaration).flatMap((method): PublicResponse[] => {
      const route = decoratorOf(method, 'Get')
      if (route === undefined || !AUTHENTICATION.test(`${controller}/${route}`) || method.body === undefined || isSentByHand(method)) return []
      const identities = identitiesReadBy(context, unit, method)
      return identities.length === 0 ? [] : [{ location: placeOf(unit, method.name), symbol: symbolAt(method), directives: '', identities }]
    })
  })
}

/** What a decorator of a declaration is handed, as text. */
function decoratorOf(node: ts.HasDecorators, name: string): string | undefined {
  const call = (ts.getDecorators(node) ?? []).map((each) => each.expression).find((each) => ts.isCallExpression(each) && each.expression.getText() === name)
  return call && ts.isCallExpression(call) ? call.arguments.map((each) => each.getText()).join() : undefined
}

/** A redirect, or a response that the method writes itself. */
const isSentByHand = (method: ts.MethodDeclaration): boolean => /\.redirect\(|@Res\(|@Header\(|@Redirect\(/.test(method.getText())
