import { ts } from 'ts-morph'
import { GLOB } from '../keys/template.js'
import { condition } from './condition.js'
import type { Context } from './context.js'
import { evaluate } from './evaluate.js'
import { isFunctionNode, newFrame, type Frame } from './frame.js'
import { declarationOf } from './scope.js'
import { toTemplate } from './to-template.js'
import { textOf, union, type Value } from './value.js'

/**
 * What a test of its beginning tells of a key of run time: in `if (key.startsWith(prefix)) cache.delete(key)` the key is
 * the prefix and then any text, as in a pattern delete.
 */
export function narrowed(context: Context, value: Value, node: ts.Identifier, frame: Frame): Value {
  if (!isAnyText(value) || !asksForPrefixes(node.getSourceFile())) return value
  const isSubject = (subject: ts.Expression): boolean =>
    ts.isIdentifier(subject) && subject !== node && subject.text === node.text && declarationOf(subject) === declarationOf(node)
  for (const tests of prefixTestsOn(node)) {
    const found = tests.flatMap((test) => patternsOf(context, test, frame, isSubject))
    if (found.length > 0) return union(found)
  }
  return value
}

const testsOn = new WeakMap<ts.Node, readonly (readonly ts.Expression[])[]>()

/** What certainly holds where the identifier stands and asks for the beginning of some text, by the statements around it, innermost first. */
function prefixTestsOn(node: ts.Identifier): readonly (readonly ts.Expression[])[] {
  const known = testsOn.get(node)
  if (known) return known
  const found: ts.Expression[][] = []
  for (let at: ts.Node = node; at.parent && !isFunctionNode(at); at = at.parent) {
    const tests = [holdsAt(at), exitBefore(at)].flatMap((test) => (test && ASKS.test(test.getText()) ? [test] : []))
    if (tests.length > 0) found.push(tests)
  }
  testsOn.set(node, found)
  return found
}

/** The keys that a function picks: `filter((key) => key.startsWith(prefix))`, `mutate((key) => …)`. */
export function pickedBy(context: Context, callback: Value | undefined): Value | undefined {
  if (callback?.kind !== 'function') return undefined
  const name = callback.node.parameters[0]?.name
  const body = bodyExpression(callback.node)
  if (!name || !body || !ts.isIdentifier(name)) return undefined
  const frame = newFrame(callback.frame.unit, callback.node, { parent: callback.frame })
  const found = patternsOf(context, body, frame, (subject) => subject.getText() === name.text)
  return found.length > 0 ? union(found) : undefined
}

/** A value of run time, or a key that the pattern `*` found. */
export const isAnyText = (value: Value): boolean =>
  value.kind === 'opaque' || (value.kind === 'text' && value.parts.length > 0 && value.parts.every((part) => part.kind === 'glob'))

const ASKS = /\.(?:startsWith|endsWith|includes)\(/

const asking = new WeakMap<ts.SourceFile, boolean>()

function asksForPrefixes(file: ts.SourceFile): boolean {
  const known = asking.get(file)
  if (known !== undefined) return known
  const asks = ASKS.test(file.text)
  asking.set(file, asks)
  return asks
}

type IsSubject = (node: ts.Expression) => boolean

/** The patterns that a subject fits wherever the condition holds; none where it may hold without one. */
function patternsOf(context: Context, node: ts.Expression, frame: Frame, isSubject: IsSubject): Value[] {
  if (ts.isParenthesizedExpression(node)) return patternsOf(context, node.expression, frame, isSubject)
  if (ts.isCallExpression(node)) return patternsOfCall(context, node, frame, isSubject)
  if (ts.isConditionalExpression(node)) {
    const verdict = condition(context, node.condition, frame)
    const branches = verdict === undefined ? [node.whenTrue, node.whenFalse] : [verdict ? node.whenTrue : node.whenFalse]
    return anyOf(branches.map((branch) => patternsOf(context, branch, frame, isSubject)))
  }
  if (!ts.isBinaryExpression(node)) return []
  const sides = [node.left, node.right]
  if (node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return sides.map((side) => patternsOf(context, side, frame, isSubject)).find((found) => found.length > 0) ?? []
  if (node.operatorToken.kind !== ts.SyntaxKind.BarBarToken) return []
  const open = sides.filter((side) => condition(context, side, frame) !== false)
  return anyOf(open.map((side) => patternsOf(context, side, frame, isSubject)))
}

const anyOf = (branches: readonly Value[][]): Value[] => (branches.some((found) => found.length === 0) ? [] : branches.flat())

function patternsOfCall(context: Context, node: ts.CallExpression, frame: Frame, isSubject: IsSubject): Value[] {
  const [argument] = node.arguments
  if (!argument || !ts.isPropertyAccessExpression(node.expression)) return []
  const { name, expression } = node.expression
  if (name.text === 'some' && (ts.isArrowFunction(argument) || ts.isFunctionExpression(argument))) {
    const body = bodyExpression(argument)
    return body ? patternsOf(context, body, newFrame(frame.unit, argument, { parent: frame }), isSubject) : []
  }
  if (!isSubject(expression)) return []
  const text = toTemplate(evaluate(context, argument, frame))
  switch (name.text) {
    case 'startsWith': return [textOf([...text, GLOB])]
    case 'endsWith': return [textOf([GLOB, ...text])]
    // `to.includes('@')` asks whether it is an address, and not which keys.
    case 'includes': return text.some((part) => part.kind !== 'text' || /[a-z\d]{2}/i.test(part.text)) ? [textOf([GLOB, ...text, GLOB])] : []
    default: return []
  }
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

function bodyExpression({ body }: ts.FunctionLikeDeclaration): ts.Expression | undefined {
  if (!body || !ts.isBlock(body)) return body
  const [only] = body.statements
  return body.statements.length === 1 && only && ts.isReturnStatement(only) ? only.expression : undefined
}
