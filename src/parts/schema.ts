import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { declarationOf } from '../resolve/scope.js'
import { bareUpToBang } from './part.js'

/**
 * Is a member optional by the schema that its object was parsed with? `schema.parse(body).id`, the input of a procedure of
 * tRPC, and what is declared as `z.infer<typeof schema>`, for zod and what is written like it.
 */
export function isOptionalBySchema(node: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return false
  const schema = schemaOf(node.expression)
  const member = schema && membersOf(schema)?.find((each) => each.name?.getText() === node.name.text)
  const made = member && ts.isPropertyAssignment(member) ? member.initializer.getText() : ''
  return /\.(?:optional|nullish|nullable)\(\)/.test(made) && !/\.(?:default|transform|catch|prefault)\(/.test(made)
}

/** The expression of the schema that a variable was parsed with, or is declared by. */
function schemaOf(node: ts.Identifier): ts.Expression | undefined {
  const declaration = declarationOf(node)
  if (!declaration) return undefined
  if (ts.isVariableDeclaration(declaration)) {
    const made = declaration.initializer && bareUpToBang(declaration.initializer)
    const isParsed = made && ts.isCallExpression(made) && /^parse(?:Async)?$/.test(calledName(made) ?? '') && ts.isPropertyAccessExpression(made.expression)
    return isParsed ? (made.expression as ts.PropertyAccessExpression).expression : undefined
  }
  if (ts.isParameter(declaration)) return inferredFrom(declaration)
  return ts.isBindingElement(declaration) && declaration.name.getText() === 'input' ? inputOf(declaration) : undefined
}

/** `(input: z.infer<typeof schema>)`. */
function inferredFrom({ type }: ts.ParameterDeclaration): ts.Expression | undefined {
  const [query] = type && ts.isTypeReferenceNode(type) && /(?:^|\.)(?:infer|output)$/.test(type.typeName.getText()) ? type.typeArguments ?? [] : []
  return query && ts.isTypeQueryNode(query) && ts.isIdentifier(query.exprName) ? query.exprName : undefined
}

/** `procedure.input(schema).query(({ input }) => …)`. */
function inputOf(element: ts.BindingElement): ts.Expression | undefined {
  const fn = ts.isParameter(element.parent.parent) ? element.parent.parent.parent : undefined
  const call = fn && ts.isCallExpression(fn.parent) ? fn.parent : undefined
  for (let at: ts.Expression | undefined = call?.expression; at && ts.isPropertyAccessExpression(at);) {
    const owner: ts.Expression = at.expression
    if (!ts.isCallExpression(owner)) return undefined
    if (calledName(owner) === 'input') return owner.arguments[0]
    at = owner.expression
  }
  return undefined
}

/** The members of `z.object({ … })`, by itself or in a constant. */
function membersOf(node: ts.Expression): readonly ts.ObjectLiteralElementLike[] | undefined {
  const plain = bareUpToBang(node)
  if (ts.isIdentifier(plain)) {
    const declaration = declarationOf(plain)
    return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? membersOf(declaration.initializer) : undefined
  }
  if (!ts.isCallExpression(plain)) return undefined
  const [shape] = plain.arguments
  if (/^(?:object|strictObject|looseObject)$/.test(calledName(plain) ?? '')) return shape && ts.isObjectLiteralExpression(shape) ? shape.properties : undefined
  // `z.object({ … }).strict()`
  return ts.isPropertyAccessExpression(plain.expression) && ts.isCallExpression(plain.expression.expression) ? membersOf(plain.expression.expression) : undefined
}
