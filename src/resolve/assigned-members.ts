import { ts } from 'ts-morph'
import type { Context } from './context.js'
import { evaluate, once } from './evaluate.js'
import type { Frame } from './frame.js'
import type { ObjectValue, Value } from './value.js'

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
