import { ts } from 'ts-morph'
import { enclosingFunction } from '../resolve/frame.js'
import { print } from '../keys/print.js'
import { quoted } from '../resolve/quoted.js'
import { within } from '../resolve/scope.js'
import { argumentsOf, type RawSite } from './raw-site.js'

/**
 * Tells the Maps that are caches from the many that are data structures. A cache is filled on a miss: one function looks
 * a key up, computes a value and puts it under the same key, and gives the value to its caller.
 */
export class MapCaches {
  private readonly sites = new Map<string, RawSite[]>()
  private readonly caches = new Set<string>()

  /** Takes a site of a Map; returns the sites that are now known to be of a cache. */
  add(site: RawSite): readonly RawSite[] {
    const { instance } = site.client
    if (instance === undefined) return []
    const same = [...(this.sites.get(instance) ?? []), site]
    this.sites.set(instance, same)
    if (this.caches.has(instance)) return [site]
    if (!same.some((write) => write.spec.op === 'write' && isMemo(write, same))) return []
    this.caches.add(instance)
    return same
  }

  /**
   * Do the callers of the function around the site know that they use a cache? Not those of a function that looks up,
   * computes and stores: to them it is a function like any other.
   */
  isKnownOutside(site: RawSite): boolean {
    const fn = enclosingFunction(site.call.node)
    const ops = new Set((this.sites.get(site.client.instance ?? '') ?? []).filter((other) => enclosingFunction(other.call.node) === fn).map((other) => other.spec.op))
    return !(ops.has('read') && ops.has('write'))
  }

  isCache(site: RawSite): boolean {
    return site.client.instance !== undefined && this.caches.has(site.client.instance)
  }
}

function isMemo(write: RawSite, same: readonly RawSite[]): boolean {
  // An element of an object is a site where it is filled on a miss.
  if (ts.isElementAccessExpression(write.call.node)) return true
  const fn = enclosingFunction(write.call.node)
  if (!fn || isInFlight(write, same, fn) || !isComputed(argumentsOf(write)[1], fn)) return false
  const key = write.templates.map(print).join()
  return same.some((read) => read.spec.op === 'read' && isAround(read.call.node, fn) && read.templates.map(print).join() === key && returnsHit(read))
}

// A table of calls in flight: what is put in is taken out again when it is done.
const isInFlight = (write: RawSite, same: readonly RawSite[], fn: ts.Node): boolean =>
  same.some(({ spec, call, templates }) => spec.op === 'delete' && within(call.node, fn) && templates.map(print).join() === write.templates.map(print).join())

const isAround = (node: ts.Node, fn: ts.Node): boolean => {
  for (let at = enclosingFunction(node); at; at = enclosingFunction(at)) if (at === fn) return true
  return enclosingFunction(fn) === enclosingFunction(node)
}

// A counter or a collection is not computed: `map.set(k, [])`, `map.set(k, n + 1)`.
function isComputed(value: ts.Expression | undefined, fn: ts.Node): boolean {
  // A registry of objects that live as long as the program is no cache.
  if (!value || ts.isNewExpression(value)) return false
  let found = false
  const visit = (node: ts.Node): void => {
    if (ts.isAwaitExpression(node) || ts.isCallExpression(node)) found = true
    if (!found) ts.forEachChild(node, visit)
  }
  visit(value)
  return found || namesIn(value).some((name) => initialisedByCall(name, fn)) || isFilledIn(value, fn)
}

/** `c.res` after `await next()`: a member of what the function was handed, which somebody else fills in. */
function isFilledIn(value: ts.Expression, fn: ts.Node): boolean {
  const awaited = /\bawait [\w$.]+\(/.exec(fn.getText())
  return ts.isPropertyAccessExpression(value) && awaited !== null && fn.getStart() + awaited.index < value.pos
}

/** `result`, and `{ result, at }`: the variables that are stored as they are. */
function namesIn(value: ts.Expression): string[] {
  if (ts.isIdentifier(value)) return [value.text]
  if (!ts.isObjectLiteralExpression(value)) return []
  return value.properties.flatMap((property) =>
    ts.isShorthandPropertyAssignment(property) ? [property.name.text] : ts.isPropertyAssignment(property) && ts.isIdentifier(property.initializer) ? [property.initializer.text] : [])
}

function initialisedByCall(name: string, fn: ts.Node): boolean {
  let found = false
  const visit = (node: ts.Node): void => {
    const assigned = ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name ? node.initializer
      : ts.isBinaryExpression(node) && ts.isIdentifier(node.left) && node.left.text === name ? node.right : undefined
    if (assigned && /\(/.test(assigned.getText()) && !/^(?:\(?await )?new\b/.test(assigned.getText())) found = true
    if (!found) ts.forEachChild(node, visit)
  }
  visit(fn)
  return found
}

/** Is what was found given back: returned at once, or kept in a variable that is returned? */
function returnsHit(read: RawSite): boolean {
  const fn = enclosingFunction(read.call.node)
  const holder = variableOf(read.call.node)
  let found = false
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) {
      const source = node.expression.getText()
      if (holder ? new RegExp(`\\b${quoted(holder)}\\b`).test(source) : /\.get\(/.test(source)) found = true
    }
    if (!found) ts.forEachChild(node, visit)
  }
  if (fn) visit(fn)
  return found
}

function variableOf(node: ts.Node): string | undefined {
  for (let at: ts.Node = node.parent; at && !ts.isStatement(at); at = at.parent) {
    if (ts.isVariableDeclaration(at) && ts.isIdentifier(at.name)) return at.name.text
  }
  return undefined
}
