import { ts } from 'ts-morph'
import type { Unit } from '../source/program.js'

/** A call, as the collector looks it up: by the last name of its callee. */
export interface Call {
  readonly unit: Unit
  readonly node: ts.CallExpression
}

/** All calls of the parsed files by the name that is called. */
export class CallIndex {
  private readonly byName = new Map<string, Call[]>()
  private readonly indexed = new Set<Unit>()

  /** Adds the calls of a file; returns them, or nothing when the file is known. */
  add(unit: Unit): readonly Call[] {
    if (this.indexed.has(unit)) return []
    this.indexed.add(unit)
    const aliases = aliasesOf(unit.ast)
    const calls = callsIn(unit)
    for (const call of calls) {
      const name = calledName(call.node)
      if (name === undefined) continue
      this.put(name, call)
      const original = aliases.get(name)
      if (original !== undefined) this.put(original, call)
    }
    return calls
  }

  named(name: string): readonly Call[] {
    return this.byName.get(name) ?? []
  }

  private put(name: string, call: Call): void {
    const known = this.byName.get(name)
    if (known) known.push(call)
    else this.byName.set(name, [call])
  }
}

// Without recursion: audited code may nest deeper than the stack.
function callsIn(unit: Unit): Call[] {
  const calls: Call[] = []
  const waiting: ts.Node[] = [unit.ast]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (ts.isCallExpression(node)) calls.push({ unit, node })
    const children: ts.Node[] = []
    ts.forEachChild(node, (child) => { children.push(child) })
    for (const child of children.reverse()) waiting.push(child)
  }
  return calls
}

/** `f()` → f, `a.b.f()` → f, `@F()` → F. */
export function calledName(node: ts.CallExpression): string | undefined {
  let callee: ts.Expression = node.expression
  while (ts.isParenthesizedExpression(callee) || ts.isNonNullExpression(callee)) callee = callee.expression
  if (ts.isIdentifier(callee)) return callee.text
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text
  if (ts.isElementAccessExpression(callee) && ts.isStringLiteral(callee.argumentExpression)) return callee.argumentExpression.text
  return ts.isCallExpression(callee) ? calledName(callee) : undefined
}

// `import { getKey as key }`, `import cached from`: what is called `key` here has another name where it is made.
function aliasesOf(ast: ts.SourceFile): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>()
  for (const statement of ast.statements) {
    if (!ts.isImportDeclaration(statement) || !statement.importClause) continue
    const { name, namedBindings } = statement.importClause
    if (name) aliases.set(name.text, 'default')
    if (!namedBindings || !ts.isNamedImports(namedBindings)) continue
    for (const element of namedBindings.elements) if (element.propertyName) aliases.set(element.name.text, element.propertyName.text)
  }
  return aliases
}
