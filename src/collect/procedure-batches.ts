import { ts } from 'ts-morph'
import { trpc, procedureCall } from '../clients/trpc.js'
import { symbolicFrameAt, withinStack, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import { alternatives } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import { calledName, callsIn } from './calls.js'
import { operationArguments, rawSite, type RawSite } from './raw-site.js'

const BATCHING = /^use(?:Suspense)?Queries$/

/** `api.useQueries((t) => ids.map((id) => t.post.byId({ id })))`: each procedure that the function calls is a query. */
export function batchedProcedures(context: Context, unit: Unit): RawSite[] {
  if (!/\.use(?:Suspense)?Queries\s*\(/.test(unit.ast.text)) return []
  return callsIn(unit.ast).filter((call) => BATCHING.test(calledName(call) ?? '')).flatMap((call) => {
    const [asking] = call.arguments
    return asking && isFunctionNode(asking) && isOfRouter(context, unit, call) ? proceduresOf(asking).flatMap((each) => siteOf(context, unit, each) ?? []) : []
  })
}

function isOfRouter(context: Context, unit: Unit, { expression }: ts.CallExpression): boolean {
  if (!ts.isPropertyAccessExpression(expression)) return false
  const owner = withinStack(() => evaluate(context, expression.expression, symbolicFrameAt(context, unit, expression)), () => undefined)
  return owner !== undefined && alternatives(owner).some((value) => value.kind === 'client' && value.client === trpc)
}

interface Procedure { readonly call: ts.CallExpression; readonly path: readonly string[] }

/** The calls of what is below the parameter of the function: `t.post.byId(…)`. */
function proceduresOf(asking: FunctionNode): Procedure[] {
  const [parameter] = asking.parameters
  if (!parameter || !ts.isIdentifier(parameter.name) || !asking.body) return []
  return callsIn(asking.body).flatMap((call) => {
    const path = pathBelow(call.expression, parameter)
    return path && path.length > 0 ? [{ call, path }] : []
  })
}

function pathBelow(node: ts.Expression, root: ts.ParameterDeclaration): readonly string[] | undefined {
  if (ts.isIdentifier(node)) return declarationOf(node) === root ? [] : undefined
  const owner = ts.isPropertyAccessExpression(node) ? pathBelow(node.expression, root) : undefined
  return owner && [...owner, (node as ts.PropertyAccessExpression).name.text]
}

function siteOf(context: Context, unit: Unit, { call, path }: Procedure): RawSite | undefined {
  const frame = symbolicFrameAt(context, unit, call)
  return rawSite(context, { unit, node: call }, frame, { kind: 'client', client: trpc, prefix: [], namespace: path }, procedureCall, operationArguments(context, procedureCall, call.arguments, frame))
}
