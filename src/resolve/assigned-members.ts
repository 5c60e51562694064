import { ts } from 'ts-morph'
import type { Context } from './context.js'
import { evaluate, evaluateElements, once } from './evaluate.js'
import { enclosingFunction, newFrame, type Frame } from './frame.js'
import type { ObjectValue, Value } from './value.js'

/**
 * A member as statements before it in the same function last wrote it: `options.key = …`, or the call of a function that
 * fills in what it is handed, `prepare(options)`.
 */
export function assignedMember(context: Context, node: ts.PropertyAccessExpression, frame: Frame): Value | undefined {
  if (!ts.isIdentifier(node.expression)) return undefined
  const fn = enclosingFunction(node)
  if (!fn?.body || !ts.isBlock(fn.body)) return undefined
  const owner = node.expression.text
  let found: (() => Value | undefined) | undefined
  for (const statement of fn.body.statements) {
    if (statement.end >= node.pos) break
    if (!ts.isExpressionStatement(statement)) continue
    const expression = ts.isAwaitExpression(statement.expression) ? statement.expression.expression : statement.expression
    const written = writtenTo(expression, owner, node.name.text)
    if (written) found = () => evaluate(context, written, frame)
    if (ts.isCallExpression(expression)) found = filledBy(context, expression, owner, node.name.text, frame) ?? found
  }
  return found?.()
}

function writtenTo(node: ts.Expression, owner: string, name: string): ts.Expression | undefined {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined
  return ts.isPropertyAccessExpression(node.left) && node.left.getText() === `${owner}.${name}` ? node.right : undefined
}

/** The member as the called function writes it to the parameter that the object is handed to. */
function filledBy(context: Context, call: ts.CallExpression, owner: string, name: string, frame: Frame): (() => Value) | undefined {
  const index = call.arguments.findIndex((argument) => ts.isIdentifier(argument) && argument.text === owner)
  if (index === -1 || !ts.isIdentifier(call.expression)) return undefined
  const fn = evaluate(context, call.expression, frame)
  const parameter = fn.kind === 'function' ? fn.node.parameters[index]?.name : undefined
  if (fn.kind !== 'function' || !parameter || !ts.isIdentifier(parameter) || !fn.node.body || !ts.isBlock(fn.node.body)) return undefined
  const writes = fn.node.body.statements.flatMap((statement) => (ts.isExpressionStatement(statement) ? writtenTo(statement.expression, parameter.text, name) ?? [] : []))
  const last = writes.at(-1)
  return last && (() => evaluate(context, last, newFrame(fn.frame.unit, fn.node, { parent: fn.frame, args: evaluateElements(context, call.arguments, frame) })))
}

/** Members that statements of the module give an object after it is made: `orderKeys.preview = function (id) { … }`. */
export function withAssigned(context: Context, object: ObjectValue, declaration: ts.VariableDeclaration, frame: Frame): ObjectValue {
  if (!ts.isIdentifier(declaration.name) || !ts.isSourceFile(declaration.parent.parent.parent)) return object
  const assigned = assignmentsIn(declaration.getSourceFile()).get(declaration.name.text)
  if (!assigned) return object
  const props = new Map(object.props)
  const extended: ObjectValue = { ...object, props }
  for (const [name, node] of assigned) props.set(name, once(() => bound(evaluate(context, node, frame), extended)))
  return extended
}

const bound = (value: Value, self: ObjectValue): Value =>
  (value.kind === 'function' && ts.isFunctionExpression(value.node) ? { ...value, self } : value)

const known = new WeakMap<ts.SourceFile, ReadonlyMap<string, ReadonlyMap<string, ts.Expression>>>()

/** `name.member = value` among the statements of a file, by name and member. */
function assignmentsIn(file: ts.SourceFile): ReadonlyMap<string, ReadonlyMap<string, ts.Expression>> {
  const found = known.get(file)
  if (found) return found
  const table = new Map<string, Map<string, ts.Expression>>()
  for (const statement of file.statements) {
    if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) continue
    const { left, operatorToken, right } = statement.expression
    const isMember = ts.isPropertyAccessExpression(left) && ts.isIdentifier(left.expression)
    if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !isMember) continue
    const name = (left.expression as ts.Identifier).text
    table.set(name, (table.get(name) ?? new Map<string, ts.Expression>()).set(left.name.text, right))
  }
  known.set(file, table)
  return table
}
