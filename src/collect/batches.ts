import { ts } from 'ts-morph'
import { operationsOf } from '../clients/registry.js'
import type { ClientSpec } from '../clients/spec.js'
import { assignmentsTo } from '../resolve/assignments.js'
import { bare } from '../resolve/expressions.js'
import { isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { symbolicFrameAt, type Context } from '../resolve/context.js'
import { declarationOf } from '../resolve/scope.js'
import type { ClientValue } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import { commandName } from './calls.js'
import { operationArguments, rawSite, type RawSite } from './raw-site.js'

/** Commands that are handed over as arrays: `redis.multi([['incr', key], ['expire', key, 60]])`. */
export interface Batch {
  readonly commands: readonly ts.ArrayLiteralExpression[]
  /** Further commands come in by a parameter, whose callers write them. */
  readonly handed?: { readonly fn: FunctionNode; readonly index: number }
}

/** The commands in an expression, or in what fills the variable that it names. */
export function batchIn(client: ClientSpec, argument: ts.Expression): Batch {
  const name = bare(argument)
  const declaration = ts.isIdentifier(name) ? declarationOf(name) : undefined
  if (!declaration) return { commands: commandsIn(client, argument) }
  if (ts.isParameter(declaration) && isFunctionNode(declaration.parent)) {
    return { commands: [], handed: { fn: declaration.parent, index: declaration.parent.parameters.indexOf(declaration) } }
  }
  if (!ts.isVariableDeclaration(declaration)) return { commands: [] }
  return { commands: [declaration.initializer ?? [], ...assignmentsTo(declaration)].flat().flatMap((filling) => commandsIn(client, filling)) }
}

/** `['del', key]`, wherever it stands within: in a list, in a spread, in what `map` returns. */
function commandsIn(client: ClientSpec, within: ts.Expression): readonly ts.ArrayLiteralExpression[] {
  const found: ts.ArrayLiteralExpression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isArrayLiteralExpression(node) && operationsOf(client, commandName(node) ?? '').length > 0) found.push(node)
    else ts.forEachChild(node, visit)
  }
  visit(within)
  return found
}

/** What a command in an array does. */
export function commandSites(context: Context, unit: Unit, client: ClientValue, node: ts.ArrayLiteralExpression): readonly RawSite[] {
  const frame = symbolicFrameAt(context, unit, node)
  return operationsOf(client.client, commandName(node) ?? '').flatMap((spec) => rawSite(context, { unit, node }, frame, client, spec, operationArguments(context, spec, node.elements.slice(1), frame)) ?? [])
}
