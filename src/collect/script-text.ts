import { ts } from 'ts-morph'
import { bare } from '../resolve/expressions.js'
import type { Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { enclosingFunction, type Frame } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import { toTemplate } from '../resolve/to-template.js'
import { calledName, callsIn } from './calls.js'

const MOST_PIECES = 40

/**
 * The text of a script as its file writes it: a literal, a constant, a template into which other constants are put, pieces joined by
 * `+`. What another file holds stands as it is written there: `${PRELUDE}`.
 */
export function scriptText(node: ts.Expression): string | undefined {
  return textOf(node, { left: MOST_PIECES })
}

/** The text of the script that a call of EVAL runs in this frame; of EVALSHA that of the EVAL in the same function, for a server that does not know it yet. */
export function scriptIn(context: Context, call: ts.CallExpression, frame: Frame): string | undefined {
  const known = call.arguments[0] && knownScript(context, call.arguments[0], frame)
  if (known !== undefined || !/^evalsha/i.test(calledName(call) ?? '')) return known
  const beside = callsIn(enclosingFunction(call)?.body ?? call).find((other) => /^eval(?:_ro)?$/i.test(calledName(other) ?? ''))
  return beside?.arguments[0] && knownScript(context, beside.arguments[0], frame)
}

function knownScript(context: Context, script: ts.Expression, frame: Frame): string | undefined {
  const value = evaluate(context, script, frame)
  if (value.kind !== 'text') return scriptText(script)
  const text = toTemplate(value).map((part) => (part.kind === 'text' ? part.text : '${}')).join('')
  return /\bredis\b/.test(text) ? text : scriptText(script)
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
