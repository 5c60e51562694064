import { ts } from 'ts-morph'
import { placeOf, symbolAt } from '../collect/place.js'
import { graphqlHints } from '../collect/graphql-hints.js'
import { handlerOf, publicHeaders, type ResponseHeader } from '../collect/response-headers.js'
import type { PublicResponse } from '../model/types.js'
import { withinStack, type Context } from '../resolve/context.js'
import { isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { identitiesReadBy } from './audience.js'
import { unmarkedEndpoints } from './auth-endpoints.js'
import { kindOfPath } from './identity.js'
import { pagesUnder } from './routes.js'

/** Responses that shared caches may keep, and those that nothing forbids them to, with what their handlers know of who asks. */
export function publicResponses(context: Context): PublicResponse[] {
  return [...[...publicHeaders(context), ...graphqlHints(context)].flatMap((header) => withinStack(() => responseOf(context, header), () => [])), ...withinStack(() => unmarkedEndpoints(context), () => [])]
}

function responseOf(context: Context, header: ResponseHeader): PublicResponse[] {
  if (header.route !== undefined) return routeResponse(context, header, header.route)
  const handler = header.handler ?? handlerOf(header.node)
  if (!handler || isChosen(header.node, handler) || varies(handler)) return []
  const person = personIn(header.unit.path)
  return [{ ...common(header), identities: identitiesReadBy(context, header.unit, handler), ...(person === undefined ? {} : { person }) }]
}

function routeResponse(context: Context, header: ResponseHeader, route: string): PublicResponse[] {
  const identities = pagesUnder(context, header.unit, route).flatMap(({ unit, path, isEndpoint }) =>
    unit.ast.statements.filter((statement) => !isEndpoint || answersGet(statement)).flatMap((statement) => functionsOf(statement).flatMap((fn) => identitiesReadBy(context, unit, fn))).slice(0, 1).map((identity) => ({ ...identity, path: `${identity.path} of ${path}` })))
  return [{ ...common(header), route, identities }]
}

/** `export function GET`, `export default handler`: a POST is not kept by caches. */
const answersGet = (statement: ts.Statement): boolean => /^export (?:default|(?:async )?function (?:GET|HEAD)\b|const (?:GET|HEAD)\b)/.test(statement.getText())

const common = ({ unit, node, directives }: ResponseHeader): Pick<PublicResponse, 'location' | 'symbol' | 'directives'> =>
  ({ location: placeOf(unit, node), symbol: symbolAt(node), directives })

function functionsOf(statement: ts.Statement): FunctionNode[] {
  if (ts.isFunctionDeclaration(statement)) return [statement]
  const expressions: readonly ts.Expression[] = ts.isVariableStatement(statement) ? statement.declarationList.declarations.flatMap((each) => each.initializer ?? []) : ts.isExportAssignment(statement) ? [statement.expression] : []
  return expressions.flatMap((each) => (ts.isCallExpression(each) ? [...each.arguments] : [each])).flatMap((each) => (isFunctionNode(each) ? [each as FunctionNode] : []))
}

/** Is the header set in a branch, while another of the handler is private, or differs? Then the handler tells them apart. */
function isChosen(node: ts.Node, handler: FunctionNode): boolean {
  let isBranch = false
  for (let at: ts.Node = node; at !== handler && at.parent; at = at.parent) isBranch ||= ts.isIfStatement(at) || ts.isConditionalExpression(at)
  const text = handler.getText()
  if (isBranch && (text.match(/cache-control/gi)?.length ?? 0) > 1) return true
  return /['"`][^'"`]*\b(?:private|no-store)\b/.test(text) && (isBranch || /\bif\s*\(/.test(text))
}

/** `Vary: Cookie` or `Authorization` keeps the responses apart (RFC 9110, 12.5.5). */
const varies = (handler: FunctionNode): boolean => /['"]?vary['"]?\s{0,40}[,:][^\n]{0,300}(?:cookie|authorization)/i.test(handler.getText())

/** `…/contacts/[userId]/route.ts`: the route is of one person. */
function personIn(path: string): string | undefined {
  const segment = path.split('/').findLast((each) => /^\[\w+\]$/.test(each))?.slice(1, -1)
  return segment !== undefined && kindOfPath([segment]) === 'user' && /id$/i.test(segment) ? segment : undefined
}
