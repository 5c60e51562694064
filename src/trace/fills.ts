import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import { print } from '../keys/print.js'
import { enclosingFunction, nameOfFunction, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf, within } from '../resolve/scope.js'

// `const total = totals.get(key) ?? { count: 0 }`, and then more of it: a table that grows.
function isAccumulated(site: RawSite, fn: ts.Node | undefined): boolean {
  const value = site.spec.value === undefined ? undefined : argumentsOf(site)[site.spec.value]
  const declaration = value && ts.isIdentifier(value) && fn ? declarationOf(value) : undefined
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !/\.get\(/.test(declaration.initializer?.getText() ?? '')) return false
  // `if (!total) total = await load()`: what is stored was loaded after all.
  const isLoaded = new RegExp(`(?<![\\w.])${quoted(declaration.name.getText())}\\s*=\\s*(?:await|new)\\b`).test(fn!.getText())
  return !isLoaded || (declaration.parent.flags & ts.NodeFlags.Let) === 0
}

/**
 * The read whose miss leads to a write: of a function that reads the same key and then stores what it loaded, itself, in
 * a function within it, or in one that it calls.
 */
export function missOf(site: RawSite, sites: readonly RawSite[]): RawSite | undefined {
  const fn = enclosingFunction(site.call.node)
  const key = site.templates.map(print).join()
  if (fn === undefined || isAccumulated(site, fn)) return undefined
  return sites.find((other) => {
    if (other.spec.op !== 'read' || other.call.unit !== site.call.unit || other.templates.map(print).join() !== key) return false
    const reader = enclosingFunction(other.call.node)
    if (!reader) return false
    return within(site.call.node, reader) ? other.call.node.pos < site.call.node.pos : callsByName(reader, fn)
  })
}

/** `this.compute(…)` in the function that reads, `compute` being the one that writes. */
function callsByName(reader: ts.Node, writer: FunctionNode): boolean {
  const name = nameOfFunction(writer)
  let found = false
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && calledName(node) === name) found = true
    if (!found) ts.forEachChild(node, visit)
  }
  if (name !== undefined) visit(reader)
  return found
}
