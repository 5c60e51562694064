import { ts } from 'ts-morph'
import { condition } from './condition.js'
import type { Context } from './context.js'
import { enclosingFunction, type Frame } from './frame.js'

/**
 * Can the node be reached when its function runs in this frame? The conditions around it, and the early returns before
 * it, are asked with what the frame knows: `if (id) cache.delete(key(id))` is not reached without an id.
 */
export function isReachable(context: Context, node: ts.Node, frame: Frame): boolean {
  const fn = enclosingFunction(node)
  for (let at = node; at.parent && at !== fn; at = at.parent) {
    if (isRuledOut(context, at, at.parent, frame) || leavesBefore(context, at, frame)) return false
  }
  return true
}

function isRuledOut(context: Context, node: ts.Node, parent: ts.Node, frame: Frame): boolean {
  if (ts.isIfStatement(parent)) {
    if (node === parent.thenStatement) return condition(context, parent.expression, frame) === false
    return node === parent.elseStatement && condition(context, parent.expression, frame) === true
  }
  if (ts.isConditionalExpression(parent)) {
    if (node === parent.whenTrue) return condition(context, parent.condition, frame) === false
    return node === parent.whenFalse && condition(context, parent.condition, frame) === true
  }
  if (!ts.isBinaryExpression(parent) || node !== parent.right) return false
  if (parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return condition(context, parent.left, frame) === false
  return parent.operatorToken.kind === ts.SyntaxKind.BarBarToken && condition(context, parent.left, frame) === true
}

// `if (!id) return` before the statement.
function leavesBefore(context: Context, node: ts.Node, frame: Frame): boolean {
  if (!ts.isBlock(node.parent) || !ts.isStatement(node)) return false
  for (const statement of node.parent.statements) {
    if (statement === node) return false
    if (ts.isIfStatement(statement) && !statement.elseStatement && leaves(statement.thenStatement) && condition(context, statement.expression, frame) === true) return true
  }
  return false
}

/** Does the branch end by leaving the function? */
export function leaves(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last))
}
