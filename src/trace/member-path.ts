import { ts } from 'ts-morph'
import { bare } from '../resolve/expressions.js'

const isFixedIndex = (node: ts.Expression): node is ts.StringLiteralLike | ts.NumericLiteral => ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)

/** `a.b!.c` → the expression at its head and the names behind it; an index that is a variable ends the path. */
export function memberPath(node: ts.Expression): { readonly at: ts.Expression; readonly path: readonly string[] } {
  let path: string[] = []
  let at = node
  for (;;) {
    if (ts.isPropertyAccessExpression(at)) { path.unshift(at.name.text); at = at.expression } else if (ts.isElementAccessExpression(at)) { path = isFixedIndex(at.argumentExpression) ? [at.argumentExpression.text, ...path] : []; at = at.expression } else if (at !== bare(at)) at = bare(at)
    else return { at, path }
  }
}
