import { ts } from 'ts-morph'

/** Assignments that leave alone what is there. */
export const FILLS: ReadonlySet<ts.SyntaxKind> = new Set([ts.SyntaxKind.QuestionQuestionEqualsToken, ts.SyntaxKind.BarBarEqualsToken])

/** The assignment to an element of an object: `cache[key] = value`. */
export function assignmentTo(node: ts.ElementAccessExpression): ts.BinaryExpression | undefined {
  const { parent } = node
  if (!ts.isBinaryExpression(parent) || parent.left !== node) return undefined
  return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken || FILLS.has(parent.operatorToken.kind) ? parent : undefined
}

/** The key, and the value that is assigned, as the arguments of a call would be. */
export function elementArguments(node: ts.ElementAccessExpression): ts.Expression[] {
  const assignment = assignmentTo(node)
  return [node.argumentExpression, ...(assignment ? [assignment.right] : [])]
}
