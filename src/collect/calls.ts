import { ts } from 'ts-morph'
import { declarationOf } from '../resolve/scope.js'
import type { FunctionNode } from '../resolve/frame.js'
import type { Unit } from '../source/program.js'

/** A call, as the collector looks it up: by the last name of its callee. */
export interface NamedCall {
  readonly unit: Unit
  readonly node: ts.CallExpression
}

/** What a site is: a call, a command that is handed over as an array, an element of an object that is a cache, options of a query, or a function that a directive caches. */
export interface Call {
  readonly unit: Unit
  readonly node: ts.CallExpression | ts.ArrayLiteralExpression | ts.ElementAccessExpression | ts.ObjectLiteralExpression | ts.NewExpression | FunctionNode
}

/** All calls of the parsed files by the name that is called. */
export class CallIndex {
  private readonly byName = new Map<string, NamedCall[]>()
  private readonly indexed = new Set<Unit>()
  private readonly renamed = new Map<ts.CallExpression, string>()

  /** Adds the calls of a file; returns them, or nothing when the file is known. */
  add(unit: Unit): readonly NamedCall[] {
    if (this.indexed.has(unit)) return []
    this.indexed.add(unit)
    const aliases = new Map<string, string>()
    const calls: NamedCall[] = []
    for (const node of nodesOf(unit.ast)) {
      if (ts.isCallExpression(node)) calls.push({ unit, node })
      else addAlias(node, aliases)
    }
    for (const call of calls) {
      const name = calledName(call.node)
      if (name === undefined) continue
      this.put(name, call)
      const original = aliases.get(name)
      if (original !== undefined) this.put(original, call)
      if (original !== undefined && ts.isIdentifier(call.node.expression)) this.renamed.set(call.node, original)
    }
    return calls
  }

  /** The name that the callee has where it is made, when it is called by another here. */
  originalName(call: NamedCall): string | undefined {
    return this.renamed.get(call.node)
  }

  named(name: string): readonly NamedCall[] {
    return this.byName.get(name) ?? []
  }

  private put(name: string, call: NamedCall): void {
    const known = this.byName.get(name)
    if (known) known.push(call)
    else this.byName.set(name, [call])
  }
}

// Without recursion: audited code may nest deeper than the stack.
function* nodesOf(ast: ts.SourceFile): Generator<ts.Node> {
  const waiting: ts.Node[] = [ast]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node
    const children: ts.Node[] = []
    ts.forEachChild(node, (child) => { children.push(child) })
    for (const child of children.reverse()) waiting.push(child)
  }
}

/** `f()` → f, `a.b.f()` → f, `@F()` → F. */
export function calledName(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node)) return undefined
  let callee: ts.Expression = node.expression
  while (ts.isParenthesizedExpression(callee) || ts.isNonNullExpression(callee)) callee = callee.expression
  if (ts.isIdentifier(callee)) return callee.text
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text
  if (ts.isElementAccessExpression(callee) && ts.isStringLiteral(callee.argumentExpression)) return callee.argumentExpression.text
  return ts.isCallExpression(callee) ? calledName(callee) : undefined
}

/** The word that a command in an array begins with: `['del', key]`. */
export function commandName(node: ts.ArrayLiteralExpression): string | undefined {
  const [first] = node.elements
  return first && ts.isStringLiteralLike(first) && node.elements.length > 1 ? first.text : undefined
}

// `import { getKey as key }`, `import cached from`, `const { mutate: refresh } =`: what is called `key` here has another
// name where it is made.
function addAlias(node: ts.Node, aliases: Map<string, string>): void {
  if (ts.isImportClause(node) && node.name) aliases.set(node.name.text, 'default')
  if (ts.isImportSpecifier(node) && node.propertyName) aliases.set(node.name.text, node.propertyName.text)
  if (ts.isBindingElement(node) && node.propertyName && ts.isIdentifier(node.propertyName) && ts.isIdentifier(node.name)) aliases.set(node.name.text, node.propertyName.text)
}

const calls = new WeakMap<ts.Node, readonly ts.CallExpression[]>()

/** All calls below a node. */
export function callsIn(node: ts.Node): readonly ts.CallExpression[] {
  const known = calls.get(node)
  if (known) return known
  const found: ts.CallExpression[] = []
  const visit = (inner: ts.Node): void => {
    if (ts.isCallExpression(inner)) found.push(inner)
    ts.forEachChild(inner, visit)
  }
  visit(node)
  calls.set(node, found)
  return found
}

/** Is a method of an array, a text or a number called, as the declaration of its owner says? No cache is one of these. */
export function isOfPlainValue({ expression }: ts.CallExpression): boolean {
  if (!ts.isPropertyAccessExpression(expression)) return false
  const owner = expression.expression
  if (isPlain(owner)) return true
  const declaration = ts.isIdentifier(owner) ? declarationOf(owner) : undefined
  if (!declaration || !(ts.isVariableDeclaration(declaration) || ts.isParameter(declaration))) return false
  if (declaration.type) return PLAIN_TYPES.has(declaration.type.kind)
  return declaration.initializer !== undefined && isPlain(declaration.initializer)
}

const PLAIN_TYPES: ReadonlySet<ts.SyntaxKind> = new Set([ts.SyntaxKind.ArrayType, ts.SyntaxKind.StringKeyword, ts.SyntaxKind.NumberKeyword, ts.SyntaxKind.BooleanKeyword])

const isPlain = (node: ts.Expression): boolean =>
  ts.isArrayLiteralExpression(node) || ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isNumericLiteral(node) || ts.isRegularExpressionLiteral(node)
