import { ts } from 'ts-morph'
import { bare } from '../resolve/expressions.js'
import { enclosingFunction } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf, type Declaration } from '../resolve/scope.js'
import { isPlainType } from './fields.js'
import { memberPath } from './member-path.js'

/** `let locale = 'en'` of a module that a function sets: plain data that changes while the program runs. */
export function isState(declaration: ts.Node): declaration is ts.VariableDeclaration {
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || (declaration.parent.flags & ts.NodeFlags.Let) === 0) return false
  const { initializer, type, name } = declaration
  if (enclosingFunction(declaration) || !(type ? isPlainType(type) : initializer !== undefined && ts.isLiteralExpression(initializer))) return false
  return new RegExp(`(?<![\\w$.])${quoted(name.text)}\\s*=[^=>]`).test(declaration.getSourceFile().text.slice(declaration.end))
}

/** The indices in a member path that are worked out: `rows[page].name`. */
export function indicesIn(node: ts.Expression): ts.Expression[] {
  if (ts.isPropertyAccessExpression(node)) return indicesIn(node.expression)
  if (!ts.isElementAccessExpression(node)) return []
  return [...indicesIn(node.expression), ...(ts.isStringLiteralLike(node.argumentExpression) || ts.isNumericLiteral(node.argumentExpression) ? [] : [node.argumentExpression])]
}

export function isParameterLike(declaration: ts.Node): boolean {
  let at = declaration
  while (ts.isBindingElement(at)) at = at.parent.parent
  return ts.isParameter(at)
}

/** `{ query: { page } }: Command` → the parameter, and `query.page`. */
export function parameterPath(declaration: Declaration): { readonly root: Declaration; readonly names: readonly string[] } {
  const names: string[] = []
  let at: ts.Node = declaration
  while (ts.isBindingElement(at)) {
    if (ts.isObjectBindingPattern(at.parent) && !at.dotDotDotToken) names.unshift((at.propertyName ?? at.name).getText())
    at = at.parent.parent
  }
  const parameter = at as ts.ParameterDeclaration
  return { root: parameter, names: ts.isIdentifier(parameter.name) ? [parameter.name.text] : names.length > 0 ? names : ['parameter'] }
}

const ITERATING = new Set(['map', 'forEach', 'flatMap', 'filter', 'find', 'some', 'every', 'reduce', 'then'])

/** What a method goes through whose callback this is: the rows of `rows.map((row) => …)`. */
export function iteratedBy({ parent }: ts.Node): ts.Expression | undefined {
  if (!ts.isCallExpression(parent) || !ts.isPropertyAccessExpression(parent.expression)) return undefined
  return ITERATING.has(parent.expression.name.text) ? parent.expression.expression : undefined
}

/** `const { user } = req`: `user` is `req.user`. */
export function chainOf(declaration: Declaration): { readonly root: ts.Identifier; readonly path: readonly string[] } | undefined {
  const names: string[] = []
  let at: ts.Node = declaration
  while (ts.isBindingElement(at)) {
    if (!ts.isObjectBindingPattern(at.parent) || at.dotDotDotToken || at.initializer) return undefined
    names.unshift((at.propertyName ?? at.name).getText())
    at = at.parent.parent
  }
  if (!ts.isVariableDeclaration(at) || !at.initializer || ts.isCallExpression(bare(at.initializer))) return undefined
  const { at: root, path } = memberPath(at.initializer)
  return ts.isIdentifier(root) && indicesIn(at.initializer).length === 0 ? { root, path: [root.text, ...path, ...names] } : undefined
}

/** Where a body first reads what is declared under a name. */
export function firstReference(body: ts.Node, name: ts.Identifier): ts.Identifier | undefined {
  const visit = (node: ts.Node): ts.Identifier | undefined =>
    (ts.isIdentifier(node) && node.text === name.text && node !== name && declarationOf(node) === name.parent ? node : ts.forEachChild(node, visit))
  return visit(body)
}
