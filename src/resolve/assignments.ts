import { ts } from 'ts-morph'
import { enclosingFunction } from './frame.js'
import { declarationOf, type Declaration } from './scope.js'

const assignments = new WeakMap<ts.Node, ReadonlyMap<Declaration, readonly ts.Expression[]>>()

export function isAssigned(declaration: Declaration): boolean {
  return assignmentsTo(declaration).length > 0
}

/** What changes a variable, in the order in which it is written: `key = a`, `n++`, `parts.push(x)`. */
export function assignmentsTo(declaration: Declaration): readonly ts.Expression[] {
  const movable = ts.isVariableDeclaration(declaration) || ts.isParameter(declaration) || ts.isBindingElement(declaration)
  if (!movable) return []
  const scope = enclosingFunction(declaration) ?? declaration.getSourceFile()
  const known = assignments.get(scope)
  if (known) return known.get(declaration) ?? []
  const found = collectAssignments(scope)
  assignments.set(scope, found)
  return found.get(declaration) ?? []
}

function collectAssignments(scope: ts.Node): Map<Declaration, ts.Expression[]> {
  const found = new Map<Declaration, ts.Expression[]>()
  const visit = (node: ts.Node): void => {
    const target = targetOf(node)
    const declaration = target && declarationOf(target)
    const known = declaration && found.get(declaration)
    if (known) known.push(node as ts.Expression)
    else if (declaration) found.set(declaration, [node as ts.Expression])
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(scope, visit)
  return found
}

const ASSIGNING = new Set([ts.SyntaxKind.EqualsToken, ts.SyntaxKind.PlusEqualsToken, ts.SyntaxKind.QuestionQuestionEqualsToken, ts.SyntaxKind.BarBarEqualsToken])

const COUNTING = new Set([ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken])

/** The variable that an expression changes: by assignment, by counting, or by `push` and `unshift`. */
function targetOf(node: ts.Node): ts.Identifier | undefined {
  if (ts.isBinaryExpression(node) && ASSIGNING.has(node.operatorToken.kind)) return ts.isIdentifier(node.left) ? node.left : undefined
  if ((ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) && COUNTING.has(node.operator)) return ts.isIdentifier(node.operand) ? node.operand : undefined
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { name, expression } = node.expression
  return (name.text === 'push' || name.text === 'unshift') && ts.isIdentifier(expression) ? expression : undefined
}
