import { ts } from 'ts-morph'
import { GLOB } from '../keys/template.js'
import { condition } from './condition.js'
import type { Context } from './context.js'
import { evaluate } from './evaluate.js'
import { isFunctionNode, newFrame, type Frame } from './frame.js'
import { declarationOf } from './scope.js'
import { toTemplate } from './to-template.js'
import { textOf, type FunctionValue, type Value } from './value.js'

/**
 * What a test of its beginning tells of a key of run time: in `if (key.startsWith(prefix)) cache.delete(key)` the key is
 * the prefix and then any text, as in a pattern delete.
 */
export function narrowed(context: Context, value: Value, node: ts.Identifier, frame: Frame): Value {
  if (!isAnyText(value) || !asksForPrefixes(node.getSourceFile())) return value
  const test = guardOf(context, node, frame)
  return test ? patternOf(context, test, frame) ?? value : value
}

/** The elements that `filter((key) => key.startsWith(prefix))` keeps of keys of run time. */
export function narrowedByFilter(context: Context, callback: Value | undefined): Value | undefined {
  if (callback?.kind !== 'function') return undefined
  const name = callback.node.parameters[0]?.name
  const test = testIn(context, bodyExpression(callback), callback.frame)
  if (!name || !test || test.expression.expression.getText() !== name.getText()) return undefined
  return patternOf(context, test, newFrame(callback.frame.unit, callback.node, { parent: callback.frame }))
}

/** A value of run time, or a key that the pattern `*` found. */
export const isAnyText = (value: Value): boolean =>
  value.kind === 'opaque' || (value.kind === 'text' && value.parts.length > 0 && value.parts.every((part) => part.kind === 'glob'))

type PrefixTest = ts.CallExpression & { readonly expression: ts.PropertyAccessExpression }

const asking = new WeakMap<ts.SourceFile, boolean>()

function asksForPrefixes(file: ts.SourceFile): boolean {
  const known = asking.get(file)
  if (known !== undefined) return known
  const asks = /\.(?:startsWith|includes)\(/.test(file.text)
  asking.set(file, asks)
  return asks
}

function patternOf(context: Context, test: PrefixTest, frame: Frame): Value | undefined {
  const [argument] = test.arguments
  if (!argument) return undefined
  const text = toTemplate(evaluate(context, argument, frame))
  return textOf(test.expression.name.text === 'includes' ? [GLOB, ...text, GLOB] : [...text, GLOB])
}

/** The test that holds wherever `node` is reached: around it, or before it with an early exit. */
function guardOf(context: Context, node: ts.Identifier, frame: Frame): PrefixTest | undefined {
  for (let at: ts.Node = node; at.parent && !isFunctionNode(at); at = at.parent) {
    const test = testIn(context, holdsAt(at), frame) ?? testIn(context, exitBefore(at), frame)
    if (test && isOf(test, node)) return test
  }
  return undefined
}

function holdsAt(node: ts.Node): ts.Expression | undefined {
  const { parent } = node
  if (ts.isIfStatement(parent) && node === parent.thenStatement) return parent.expression
  if (ts.isConditionalExpression(parent) && node === parent.whenTrue) return parent.condition
  const isAnd = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
  return isAnd && node === parent.right ? parent.left : undefined
}

// `if (!key.startsWith(prefix)) continue` before the statement.
function exitBefore(node: ts.Node): ts.Expression | undefined {
  if (!ts.isBlock(node.parent) || !ts.isStatement(node)) return undefined
  const { statements } = node.parent
  const before = statements[statements.indexOf(node) - 1]
  if (!before || !ts.isIfStatement(before) || !ts.isPrefixUnaryExpression(before.expression) || before.expression.operator !== ts.SyntaxKind.ExclamationToken) return undefined
  const exit = ts.isBlock(before.thenStatement) ? before.thenStatement.statements.at(-1) : before.thenStatement
  return exit && (ts.isContinueStatement(exit) || ts.isReturnStatement(exit)) ? before.expression.operand : undefined
}

/** The test among the parts of a condition that all hold. */
function testIn(context: Context, node: ts.Expression | undefined, frame: Frame): PrefixTest | undefined {
  if (!node) return undefined
  if (ts.isParenthesizedExpression(node)) return testIn(context, node.expression, frame)
  if (isPrefixTest(node)) return node
  if (!ts.isBinaryExpression(node)) return undefined
  if (node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return testIn(context, node.left, frame) ?? testIn(context, node.right, frame)
  if (node.operatorToken.kind !== ts.SyntaxKind.BarBarToken) return undefined
  if (condition(context, node.right, frame) === false) return testIn(context, node.left, frame)
  return condition(context, node.left, frame) === false ? testIn(context, node.right, frame) : undefined
}

const isPrefixTest = (node: ts.Node): node is PrefixTest =>
  ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && (node.expression.name.text === 'startsWith' || node.expression.name.text === 'includes')

function isOf(test: PrefixTest, node: ts.Identifier): boolean {
  const subject = test.expression.expression
  return ts.isIdentifier(subject) && subject !== node && subject.text === node.text && declarationOf(subject) === declarationOf(node)
}

function bodyExpression({ node }: FunctionValue): ts.Expression | undefined {
  const { body } = node
  if (!body || !ts.isBlock(body)) return body
  const [only] = body.statements
  return body.statements.length === 1 && only && ts.isReturnStatement(only) ? only.expression : undefined
}
