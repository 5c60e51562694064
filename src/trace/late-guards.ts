import { ts } from 'ts-morph'
import type { RawSite } from '../collect/raw-site.js'
import { enclosingFunction, isFunctionNode } from '../resolve/frame.js'
import { uncovered } from './covers.js'
import { flowsInto, type Flow, type FlowOptions } from './flow.js'

const REFUSAL = /\b40[13]\b|forbidden|unauthori[sz]ed|permission[_ ]?denied|access[_ ]?denied|not[_ ](?:allowed|authori[sz]ed|permitted)/i

/**
 * What a refusal asks for that stands after a hit is given back and before the value is stored: on a hit nobody asks.
 * Of those who ask, the first that the key does not hold.
 */
export function lateGuard(read: RawSite, write: RawSite, held: readonly Flow[], options: FlowOptions): Flow | undefined {
  const fn = enclosingFunction(read.call.node)
  if (!fn?.body) return undefined
  const [from, to] = [read.call.node.end, write.call.node.pos]
  for (const refusal of refusalsIn(fn.body, from, to)) {
    if (!isAnsweredBefore(fn.body, from, refusal.pos)) continue
    const [asked] = flowsInto(refusal.expression, options).flatMap((flow) => uncovered(flow, held, write.call.node, false))
    if (asked) return asked
  }
  return undefined
}

/** `if (…) return forbidden()`: the tests whose outcome is a refusal, between two places of a function's own body. */
function refusalsIn(body: ts.Node, from: number, to: number): ts.IfStatement[] {
  const found: ts.IfStatement[] = []
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node) || node.end <= from || node.pos >= to) return
    if (ts.isIfStatement(node) && node.pos >= from && node.end <= to && refuses(node.thenStatement)) found.push(node)
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(body, visit)
  return found
}

/** Does a branch end in a refusal, and in nothing that goes on? */
function refuses(branch: ts.Statement): boolean {
  const last = ts.isBlock(branch) ? branch.statements.at(-1) : branch
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last)) && REFUSAL.test(last.getText())
}

/** Is the function left between the read and the refusal? Then a hit has been given back. */
function isAnsweredBefore(body: ts.Node, from: number, to: number): boolean {
  let found = false
  const visit = (node: ts.Node): void => {
    if (found || isFunctionNode(node) || node.pos >= to) return
    found = ts.isReturnStatement(node) && node.expression !== undefined && node.pos >= from && node.end <= to && !REFUSAL.test(node.getText())
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(body, visit)
  return found
}
