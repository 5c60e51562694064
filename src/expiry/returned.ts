import { ts } from 'ts-morph'
import { isFunctionNode, type FunctionNode } from '../resolve/frame.js'

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
