import { ts } from 'ts-morph'
import type { Context } from './context.js'
import { evaluate, evaluateElements, once } from './evaluate.js'
import { enclosingFunction, isFunctionNode, newFrame, type Frame } from './frame.js'
import { opaque, union, type ClientValue, type ObjectValue, type Value } from './value.js'

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

/**
 * Members that statements give an object after it is made: `orderKeys.preview = function (id) { … }` in the module,
 * `out.id = id` in a function. One that is filled by names worked out (`out[name] = …`) may have any member.
 */
export function withAssigned(context: Context, object: ObjectValue, declaration: ts.VariableDeclaration, frame: Frame): ObjectValue {
  if (!ts.isIdentifier(declaration.name)) return object
  const assigned = assignmentsIn(enclosingFunction(declaration) ?? declaration.getSourceFile()).get(declaration.name.text)
  if (!assigned) return object
  const props = new Map(object.props)
  const extended: ObjectValue = { ...object, props, ...(assigned.isFilled ? { rest: object.rest ?? opaque(declaration.name.text) } : {}) }
  const isModule = !enclosingFunction(declaration)
  for (const [name, node] of assigned.members) {
    const first = isModule ? undefined : props.get(name)
    const later = (): Value => bound(evaluate(context, node, frame), extended)
    props.set(name, once(first ? () => union([first(), later()]) : later))
  }
  return extended
}

/** A client, with the members that the program gives it where it is made. */
export function withAdded(context: Context, client: ClientValue, declaration: ts.VariableDeclaration, frame: Frame): ClientValue {
  if (!ts.isIdentifier(declaration.name)) return client
  const assigned = assignmentsIn(enclosingFunction(declaration) ?? declaration.getSourceFile()).get(declaration.name.text)
  if (!assigned || assigned.members.size === 0) return client
  const added = [...assigned.members].map(([name, node]): [string, () => Value] => [name, once(() => evaluate(context, node, frame))])
  return { ...client, added: new Map([...(client.added ?? []), ...added]) }
}

const bound = (value: Value, self: ObjectValue): Value =>
  (value.kind === 'function' && ts.isFunctionExpression(value.node) ? { ...value, self } : value)

interface Assigned { readonly members: Map<string, ts.Expression>; isFilled: boolean }

const known = new WeakMap<ts.Node, ReadonlyMap<string, Assigned>>()

/** What a file's statements, or a function's body, write to members of variables, by the variable's name. */
function assignmentsIn(scope: ts.Node): ReadonlyMap<string, Assigned> {
  const found = known.get(scope)
  if (found) return found
  const table = new Map<string, Assigned>()
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node)) note(node.expression, table)
    // What functions do to an object of the module, they do at some time: the module's own statements count.
    if (!ts.isSourceFile(scope) || !isFunctionNode(node)) ts.forEachChild(node, visit)
  }
  ts.forEachChild(scope, visit)
  known.set(scope, table)
  return table
}

function note(node: ts.Expression, table: Map<string, Assigned>): void {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return
  const { left, right } = node
  if (!ts.isPropertyAccessExpression(left) && !ts.isElementAccessExpression(left) || !ts.isIdentifier(left.expression)) return
  const entry = table.get(left.expression.text) ?? { members: new Map<string, ts.Expression>(), isFilled: false }
  table.set(left.expression.text, entry)
  if (ts.isPropertyAccessExpression(left)) entry.members.set(left.name.text, right)
  else if (ts.isStringLiteralLike(left.argumentExpression)) entry.members.set(left.argumentExpression.text, right)
  else entry.isFilled = true
}
