import { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import { placeOf, placeOfCall, symbolAt } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import { overlaps } from '../keys/match.js'
import { fixedText } from '../keys/template.js'
import type { StampedeFault } from '../model/fill.js'
import type { Place } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import { isAwaited } from '../resolve/expressions.js'
import { enclosingFunction, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf, within } from '../resolve/scope.js'
import type { Unit as File } from '../source/program.js'
import { functionsAt } from '../trace/entities.js'
import { missOf } from '../trace/fills.js'
import { callersOf } from '../trace/callers.js'
import { formPairs } from './pairs.js'
import { valueOf } from './types.js'

/** What says that others who miss wait, or are given the old: a lock, a single flight, a promise that is kept. */
const GUARDED = /(?<![a-zA-Z])(?:un)?lock|[a-z]Lock|[mM]utex|[sS]emaphore|[sS]ingle_?[fF]light|[iI]n_?[fF]light|[dD]edupe|[cC]oalesc|\bpending|\b[a-z]\w*Promises?\b|\bNX\b|\bnx:/

/** Stores that one read-through may serve as a whole. */
const SHARED = new Set(['redis', 'memcached', 'cache-manager'])

/** Misses that everybody fills who has them: get, load, set, with nothing between that makes others wait. */
export function stampedeFaults(context: Context, sites: readonly RawSite[], data: readonly RawSite[]): StampedeFault[] {
  // What a browser holds has one reader.
  const writes = data.filter((site) => site.client.client.heldBy !== 'browser' && site.spec.op === 'write' && !site.isEcho && ts.isCallExpression(site.call.node))
  const found = [...writes.flatMap((site) => ofWrite(context, site, sites) ?? []), ...data.filter(isTold).flatMap((read) => throughHelper(context, read, writes) ?? [])]
  const helper = coalescingHelper(writes, sites)
  const judged = found.map((fault): StampedeFault => (helper && fault.kind === 'unguarded' && fault.isShared ? { ...fault, kind: 'bypass', helper } : fault))
  const known = new Set(found.map((each) => `${each.location.path}:${each.location.startLine}`))
  return [...judged, ...formPairs(context).filter(({ fn }) => !GUARDED.test(fn.getText())).map(({ file, read, load }): StampedeFault => ({
    kind: 'unguarded', location: placeOfCall(file, read), symbol: symbolAt(read), load: placeOf(file, load), because: 'each of them loads',
  })).filter((each) => !known.has(`${each.location.path}:${each.location.startLine}`))]
}

/** A function of the program that reads, makes others wait, loads by a function that it is handed, and stores: a read-through. */
function coalescingHelper(writes: readonly RawSite[], sites: readonly RawSite[]): Place | undefined {
  const helper = writes.find((site) => {
    const miss = site.through || !SHARED.has(site.client.client.family) ? undefined : missOf(site, sites)
    const fn = miss && enclosingFunction(miss.call.node)
    return fn?.body && GUARDED.test(fn.getText()) && fn.parameters.some(({ name }) => ts.isIdentifier(name) && callsIn(fn.body!).some((call) => call.expression.getText() === name.text))
  })
  return helper && placeOfCall(helper.call.unit, helper.call.node)
}

const isTold = (site: RawSite): boolean => site.spec.op === 'read' && site.kind === 'key' && !site.isEcho && ts.isCallExpression(site.call.node)

/** A read, a load, and then the call of a helper that stores under the same key. */
function throughHelper(context: Context, read: RawSite, writes: readonly RawSite[]): StampedeFault | undefined {
  const fn = enclosingFunction(read.call.node)
  const isSame = (write: RawSite): boolean => write.client.client.family === read.client.client.family && write.templates.some((template) => read.templates.some((own) => fixedText(own) !== '' && overlaps(template, own)))
  const reaching = fn && callsAfter(fn, read.call.node).find((call) => !writes.some((write) => write.call.node === call) && writesWithin(context, read.call.unit, call, writes, 0).some(isSame))
  const load = fn && reaching && loadBetween(fn, read.call.node, reaching)
  if (!fn || !reaching || !load || GUARDED.test(textAround(fn)) || isGuardedByAll(context, fn)) return undefined
  return {
    kind: 'unguarded', location: placeOfCall(read.call.unit, read.call.node), symbol: symbolAt(read.call.node), load: placeOf(read.call.unit, load),
    related: placeOfCall(read.call.unit, reaching), because: 'each of them loads', ...(SHARED.has(read.client.client.family) ? { isShared: true } : {}), ...(read.templates[0] ? { key: read.templates[0] } : {}),
  }
}

const callsAfter = (fn: FunctionNode, node: ts.Node): readonly ts.CallExpression[] => (fn.body ? callsIn(fn.body).filter((call) => call.pos > node.end && ts.isAwaitExpression(call.parent)) : [])

/** The writes in the functions that a call leads to, three deep. */
function writesWithin(context: Context, file: File, call: ts.CallExpression, writes: readonly RawSite[], depth: number): readonly RawSite[] {
  if (depth > 2) return []
  return functionsAt(context, file, call).flatMap(({ node, frame }) => {
    const own = writes.filter((write) => write.call.unit === frame.unit && within(write.call.node, node))
    return own.length > 0 || !node.body ? own : callsIn(node.body).flatMap((inner) => writesWithin(context, frame.unit, inner, writes, depth + 1))
  })
}

function ofWrite(context: Context, site: RawSite, sites: readonly RawSite[]): StampedeFault | undefined {
  const miss = missOf(site, sites)
  const fn = miss && enclosingFunction(miss.call.node)
  const load = fn && loadBetween(fn, miss.call.node, site.call.node)
  if (!miss || !fn || !load || GUARDED.test(textAround(fn)) || isGuardedByAll(context, fn)) return undefined
  // The owner of a helper is told once, and not each of those who call it.
  if (site.through && miss.through && site.call.node === miss.call.node) return undefined
  const mutable = mutableValue(site)
  return {
    kind: mutable ? 'mutable' : 'unguarded', location: placeOfCall(miss.call.unit, miss.call.node), symbol: symbolAt(miss.call.node), load: placeOf(miss.call.unit, load),
    related: placeOfCall(site.call.unit, site.call.node), because: mutable ?? 'each of them loads', ...(SHARED.has(site.client.client.family) ? { isShared: true } : {}), ...(site.templates[0] ? { key: site.templates[0] } : {}),
  }
}

/** All who call the function make others wait: it is what a single flight loads by. */
function isGuardedByAll(context: Context, fn: FunctionNode): boolean {
  const callers = callersOf(context, fn)
  return callers.length > 0 && callers.every(({ node }) => GUARDED.test(enclosingFunction(node)?.getText() ?? ''))
}

const textAround = (fn: FunctionNode): string => {
  const outer = enclosingFunction(fn)
  return (outer && !ts.isMethodDeclaration(fn) ? outer : fn).getText()
}

/** What is waited for between the read and the write. */
function loadBetween(fn: FunctionNode, read: ts.Node, write: ts.Node): ts.Node | undefined {
  if (!fn.body) return undefined
  return callsIn(fn.body).find((call) => call.pos > read.end && call.end <= write.pos && ts.isAwaitExpression(call.parent) && isWaitedFor(call, fn)
    && !/^(?:get|set|log|debug|info|warn)$/.test(calledName(call) ?? '') && !/\b(?:multi|pipeline)\(/.test(call.expression.getText()))
}

/** What a function within waits for, whose promise is kept, all who come meanwhile are given. */
function isWaitedFor(call: ts.Node, fn: FunctionNode): boolean {
  const inner = enclosingFunction(call)
  if (!inner || inner === fn) return true
  const made = ts.isParenthesizedExpression(inner.parent) ? inner.parent.parent : inner.parent
  return isAwaited(made) && isWaitedFor(made, fn)
}

/** `new Balance(…)`: each who misses holds another object, of which one alone stays in the cache. */
function mutableValue(site: RawSite): string | undefined {
  const value = ['map', 'lru-cache', 'ttlcache', 'quick-lru'].includes(site.client.client.id) ? valueOf(site) : undefined
  const name = value && ts.isIdentifier(value) ? value : undefined
  const declaration = name && declarationOf(name)
  const scope = declaration && enclosingFunction(declaration)
  const made = scope && name && new RegExp(`\\b${quoted(name.text)}\\s*=\\s*new (\\w+)\\(`).exec(scope.getText())?.[1]
  return made && !/^(?:Map|Set|Date|Array|Promise|URL)$/.test(made) ? `each makes a ${made} of its own, and one alone is kept` : undefined
}

