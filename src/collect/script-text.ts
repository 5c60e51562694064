import { ts } from 'ts-morph'
import { bare } from '../resolve/expressions.js'
import { declarationOf } from '../resolve/scope.js'

const MOST_PIECES = 40

/**
 * The text of a script as its file writes it: a literal, a constant, a template into which other constants are put, pieces joined by
 * `+`. What another file holds stands as it is written there: `${PRELUDE}`.
 */
export function scriptText(node: ts.Expression): string | undefined {
  return textOf(node, { left: MOST_PIECES })
}

function textOf(node: ts.Expression, pieces: { left: number }): string | undefined {
  if (--pieces.left < 0) return undefined
  const plain = bare(node)
  if (ts.isStringLiteralLike(plain)) return plain.text
  if (ts.isTemplateExpression(plain)) return plain.head.text + plain.templateSpans.map(({ expression, literal }) => (textOf(expression, pieces) ?? `\${${expression.getText()}}`) + literal.text).join('')
  if (ts.isBinaryExpression(plain) && plain.operatorToken.kind === ts.SyntaxKind.PlusToken) return joined(textOf(plain.left, pieces), textOf(plain.right, pieces))
  if (!ts.isIdentifier(plain)) return undefined
  const declaration = declarationOf(plain)
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? textOf(declaration.initializer, pieces) : undefined
}

const joined = (left: string | undefined, right: string | undefined): string | undefined => (left === undefined && right === undefined ? undefined : `${left ?? ''}${right ?? ''}`)
