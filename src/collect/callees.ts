import { ts } from 'ts-morph'
import type { OperationSpec } from '../clients/spec.js'
import type { Context } from '../resolve/context.js'
import { evaluate, evaluateElements } from '../resolve/evaluate.js'
import type { Frame } from '../resolve/frame.js'
import { argumentAt } from '../resolve/key-argument.js'
import { memberOf } from '../resolve/member.js'
import { refine } from '../resolve/types.js'
import { alternatives, type ClientValue, type Value } from '../resolve/value.js'
import type { NamedCall } from './calls.js'
import type { RawSite } from './raw-site.js'

/** What an expression that is called may be: operations of clients, functions of libraries, functions of the program. */
export function calleesOf(context: Context, callee: ts.Expression, frame: Frame): readonly Value[] {
  if (!ts.isPropertyAccessExpression(callee)) return alternatives(evaluate(context, callee, frame)).filter(isCallable)
  const owners = refined(context, evaluate(context, callee.expression, frame))
  return owners.flatMap((owner) => {
    if (owner.kind === 'text' || owner.kind === 'array' || owner.kind === 'const') return []
    const member = memberOf(context, owner, callee.name.text, callee)
    return member ? alternatives(member).filter(isCallable) : []
  })
}

const isCallable = (value: Value): boolean => value.kind === 'operation' || value.kind === 'external' || value.kind === 'function'

/** The alternatives of a value, those of run time as their declared types tell. */
const refined = (context: Context, value: Value): readonly Value[] =>
  alternatives(value).flatMap((option) => alternatives(option.kind === 'opaque' ? refine(context, option) ?? option : option))

/** What the call of a site calls, when the function around it runs in this frame. */
export function calleesIn(context: Context, site: RawSite, frame: Frame): readonly Value[] {
  return ts.isCallExpression(site.call.node) ? calleesOf(context, site.call.node.expression, frame) : []
}

/** The client that a site inside a wrapper addresses, when the wrapper runs in this frame. */
export function clientIn(context: Context, site: RawSite, frame: Frame): ClientValue {
  const found = calleesIn(context, site, frame).find((value) => value.kind === 'operation')
  return found?.kind === 'operation' ? found.client : site.client
}

/** The client among the arguments, where an operation names its store: `cachified({ cache, key })`. */
export function storeAmong(context: Context, call: NamedCall, { within }: OperationSpec, frame: Frame): ClientValue | undefined {
  if (!within) return undefined
  const value = argumentAt(context, within, evaluateElements(context, call.node.arguments, frame), call.node)
  return value && refined(context, value).find((option) => option.kind === 'client')
}
