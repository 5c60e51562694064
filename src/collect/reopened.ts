import type { ts } from 'ts-morph'
import { refill, type Context } from '../resolve/context.js'
import { evaluate, evaluateElements } from '../resolve/evaluate.js'
import { newFrame, type Frame } from '../resolve/frame.js'
import { isReachable } from '../resolve/reachable.js'
import { exactText, type FunctionValue } from '../resolve/value.js'
import { calleesIn, clientIn } from './callees.js'
import type { Call } from './calls.js'
import { argumentsOf, operationArguments, rawSite, type KeylessCall, type RawSite } from './raw-site.js'
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

/** The site inside a wrapper as this call makes it; nothing where the call does not reach it. */
export function reopened(reopening: Reopening, inner: RawSite, frame: Frame): RawSite | undefined {
  const { context, call, outer } = reopening
  if (!isReached(reopening, inner, frame)) return undefined
  const args = operationArguments(context, inner.spec, argumentsOf(inner), frame)
  const site = inner.through ? reopenedLayer(reopening, inner, frame)
    : rawSite(context, call, outer, clientIn(context, inner, frame), inner.spec, args)
  return site && { ...site, through: inner, args: inner.through ? site.args : args, spec: { ...site.spec, op: inner.spec.op } }
}

/** The operation two layers down: the wrapper's call of another wrapper, made with this call's arguments. */
function reopenedLayer(reopening: Reopening, inner: RawSite, frame: Frame): RawSite | undefined {
  const { context, call, outer } = reopening
  const callee = calleesIn(context, inner, frame).find((value): value is FunctionValue => value.kind === 'function')
  const deepest = inner.through
  if (!callee || !deepest) return undefined
  const self = callee.self ?? callee.frame.self
  const args = evaluateElements(context, argumentsOf(inner), frame)
  const bound = newFrame(callee.frame.unit, callee.node, { parent: callee.frame, args, ...(self ? { self } : {}) })
  const at = innerFrame(deepest, callee, bound)
  if (!isReached(reopening, deepest, at)) return undefined
  if (deepest.through) return reopenedLayer(reopening, deepest, at)
  return rawSite(context, call, outer, clientIn(context, deepest, at), deepest.spec, operationArguments(context, deepest.spec, argumentsOf(deepest), at))
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
