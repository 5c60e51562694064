import { ts } from 'ts-morph'
import { parametersOf, type Template } from '../keys/template.js'
import { print, shapeOf } from '../keys/print.js'
import type { Op } from '../clients/spec.js'
import { decoratorAround, type Decoration } from '../resolve/decorators.js'
import { enclosingFunction, functionId, isFunctionNode, newFrame, type Frame, type FunctionNode } from '../resolve/frame.js'
import type { FunctionValue } from '../resolve/value.js'
import type { RawSite } from './raw-site.js'
import type { Unit } from '../source/program.js'

/** A function whose parameter reaches the key of an operation is an operation itself. */
export interface Wrapper {
  readonly unit: Unit
  readonly node: FunctionNode
  readonly names: readonly string[]
  readonly inner: RawSite[]
}

/** The functions around a site whose parameters fill holes of its key. */
export function wrappingFunctions(site: RawSite): FunctionNode[] {
  const origins = new Set(site.templates.flatMap((template) => parametersOf(template).map((parameter) => parameter.fn)))
  const found: FunctionNode[] = []
  for (let at = enclosingFunction(site.call.node); at; at = enclosingFunction(at)) {
    const isFilled = origins.has(functionId(site.call.unit, at)) || isFilledByInstance(site.call.unit, at, origins)
    if (!isFilled || ts.isConstructorDeclaration(at)) continue
    const opened = memberAround(site.call.node, at) ?? at
    if (!found.includes(opened)) found.push(opened)
  }
  return found
}

// A method whose key holds what its instance was made with: `new Provider({ prefix })`.
function isFilledByInstance(unit: Unit, fn: FunctionNode, origins: ReadonlySet<string>): boolean {
  if (!ts.isMethodDeclaration(fn) || !ts.isClassLike(fn.parent)) return false
  return fn.parent.members.some((member) => ts.isConstructorDeclaration(member) && origins.has(functionId(unit, member)))
}

// `createCache({ getKey })` returns `{ get: (id) => … }`: the operation is the call of `get`, not that of `createCache`.
function memberAround(node: ts.Node, fn: FunctionNode): FunctionNode | undefined {
  for (let at: ts.Node = node; at !== fn; at = at.parent) if (isFunctionNode(at) && isMember(at)) return at
  return undefined
}

function isMember(fn: FunctionNode): boolean {
  if (ts.isMethodDeclaration(fn)) return true
  const owner = fn.parent
  if (ts.isBinaryExpression(owner)) return ts.isPropertyAccessExpression(owner.left) && !decoratorAround(fn)
  if (!ts.isPropertyAssignment(owner)) return false
  return !ts.isCallExpression(owner.parent.parent)
}

/** The frame of a site inside a wrapper, as it is when the wrapper is called in `bound`, by a decorator or plainly. */
export function innerFrame(site: RawSite, fn: FunctionValue, bound: Frame, decoration?: Decoration): Frame {
  const between: FunctionNode[] = []
  for (let at = enclosingFunction(site.call.node); at && at !== fn.node; at = enclosingFunction(at)) between.unshift(at)
  return between.reduce<Frame>((parent, scope) => {
    const args = decoration?.argumentsOf(scope)
    const self = args ? decoration?.self : parent.self
    return newFrame(parent.unit, scope, { parent, ...(self ? { self } : {}), ...(args ? { args } : {}) })
  }, bound)
}

/** Does a call tell more of the key than the wrapper's body does? A mere renaming of holes is no site of its own. */
export function tellsMore(inner: readonly Template[], outer: readonly Template[]): boolean {
  return inner.map(shapeOf).join() !== outer.map(shapeOf).join()
}

/** A wrapper that reads and writes one key is get-or-set. */
function mergedOps(ops: ReadonlySet<Op>): ReadonlySet<Op> {
  if (ops.has('read-through') || (ops.has('read') && ops.has('write'))) {
    return new Set([...ops].filter((op) => op !== 'read' && op !== 'write').concat('read-through'))
  }
  return ops
}

/** The operations of one call by key: reading and writing the same one is get-or-set. */
export function merged(sites: readonly RawSite[]): RawSite[] {
  const byKey = new Map<string, RawSite[]>()
  for (const site of sites) {
    const key = `${site.kind} ${site.templates.map(print).join()}`
    byKey.set(key, [...(byKey.get(key) ?? []), site])
  }
  return [...byKey.values()].flatMap((group) => {
    const ops = mergedOps(new Set(group.map((site) => site.spec.op)))
    return [...ops].map((op) => {
      const site = group.find((candidate) => candidate.spec.op === op) ?? group.find((candidate) => candidate.spec.op === 'write') ?? group[0]!
      const beside = group.filter((other) => other !== site)
      return { ...site, spec: { ...site.spec, op }, ...(beside.length > 0 ? { beside } : {}) }
    })
  })
}

/** How many wrappers stand between a call and the operation. */
export function layersOf(site: RawSite): number {
  let layers = 0
  for (let at = site.through; at; at = at.through) layers++
  return layers
}
