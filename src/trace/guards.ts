import { ts } from 'ts-morph'
import type { RawSite } from '../collect/raw-site.js'
import { holesOf } from '../keys/template.js'
import { refill, symbolicFrameAt, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { isFunctionNode } from '../resolve/frame.js'
import type { Misguarded } from '../model/types.js'

/**
 * A delete that is done when one optional value is there, and whose key is made of another: `if (segmentId)
 * revalidateTag(tag.byShareKey(shareKey))`.
 */
export function misguarded(context: Context, site: RawSite): Misguarded | undefined {
  if (site.spec.op !== 'delete' || site.through) return undefined
  const guards = guardsOf(site.call.node)
  const roots = site.templates.flatMap(holesOf).filter((hole) => hole.parameter !== undefined).map((hole) => hole.name.split('.')[0]!)
  const [hole] = roots
  const isUsed = (guard: ts.Identifier): boolean => roots.includes(guard.text) || identifierNamed(site.call.node, guard.text) !== undefined
  if (guards.length === 0 || hole === undefined || guards.some(isUsed)) return undefined
  const guard = guards[0]!
  const isOptional = (node: ts.Expression): boolean => {
    refill(context, 'receiver')
    const value = evaluate(context, node, symbolicFrameAt(context, site.call.unit, node))
    return value.kind === 'opaque' && value.presence === 'maybe'
  }
  const use = identifierNamed(site.call.node, hole)
  return guards.every(isOptional) && use && isOptional(use) ? { guard: guard.text, hole } : undefined
}

/** The bare names that must be there for a node to be reached: `if (a)`, `if (a && b)`. */
function guardsOf(node: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = []
  for (let at: ts.Node = node; at.parent && !isFunctionNode(at); at = at.parent) {
    if (ts.isIfStatement(at.parent) && at === at.parent.thenStatement) found.push(...namesIn(at.parent.expression))
  }
  return found
}

function namesIn(test: ts.Expression): ts.Identifier[] {
  if (ts.isIdentifier(test)) return [test]
  const isAnd = ts.isBinaryExpression(test) && test.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
  return isAnd ? [...namesIn(test.left), ...namesIn(test.right)] : []
}

function identifierNamed(node: ts.Node, name: string): ts.Identifier | undefined {
  if (ts.isIdentifier(node) && node.text === name && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) return node
  return ts.forEachChild(node, (child) => identifierNamed(child, name))
}
