import { ts } from 'ts-morph'
import { refill, type Context } from '../resolve/context.js'
import { evaluate, evaluateElements } from '../resolve/evaluate.js'
import { newFrame, type Frame } from '../resolve/frame.js'
import { isReachable } from '../resolve/reachable.js'
import { exactText, type FunctionValue } from '../resolve/value.js'
import { calleesIn, clientIn } from './callees.js'
import type { Call } from './calls.js'
import { argumentsOf, operationArguments, rawSite, type KeylessCall, type RawSite } from './raw-site.js'
import { scriptOperations } from './script-commands.js'
import { innerFrame } from './wrappers.js'

/** The call of a wrapper, and how much may be spent on each operation that it reaches. */
export interface Reopening {
  readonly context: Context
  readonly call: Call
  readonly outer: Frame
  readonly most: number
  /** Where calls are noted whose delete is passed over, since what they hand in makes the key empty. */
  readonly keyless: Map<ts.Node, KeylessCall>
}

/** The site inside a wrapper as this call makes it, or the sites, where it runs a script on several keys; none where the call does not reach it. */
export function reopened(reopening: Reopening, inner: RawSite, frame: Frame): RawSite[] {
  const { context, call, outer } = reopening
  const bottom = bottomOf(reopening, inner, frame)
  if (!bottom) return []
  const { site: deepest, frame: at } = bottom
  const scripts = ts.isCallExpression(deepest.call.node) && deepest.spec.script === undefined ? scriptOperations(context, deepest.call.node, at, deepest.client.client) : undefined
  const client = clientIn(context, deepest, at)
  return (scripts ?? [deepest.spec]).flatMap((spec) => {
    const site = rawSite(context, call, outer, client, spec, operationArguments(context, spec, argumentsOf(deepest), at))
    return site ? [{ ...site, through: inner, spec: { ...site.spec, ...(scripts ? {} : { op: inner.spec.op }) } }] : []
  })
}

interface Bottom { readonly site: RawSite; readonly frame: Frame }

/** The operation below all layers, and the frame that it runs in, made with this call's arguments. */
function bottomOf(reopening: Reopening, inner: RawSite, frame: Frame): Bottom | undefined {
  const { context } = reopening
  if (!isReached(reopening, inner, frame)) return undefined
  const { through } = inner
  if (!through) return { site: inner, frame }
  const callee = calleesIn(context, inner, frame).find((value): value is FunctionValue => value.kind === 'function')
  if (!callee) return undefined
  const self = callee.self ?? callee.frame.self
  const args = evaluateElements(context, argumentsOf(inner), frame)
  const bound = newFrame(callee.frame.unit, callee.node, { parent: callee.frame, args, ...(self ? { self } : {}) })
  return bottomOf(reopening, through, innerFrame(through, callee, bound))
}

/** Does the call of a wrapper reach the operation inside? Where an empty key keeps it from that, it is noted. */
function isReached({ context, call, most, keyless }: Reopening, inner: RawSite, frame: Frame): boolean {
  refill(context, 'condition', most)
  const isMet = isReachable(context, inner.call.node, frame)
  refill(context, 'wrapper', most)
  if (isMet) return true
  const isEmpty = (argument: ts.Expression): boolean => exactText(evaluate(context, argument, frame)) === ''
  if (inner.spec.op === 'delete' && argumentsOf(inner).some(isEmpty)) keyless.set(call.node, { call, inner })
  return false
}
