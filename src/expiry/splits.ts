import { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import { placeOfCall, symbolAt } from '../collect/place.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { SplitExpiry } from '../model/expiry.js'
import type { Context } from '../resolve/context.js'
import { holderOf } from '../resolve/expressions.js'
import { enclosingFunction, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf, within } from '../resolve/scope.js'
import { functionsAt } from '../trace/entities.js'
import { ttlOf } from '../trace/ttl.js'

const EXPIRING = /^p?expire(?:at)?$/i
/** What fills an entry that Redis keeps until it is told otherwise. */
const FILLING = /^(?:set|setnx|mset|incr\w*|decr\w*|hset|hmset|hincr\w*|sadd|zadd|zincrby|[lr]push|xadd|append|pfadd)$/i

/** Writes whose lifetime comes by another command on the same key, in the same function or in one that this calls. */
export function splitExpiries(context: Context, sites: readonly RawSite[]): SplitExpiry[] {
  const own = sites.filter((site) => !site.through && site.client.client.family === 'redis' && !site.client.pipeline && ts.isCallExpression(site.call.node))
  const named = (pattern: RegExp): RawSite[] => own.filter((site) => pattern.test(calledName(site.call.node) ?? ''))
  const [expiries, fills] = [named(EXPIRING), named(FILLING)]
  return fills.flatMap((fill) => {
    const fn = enclosingFunction(fill.call.node)
    const key = textOfKey(fill)
    if (!fn || key === undefined || ttlOf(context, fill)) return []
    const expire = expiries.find((each) => each.call.unit === fill.call.unit && isAfter(fill, each.call.node, fn) && textOfKey(each) === key)?.call.node
      ?? expiryInHelper(context, fill, fn, key, expiries)
    return expire ? [splitOf(fill, expire)] : []
  })
}

const textOfKey = (site: RawSite): string | undefined => argumentsOf(site)[0]?.getText()

const isAfter = (fill: RawSite, node: ts.Node, fn: FunctionNode): boolean => within(node, fn) && node.pos > fill.call.node.pos

/** A call of a function that gives the key which it is handed a lifetime: `this.updateTtl(key)`. */
function expiryInHelper(context: Context, fill: RawSite, fn: FunctionNode, key: string, expiries: readonly RawSite[]): ts.Node | undefined {
  return fn.body && callsIn(fn.body).find((call) => {
    const at = call.arguments.findIndex((argument) => argument.getText() === key)
    return at !== -1 && isAfter(fill, call, fn) && functionsAt(context, fill.call.unit, call).some(({ node }) => expiries.some((each) => within(each.call.node, node) && isParameter(each, node, at)))
  })
}

function isParameter(expire: RawSite, fn: FunctionNode, at: number): boolean {
  const [key] = argumentsOf(expire)
  return key !== undefined && ts.isIdentifier(key) && declarationOf(key) === fn.parameters[at]
}

function splitOf({ call, templates }: RawSite, expire: ts.Node): SplitExpiry {
  const all = promisesAround(call.node)
  return {
    location: placeOfCall(call.unit, call.node), expire: placeOfCall(call.unit, expire), symbol: symbolAt(call.node),
    key: templates[0] ?? [], command: calledName(call.node)!, isRepeated: !/^(?:set|setnx)$/i.test(calledName(call.node) ?? '') && !isForTheFirst(expire, call.node), isConcurrent: all !== undefined && within(expire, all),
  }
}

/** Is it done by what the write gave, as `if (count === 1)`? Whether a lifetime is set at all is another question. */
function isForTheFirst(expire: ts.Node, fill: ts.Node): boolean {
  const fn = enclosingFunction(fill)
  const held = holderOf(fill)?.getText()
  for (let at = expire.parent; at && at !== fn; at = at.parent) {
    const test = ts.isIfStatement(at) ? at.expression : ts.isConditionalExpression(at) ? at.condition : undefined
    if (test && (within(fill, test) || (held !== undefined && new RegExp(`\\b${quoted(held)}\\b`).test(test.getText())))) return true
  }
  return false
}

/** The list of promises that a call is one of. */
function promisesAround(node: ts.Node): ts.Node | undefined {
  for (let at: ts.Node | undefined = node.parent; at && !ts.isStatement(at); at = at.parent) {
    if (ts.isCallExpression(at) && /^Promise\.all(?:Settled)?$/.test(at.expression.getText())) return at
  }
  return undefined
}
