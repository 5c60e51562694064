import { ts } from 'ts-morph'
import { enclosingFunction, isFunctionNode } from './frame.js'
import { declarationOf } from './scope.js'

/**
 * Is what a function makes kept beyond its call: in a field, in a variable of the module, returned, or in a variable that
 * a function captures which is given back?
 */
export function isKept(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) {
    if (ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.EqualsToken) return true
    if (ts.isReturnStatement(at) || ts.isPropertyDeclaration(at) || ts.isArrowFunction(at)) return true
    if (ts.isVariableDeclaration(at)) return ts.isIdentifier(at.name) && isCaptured(at, at.name)
  }
  return false
}

function isCaptured(declaration: ts.VariableDeclaration, name: ts.Identifier): boolean {
  const scope = enclosingFunction(declaration)
  let found = false
  const visit = (node: ts.Node): void => {
    const isUse = ts.isIdentifier(node) && node !== name && node.text === name.text && enclosingFunction(node) !== scope
    if (isUse && declarationOf(node) === declaration && functionsBetween(node, scope).some((fn) => isGiven(fn, scope))) found = true
    if (!found) ts.forEachChild(node, visit)
  }
  if (scope?.body) visit(scope.body)
  return found
}

function functionsBetween(node: ts.Node, scope: ts.Node | undefined): ts.Node[] {
  const found: ts.Node[] = []
  for (let at = enclosingFunction(node); at && at !== scope; at = enclosingFunction(at)) found.push(at)
  return found
}

const ITERATING = /^(?:map|forEach|filter|flatMap|reduce|some|every|find|findIndex|sort|then|catch|finally|all|allSettled)$/

/** Is a function given back by the one around it: returned, a member of what is returned, or by its name? */
function isGiven(fn: ts.Node, scope: ts.Node | undefined): boolean {
  for (let at: ts.Node = fn; at !== scope && at.parent; at = at.parent) {
    const { parent } = at
    if (ts.isReturnStatement(parent) || (parent === scope && ts.isArrowFunction(parent) && parent.body === at)) return true
    if (ts.isCallExpression(parent) && ts.isPropertyAccessExpression(parent.expression) && ITERATING.test(parent.expression.name.text)) return false
    const name = nameOf(at)
    if (name) return isReturnedByName(name, scope)
  }
  return false
}

function nameOf(node: ts.Node): ts.Identifier | undefined {
  if (ts.isFunctionDeclaration(node)) return node.name
  return ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) ? node.name : undefined
}

function isReturnedByName(name: ts.Identifier, scope: ts.Node | undefined): boolean {
  let found = false
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node)) return
    if (ts.isReturnStatement(node) && node.expression) found ||= mentions(node.expression, name.text)
    else ts.forEachChild(node, visit)
  }
  if (scope && isFunctionNode(scope) && scope.body) ts.forEachChild(scope.body, visit)
  return found
}

const mentions = (node: ts.Node, name: string): boolean =>
  (ts.isIdentifier(node) && node.text === name) || (ts.forEachChild(node, (child) => mentions(child, name) || undefined) ?? false)
