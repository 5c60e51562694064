import { ts } from 'ts-morph'
import { bare } from '../resolve/expressions.js'
import { enclosingFunction } from '../resolve/frame.js'
import { declarationOf, type Declaration } from '../resolve/scope.js'
import { memberPath } from './member-path.js'

/** The expressions that a variable gets its value from: its initialiser, assignments, and calls that fill it. */
export function makersOf(declaration: Declaration): ts.Expression[] {
  let at: ts.Node = declaration
  while (ts.isBindingElement(at)) at = at.parent.parent
  if (!ts.isVariableDeclaration(at)) return []
  const loop = at.parent.parent
  const initial = ts.isForOfStatement(loop) ? [loop.expression] : at.initializer ? [at.initializer] : []
  const scope = enclosingFunction(declaration)
  return [...initial, ...(scope ? changesIn(scope).filter((change) => declarationOf(change.root) === declaration).map((change) => change.value) : [])]
}

interface Change { readonly root: ts.Identifier; readonly value: ts.Expression }

const changes = new WeakMap<ts.Node, readonly Change[]>()

/** `x = a`, `x.y = a`, `x.push(a)` as a statement of its own. */
function changesIn(scope: ts.Node): readonly Change[] {
  const known = changes.get(scope)
  if (known) return known
  const found: Change[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) {
      const { at } = memberPath(node.left)
      if (ts.isIdentifier(at)) found.push({ root: at, value: node.right })
    }
    if (ts.isExpressionStatement(node)) found.push(...fillings(bare(node.expression)))
    ts.forEachChild(node, visit)
  }
  visit(scope)
  changes.set(scope, found)
  return found
}

function fillings(node: ts.Expression): Change[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  const { at } = memberPath(node.expression.expression)
  return ts.isIdentifier(at) ? node.arguments.map((value) => ({ root: at, value })) : []
}
