import { ts } from 'ts-morph'
import { declarationOf, type Declaration } from '../resolve/scope.js'
import { enclosingClass, enclosingFunction, isFunctionNode } from '../resolve/frame.js'
import { fieldValues } from './fields.js'
import { isParameterLike } from './variables.js'

/** An input that an expression depends on: a member path from a root that the function around it does not make itself. */
export interface Input {
  /** `['req', 'user', 'id']` */
  readonly path: readonly string[]
  readonly node: ts.Node
  /** The declaration of the root; absent for globals and for calls of functions. */
  readonly root?: Declaration
  /** Set when the input is what this call returns: ambient identity such as `auth()`. */
  readonly call?: ts.CallExpression
}

const DEEPEST = 12

/**
 * The backward slice of an expression within its module: its inputs, through local variables, destructuring, closures
 * and the fields of its class. Conditions that only guard are no part of it: they decide whether, not what.
 */
export function inputsOf(expression: ts.Node): Input[] {
  const slice = new Slice(expression)
  slice.follow(expression, 0)
  return slice.inputs
}

class Slice {
  readonly inputs: Input[] = []
  private readonly seen = new Set<ts.Node>()

  constructor(private readonly start: ts.Node) {}

  follow(node: ts.Node, depth: number): void {
    if (depth > DEEPEST || this.seen.has(node)) return
    this.seen.add(node)
    this.visit(node, depth)
  }

  private visit(node: ts.Node, depth: number): void {
    if (ts.isTypeNode(node)) return
    if (ts.isIdentifier(node)) return this.reference(node, [node.text], node, depth)
    if (ts.isPropertyAccessExpression(node)) return this.member(node, depth)
    if (ts.isCallExpression(node)) return this.call(node, depth)
    if (ts.isPropertyAssignment(node)) return this.visit(node.initializer, depth)
    if (ts.isShorthandPropertyAssignment(node)) return this.reference(node.name, [node.name.text], node.name, depth)
    if (ts.isJsxAttribute(node)) return node.initializer && this.visit(node.initializer, depth)
    if (isFunctionNode(node)) return node.body && this.body(node.body, depth)
    ts.forEachChild(node, (child) => this.visit(child, depth))
  }

  // Of a closure counts what it returns and what its calls are given: a bare test does not flow into the value.
  private body(node: ts.Node, depth: number): void {
    if (ts.isIfStatement(node)) {
      this.body(node.thenStatement, depth)
      if (node.elseStatement) this.body(node.elseStatement, depth)
      return
    }
    if (ts.isBlock(node) || ts.isTryStatement(node) || ts.isCatchClause(node)) return ts.forEachChild(node, (child) => this.body(child, depth))
    this.visit(node, depth)
  }

  private call(node: ts.CallExpression, depth: number): void {
    this.inputs.push({ path: [node.expression.getText()], node, call: node })
    if (ts.isPropertyAccessExpression(node.expression)) this.visit(node.expression.expression, depth)
    for (const argument of node.arguments) this.visit(argument, depth)
  }

  private member(node: ts.PropertyAccessExpression, depth: number): void {
    const { at, path } = memberPath(node)
    if (ts.isIdentifier(at)) return this.reference(at, [at.text, ...path], node, depth)
    if (at.kind === ts.SyntaxKind.ThisKeyword && path[0] !== undefined) return this.field(path, node, depth)
    this.visit(at, depth)
  }

  private reference(root: ts.Identifier, path: readonly string[], node: ts.Node, depth: number): void {
    const declaration = declarationOf(root)
    if (!declaration || (isParameterLike(declaration) && this.isOwn(declaration))) return
    const source = sourceOf(declaration)
    if (source?.kind === 'input') this.inputs.push({ path: [...source.path, ...path.slice(1)], node, root: source.root })
    if (source?.kind !== 'expression') return
    const chain = chainOf(source.node)
    // `const { user } = req`: `user.id` is `req.user.id`.
    if (chain && depth < DEEPEST) return this.reference(chain.root, [...chain.path, ...source.members, ...path.slice(1)], node, depth + 1)
    this.inputs.push({ path, node, root: declaration })
    this.follow(source.node, depth + 1)
  }

  // The parameters of a closure inside the expression are no inputs of it.
  private isOwn(declaration: Declaration): boolean {
    for (let at: ts.Node | undefined = declaration; at; at = at.parent) if (at === this.start) return true
    return false
  }

  /** `this.http`: what the constructor or the field makes of it. */
  private field(path: readonly string[], node: ts.Node, depth: number): void {
    this.inputs.push({ path: ['this', ...path], node })
    const cls = enclosingClass(node)
    const [name] = path
    for (const value of cls && name !== undefined ? fieldValues(cls, name) : []) this.follow(value, depth + 1)
  }
}

type Source =
  | { readonly kind: 'input'; readonly path: readonly string[]; readonly root: Declaration }
  | { readonly kind: 'expression'; readonly node: ts.Expression; readonly members: readonly string[] }

/** `a.b!.c` → the expression at its head and the names behind it. */
function memberPath(node: ts.Expression): { readonly at: ts.Expression; readonly path: readonly string[] } {
  const path: string[] = []
  let at = node
  while (ts.isPropertyAccessExpression(at) || ts.isNonNullExpression(at) || ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isAwaitExpression(at)) {
    if (ts.isPropertyAccessExpression(at)) path.unshift(at.name.text)
    at = at.expression
  }
  return { at, path }
}

function chainOf(node: ts.Expression): { readonly root: ts.Identifier; readonly path: readonly string[] } | undefined {
  const { at, path } = memberPath(node)
  return ts.isIdentifier(at) ? { root: at, path: [at.text, ...path] } : undefined
}

/** Where a variable has its value from: a parameter, as a path, or the expression that it is initialised with. */
function sourceOf(declaration: Declaration): Source | undefined {
  if (!enclosingFunction(declaration) && !ts.isParameter(declaration)) return undefined // modules and imports are no inputs
  if (ts.isParameter(declaration)) return ts.isIdentifier(declaration.name) ? { kind: 'input', path: [declaration.name.text], root: declaration } : undefined
  if (ts.isBindingElement(declaration)) return boundSource(declaration, [])
  return ts.isVariableDeclaration(declaration) && declaration.initializer ? { kind: 'expression', node: declaration.initializer, members: [] } : undefined
}

function boundSource(element: ts.BindingElement, below: readonly string[]): Source | undefined {
  const isObject = ts.isObjectBindingPattern(element.parent)
  const path = isObject && !element.dotDotDotToken ? [(element.propertyName ?? element.name).getText(), ...below] : below
  const owner = element.parent.parent
  if (ts.isVariableDeclaration(owner)) return owner.initializer ? { kind: 'expression', node: owner.initializer, members: path } : undefined
  if (ts.isParameter(owner)) return { kind: 'input', path: path.length > 0 ? path : [element.name.getText()], root: owner }
  return ts.isBindingElement(owner) ? boundSource(owner, path) : undefined
}
