import { ts } from 'ts-morph'
import { tanstackQuery } from '../clients/tanstack-query.js'
import { functionOperationsOf } from '../clients/registry.js'
import { symbolicFrameAt, type Context } from '../resolve/context.js'
import { enclosingFunction, isFunctionNode } from '../resolve/frame.js'
import type { Unit } from '../source/program.js'
import { memberNamed } from './properties.js'
import { operationArguments, rawSite, type RawSite } from './raw-site.js'

const LIBRARY = /['"](?:@tanstack\/[\w-]{0,40}query[\w-]{0,40}|react-query|vue-query)['"]/
const QUERY = /quer(?:y|ies)|fetch|options|ensure/i

/**
 * Options of a query that a function gives back as they are: `detail: (id) => ({ queryKey, queryFn })`. They are what
 * `queryOptions({…})` would be, written without it; what hands them to a hook is elsewhere.
 */
export function optionsSites(context: Context, unit: Unit): RawSite[] {
  if (!unit.ast.text.includes('queryFn') || !LIBRARY.test(unit.ast.text)) return []
  return optionsIn(unit.ast).flatMap((node) => siteOf(context, unit, node) ?? [])
}

function optionsIn(ast: ts.SourceFile): ts.ObjectLiteralExpression[] {
  const found: ts.ObjectLiteralExpression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node) && memberNamed(node, 'queryKey') && memberNamed(node, 'queryFn') && isGivenBack(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(ast)
  return found
}

/** Returned by a function, and not within the call of a query: those calls are sites themselves. */
function isGivenBack(node: ts.ObjectLiteralExpression): boolean {
  let at: ts.Node = node
  while (ts.isParenthesizedExpression(at.parent) || ts.isAsExpression(at.parent) || ts.isSatisfiesExpression(at.parent)) at = at.parent
  const isReturned = ts.isReturnStatement(at.parent) || (isFunctionNode(at.parent) && at.parent.body === at)
  const fn = enclosingFunction(node)
  return isReturned && fn !== undefined && !isWithinQuery(fn)
}

function isWithinQuery(node: ts.Node): boolean {
  for (let at = node; at.parent && !ts.isStatement(at); at = at.parent) {
    if (ts.isCallExpression(at.parent) && at.parent.expression !== at && QUERY.test(at.parent.expression.getText())) return true
  }
  return false
}

function siteOf(context: Context, unit: Unit, node: ts.ObjectLiteralExpression): RawSite | undefined {
  const [spec] = functionOperationsOf(tanstackQuery, 'queryOptions')
  const frame = symbolicFrameAt(context, unit, node)
  return spec && rawSite(context, { unit, node }, frame, { kind: 'client', client: tanstackQuery, prefix: [] }, spec, operationArguments(context, spec, [node], frame))
}
