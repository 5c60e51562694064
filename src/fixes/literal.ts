import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import type { Place } from '../model/types.js'
import { bare } from '../resolve/expressions.js'
import type { Unit } from '../source/program.js'

/** A key as it is written in one place: a text, a template literal or an array. */
export interface KeyLiteral {
  readonly unit: Unit
  readonly node: ts.StringLiteralLike | ts.TemplateExpression | ts.ArrayLiteralExpression
  /** What stands in its holes, in order. */
  readonly holes: readonly ts.Expression[]
}

/** The outermost node that stands exactly at a place. */
export function nodeAt(unit: Unit, place: Place): ts.Node | undefined {
  const start = unit.ast.getPositionOfLineAndCharacter(place.startLine - 1, place.startColumn - 1)
  const end = unit.ast.getPositionOfLineAndCharacter(place.endLine - 1, place.endColumn - 1)
  let at: ts.Node = unit.ast
  for (;;) {
    const inner: ts.Node | undefined = ts.forEachChild(at, (child) => (child.getStart(unit.ast) <= start && end <= child.end ? child : undefined))
    if (!inner) return undefined
    if (inner.getStart(unit.ast) === start && inner.end === end) return inner
    at = inner
  }
}

/** The key literal that a node is, or, where the key is an array, is a word of. */
export function literalOf(unit: Unit, node: ts.Node, isArray: boolean): KeyLiteral | undefined {
  if (!isArray || ts.isArrayLiteralExpression(node)) return plainLiteral(unit, node)
  return ts.isArrayLiteralExpression(node.parent) ? plainLiteral(unit, node.parent) : undefined
}

function plainLiteral(unit: Unit, node: ts.Node): KeyLiteral | undefined {
  if (ts.isStringLiteralLike(node)) return { unit, node, holes: [] }
  if (ts.isTemplateExpression(node)) return { unit, node, holes: node.templateSpans.map(({ expression }) => expression) }
  if (!ts.isArrayLiteralExpression(node) || node.elements.some((element) => ts.isSpreadElement(element) || ts.isTemplateExpression(element))) return undefined
  return { unit, node, holes: node.elements.filter((element) => !ts.isStringLiteralLike(bare(element))) }
}

export const placeOfLiteral = ({ unit, node }: KeyLiteral): Place => placeOf(unit, node)
