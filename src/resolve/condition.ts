import { ts } from 'ts-morph'
import type { Context } from './context.js'
import { evaluate } from './evaluate.js'
import type { Frame } from './frame.js'
import { exactText, isNullish, truth, type Value } from './value.js'

/** Does the condition hold? `undefined` where only the running program knows: both branches count then. */
export function condition(context: Context, node: ts.Expression, frame: Frame): boolean | undefined {
  if (ts.isParenthesizedExpression(node)) return condition(context, node.expression, frame)
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return not(condition(context, node.operand, frame))
  if (!ts.isBinaryExpression(node)) return truth(evaluate(context, node, frame))
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken: return and(condition(context, node.left, frame), () => condition(context, node.right, frame))
    case ts.SyntaxKind.BarBarToken: return not(and(not(condition(context, node.left, frame)), () => not(condition(context, node.right, frame))))
    default: return compare(context, node, frame) ?? truthUnlessComparison(context, node, frame)
  }
}

const not = (verdict: boolean | undefined): boolean | undefined => (verdict === undefined ? undefined : !verdict)

function and(left: boolean | undefined, right: () => boolean | undefined): boolean | undefined {
  if (left === false) return false
  const other = right()
  if (other === false) return false
  return left === undefined ? undefined : other
}

function truthUnlessComparison(context: Context, node: ts.BinaryExpression, frame: Frame): boolean | undefined {
  const { kind } = node.operatorToken
  const yieldsValue = kind === ts.SyntaxKind.PlusToken || kind === ts.SyntaxKind.QuestionQuestionToken
  return yieldsValue ? truth(evaluate(context, node, frame)) : undefined
}

/** The verdict of `===`, `!==`, `<`, `in`, `typeof x === 'undefined'`, where both sides are known. */
export function compare(context: Context, node: ts.BinaryExpression, frame: Frame): boolean | undefined {
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken: return equal(context, node, frame)
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken: return not(equal(context, node, frame))
    case ts.SyntaxKind.GreaterThanToken: return ordered(context, node, frame, (a, b) => a > b)
    case ts.SyntaxKind.GreaterThanEqualsToken: return ordered(context, node, frame, (a, b) => a >= b)
    case ts.SyntaxKind.LessThanToken: return ordered(context, node, frame, (a, b) => a < b)
    case ts.SyntaxKind.LessThanEqualsToken: return ordered(context, node, frame, (a, b) => a <= b)
    case ts.SyntaxKind.InKeyword: return has(context, node, frame)
    default: return undefined
  }
}

function equal(context: Context, node: ts.BinaryExpression, frame: Frame): boolean | undefined {
  if (ts.isTypeOfExpression(node.left)) return sameType(evaluate(context, node.left.expression, frame), exactText(evaluate(context, node.right, frame)))
  const left = evaluate(context, node.left, frame)
  const right = evaluate(context, node.right, frame)
  if (isNullish(left) && isNullish(right)) return node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsToken || sameConst(left, right)
  if (isNullish(left) !== isNullish(right)) return isDefinite(left) && isDefinite(right) ? false : undefined
  if (left.kind === 'const' && right.kind === 'const') return left.value === right.value
  const [a, b] = [exactText(left), exactText(right)]
  return a === undefined || b === undefined ? undefined : a === b
}

const sameConst = (left: Value, right: Value): boolean => left.kind === 'const' && right.kind === 'const' && left.value === right.value

function isDefinite(value: Value): boolean {
  if (value.kind === 'opaque') return value.presence === 'certain'
  if (value.kind === 'union') return value.options.every((option) => isDefinite(option) && !isNullish(option))
  return value.kind !== 'external'
}

function sameType(value: Value, type: string | undefined): boolean | undefined {
  if (type === undefined || value.kind === 'opaque' || !isDefinite(value)) return undefined
  if (value.kind === 'text') return type === 'string'
  if (value.kind === 'const') return type === (value.value === null ? 'object' : typeof value.value)
  return type === (value.kind === 'function' || value.kind === 'class' ? 'function' : 'object')
}

function ordered(context: Context, node: ts.BinaryExpression, frame: Frame, holds: (a: number, b: number) => boolean): boolean | undefined {
  const filled = isFilled(context, node, frame)
  if (filled !== undefined) return filled
  const left = evaluate(context, node.left, frame)
  const right = evaluate(context, node.right, frame)
  if (left.kind !== 'const' || right.kind !== 'const') return undefined
  // What is absent compares with nothing: `filters?.length > 0`.
  if (left.value === undefined || right.value === undefined) return false
  return typeof left.value === 'number' && typeof right.value === 'number' ? holds(left.value, right.value) : undefined
}

// `text.length > 0` is whether there is any text.
function isFilled(context: Context, node: ts.BinaryExpression, frame: Frame): boolean | undefined {
  const asks = node.operatorToken.kind === ts.SyntaxKind.GreaterThanToken && ts.isNumericLiteral(node.right) && node.right.text === '0'
  if (!asks || !ts.isPropertyAccessExpression(node.left) || node.left.name.text !== 'length') return undefined
  const owner = evaluate(context, node.left.expression, frame)
  return owner.kind === 'text' ? truth(owner) : undefined
}

function has(context: Context, node: ts.BinaryExpression, frame: Frame): boolean | undefined {
  const owner = evaluate(context, node.right, frame)
  const name = exactText(evaluate(context, node.left, frame))
  if (owner.kind !== 'object' || name === undefined) return undefined
  return owner.props.has(name) ? true : owner.rest ? undefined : false
}
