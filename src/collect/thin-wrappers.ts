import { ts } from 'ts-morph'
import { isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { within } from '../resolve/scope.js'
import type { RawSite } from './raw-site.js'

/**
 * Does a function do nothing but its operations on the cache? Then its callers use the cache through it, as those of a
 * class that keeps one kind of data (`tokens.drop(id)`), and each call is a site; a service that also reads or writes
 * something else is a function like any other.
 */
export function isThin(fn: FunctionNode, sites: readonly RawSite[]): boolean {
  const own = sites.filter((site) => within(site.call.node, fn))
  if (!fn.body || own.length === 0) return false
  if (!ts.isBlock(fn.body)) return holdsSite(fn.body, own)
  return waitsIn(fn.body).every((node) => holdsSite(node, own) || /\.exec\(\)$/.test(node.getText()))
}

const holdsSite = (node: ts.Node, sites: readonly RawSite[]): boolean => sites.some((site) => within(site.call.node, node))

/** What a body waits for, and what it calls as a statement or gives back: where work is done. */
function waitsIn(body: ts.Block): ts.Expression[] {
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isAwaitExpression(node)) found.push(node.expression)
    else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression) && !isTalk(node.expression)) found.push(node.expression)
    if (isFunctionNode(node)) return
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(body, visit)
  return found
}

// What is only said is no work.
const isTalk = (node: ts.CallExpression): boolean => /^(?:this\.)?(?:console|log|logger)\b/i.test(node.expression.getText())
