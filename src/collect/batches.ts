import { ts } from 'ts-morph'
import { operationsOf } from '../clients/registry.js'
import type { ClientSpec } from '../clients/spec.js'
import { bare } from '../resolve/expressions.js'
import { enclosingFunction, isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'

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
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(name)) return { commands: [] }
  const filled = pushedTo(name, declaration).flatMap((pushed) => commandsIn(client, pushed))
  return { commands: [...(declaration.initializer ? commandsIn(client, declaration.initializer) : []), ...filled] }
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

/** The word that a command begins with. */
export function commandName(node: ts.ArrayLiteralExpression): string | undefined {
  const [first] = node.elements
  return first && ts.isStringLiteralLike(first) && node.elements.length > 1 ? first.text : undefined
}

/** The arguments of `commands.push(…)` in the function where the variable is declared. */
function pushedTo({ text }: ts.Identifier, declaration: ts.VariableDeclaration): readonly ts.Expression[] {
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'push') {
      const { expression: list } = node.expression
      if (ts.isIdentifier(list) && list.text === text && declarationOf(list) === declaration) found.push(...node.arguments)
    }
    ts.forEachChild(node, visit)
  }
  visit(enclosingFunction(declaration) ?? declaration.getSourceFile())
  return found
}
