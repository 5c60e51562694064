import { ts } from 'ts-morph'
import type { Place } from '../model/types.js'
import type { Unit } from '../source/program.js'

export function placeOf(unit: Unit, node: ts.Node): Place {
  return placeBetween(unit, node.getStart(unit.ast), node.end)
}

export function placeBetween(unit: Unit, start: number, end: number): Place {
  const from = unit.ast.getLineAndCharacterOfPosition(start)
  const to = unit.ast.getLineAndCharacterOfPosition(end)
  return { path: unit.path, startLine: from.line + 1, startColumn: from.character + 1, endLine: to.line + 1, endColumn: to.character + 1 }
}

/** The place of a call: from its receiver on, or from the method where a chain runs over several lines. */
export function placeOfCall(unit: Unit, node: ts.Node): Place {
  if (!ts.isCallExpression(node)) return placeOf(unit, node)
  const callee = node.expression
  const start = node.getStart(unit.ast)
  if (!ts.isPropertyAccessExpression(callee)) return placeBetween(unit, start, node.end)
  const name = callee.name.getStart(unit.ast)
  const isOneLine = unit.ast.getLineAndCharacterOfPosition(start).line === unit.ast.getLineAndCharacterOfPosition(name).line
  return placeBetween(unit, isOneLine ? start : name, node.end)
}

/** The names around a node, outermost first: `UserService.update`. */
export function symbolAt(node: ts.Node): string {
  const names: string[] = []
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) {
    const name = nameOfScope(at)
    if (name !== undefined) names.unshift(name)
  }
  return names.join('.')
}

function nameOfScope(node: ts.Node): string | undefined {
  const named = ts.isFunctionDeclaration(node) || ts.isClassLike(node) || ts.isMethodDeclaration(node) || ts.isPropertyDeclaration(node)
    || ts.isVariableDeclaration(node) || ts.isFunctionExpression(node) || ts.isPropertyAssignment(node) || ts.isGetAccessor(node)
  if (!named || !node.name || ts.isComputedPropertyName(node.name)) return ts.isConstructorDeclaration(node) ? 'constructor' : undefined
  if (ts.isVariableDeclaration(node) && !isFunctionValued(node.initializer)) return undefined
  return ts.isObjectBindingPattern(node.name) || ts.isArrayBindingPattern(node.name) ? undefined : node.name.getText()
}

const isFunctionValued = (node: ts.Expression | undefined): boolean =>
  node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isCallExpression(node) || ts.isObjectLiteralExpression(node))

/** One for each place, in their order. */
export function oncePerPlace<T extends { readonly location: Place }>(found: readonly T[]): readonly T[] {
  const order = ({ path, startLine, startColumn }: Place): string => `${path}\u0000${String(startLine).padStart(7, '0')}${String(startColumn).padStart(5, '0')}`
  const byOrder = new Map(found.map((each) => [order(each.location), each] as const))
  return [...byOrder].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}
