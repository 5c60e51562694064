import { ts } from 'ts-morph'
import { isFunctionNode, type FunctionNode } from './frame.js'
import { declarationOf } from './scope.js'

/** What stands inside parentheses, `await`, `as`, `satisfies` and `!`. */
export const bare = (node: ts.Expression): ts.Expression =>
  (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isAwaitExpression(node) || ts.isSatisfiesExpression(node) ? bare(node.expression) : node)

export const isAwaited = ({ parent }: ts.Node): boolean => ts.isAwaitExpression(parent) || (ts.isParenthesizedExpression(parent) && isAwaited(parent))

/** What holds the result of a call, or its promise: a variable, or what is assigned to. */
export function holderOf(call: ts.Node): ts.Node | undefined {
  const outer = ts.isAwaitExpression(call.parent) ? call.parent : call
  if (ts.isVariableDeclaration(outer.parent)) return outer.parent.name
  return ts.isBinaryExpression(outer.parent) && outer.parent.right === outer ? outer.parent.left : undefined
}

/** The expressions that a function returns; functions inside it are others. */
export function returnedBy(fn: FunctionNode): readonly ts.Expression[] {
  if (!fn.body) return []
  if (!ts.isBlock(fn.body)) return [fn.body]
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node)) return
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression)
    else ts.forEachChild(node, visit)
  }
  ts.forEachChild(fn.body, visit)
  return found
}

/** The member of an object that is written here, or in a constant; a path is written with dots. */
export function memberAt(node: ts.Expression, path: string): ts.Expression | undefined {
  const [name, ...rest] = path.split('.')
  const object = objectOf(node)
  for (const property of object?.properties ?? []) {
    if (property.name?.getText() !== name) continue
    const value = ts.isPropertyAssignment(property) ? property.initializer : ts.isShorthandPropertyAssignment(property) ? property.name : undefined
    return value && rest.length > 0 ? memberAt(value, rest.join('.')) : value
  }
  return undefined
}

function objectOf(node: ts.Expression): ts.ObjectLiteralExpression | undefined {
  const plain = bare(node)
  if (ts.isObjectLiteralExpression(plain)) return plain
  const declaration = ts.isIdentifier(plain) ? declarationOf(plain) : undefined
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? objectOf(declaration.initializer) : undefined
}
