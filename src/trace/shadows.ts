import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import { shapeOf } from '../keys/print.js'
import type { Shadowed } from '../model/types.js'
import { enclosingFunction } from '../resolve/frame.js'
import { declarationNamed, declarationOf, within, type Declaration } from '../resolve/scope.js'

/**
 * A delete whose key is made of a variable that hides another of its name, where the write of the same key in the same
 * function uses the hidden one: `ids.forEach((id) => cache.delete(key(id)))` beside `cache.set(key(id), …)`.
 */
export function shadowed(site: RawSite, sites: readonly RawSite[]): Shadowed | undefined {
  const outermost = site.spec.op === 'delete' ? outermostFunction(site.call.node) : undefined
  if (!outermost) return undefined
  const shapes = site.templates.map(shapeOf).join()
  for (const [name, inner] of variablesOf(site)) {
    const hidden = hiddenBy(name, inner)
    const write = hidden && sites.find((other) => other.spec.op === 'write' && other.call.unit === site.call.unit && within(other.call.node, outermost)
      && other.templates.map(shapeOf).join() === shapes && variablesOf(other).get(name) === hidden)
    if (write) return { name, location: placeOf(site.call.unit, write.call.node) }
  }
  return undefined
}

function outermostFunction(node: ts.Node): ts.Node | undefined {
  let found: ts.Node | undefined
  for (let at = enclosingFunction(node); at; at = enclosingFunction(at)) found = at
  return found
}

/** The variables that a call names in its arguments. */
function variablesOf(site: RawSite): Map<string, Declaration> {
  const found = new Map<string, Declaration>()
  const visit = (node: ts.Node): void => {
    const declaration = ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ? declarationOf(node) : undefined
    if (declaration && ts.isIdentifier(node) && enclosingFunction(declaration)) found.set(node.text, declaration)
    ts.forEachChild(node, visit)
  }
  for (const argument of argumentsOf(site).slice(0, site.spec.value ?? undefined)) visit(argument)
  return found
}

/** The variable of the same name in a scope around the one that hides it. */
function hiddenBy(name: string, inner: Declaration): Declaration | undefined {
  const fn = ts.isParameter(inner) ? inner.parent : enclosingFunction(inner)
  return fn && declarationNamed(name, fn.parent)
}
