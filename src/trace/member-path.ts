import { ts } from 'ts-morph'

export const unwrapped = (node: ts.Expression): ts.Expression =>
  (ts.isAwaitExpression(node) || ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node) ? unwrapped(node.expression) : node)

const isFixedIndex = (node: ts.Expression): node is ts.StringLiteralLike | ts.NumericLiteral => ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)

/** `a.b!.c` → the expression at its head and the names behind it; an index that is a variable ends the path. */
export function memberPath(node: ts.Expression): { readonly at: ts.Expression; readonly path: readonly string[] } {
  let path: string[] = []
  let at = node
  for (;;) {
    if (ts.isPropertyAccessExpression(at)) { path.unshift(at.name.text); at = at.expression }
    else if (ts.isElementAccessExpression(at)) { path = isFixedIndex(at.argumentExpression) ? [at.argumentExpression.text, ...path] : []; at = at.expression }
    else if (at !== unwrapped(at)) at = unwrapped(at)
    else return { at, path }
  }
}
