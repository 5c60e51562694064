import type { ts } from 'ts-morph'
import type { Context } from './context.js'
import { framesBorn, type Frame } from './frame.js'
import type { Element, FunctionValue, Value } from './value.js'

const MOST_KNOWN = 64
const LONGEST = 600

/**
 * What a function returned, worked out once for the same arguments: the summary of a call. Nothing is remembered that hung
 * on the moment: a budget that was spent, a variable that was met while it was being worked out, a variable whose value the
 * flow had just reached.
 */
export function rememberedCall(context: Context, fn: FunctionValue, self: Value | undefined, args: readonly Element[], work: () => Value): Value {
  const { budget } = context
  if (context.tracer || budget.spent || isOverridden(fn.frame)) return work()
  const slot = slotOf(fn, self, args)
  if (slot === undefined) return work()
  const known = knownOf(context, fn.node)
  const value = known.get(slot)
  if (value) return value
  const [before, eldest] = [budget.hungOn, framesBorn()]
  budget.hungOn = Infinity
  const made = work()
  if (!budget.spent && budget.hungOn > eldest && known.size < MOST_KNOWN) known.set(slot, made)
  budget.hungOn = Math.min(before, budget.hungOn)
  return made
}

function knownOf({ calls }: Context, node: ts.Node): Map<string, Value> {
  const known = calls.get(node) ?? new Map<string, Value>()
  calls.set(node, known)
  return known
}

function isOverridden(frame: Frame): boolean {
  for (let at: Frame | undefined = frame; at; at = at.parent) if (at.overrides.size > 0) return true
  return false
}

function slotOf(fn: FunctionValue, self: Value | undefined, args: readonly Element[]): string | undefined {
  let slot = `${identity(fn.frame)} ${self ? markOf(self) : ''}`
  for (const { value, many, maybe } of args) {
    if (value.kind === 'function' && isOverridden(value.frame)) return undefined
    slot += `|${many ? '*' : ''}${maybe ? '?' : ''}${markOf(value)}`
    if (slot.length > LONGEST) return undefined
  }
  return slot
}

/** Equal for values that are one and the same to whoever looks at them. */
function markOf(value: Value): string {
  switch (value.kind) {
    case 'const': return `${typeof value.value} ${String(value.value)}`
    case 'text': return JSON.stringify(value.parts)
    case 'external': return `${value.module} ${value.name}`
    case 'namespace': return `n${identity(value.unit)}`
    case 'function': return `f${identity(value.node)}.${identity(value.frame)}${value.self ? markOf(value.self) : ''}.${value.memo ? identity(value.memo) : ''}`
    case 'class': return `c${identity(value.node)}.${identity(value.frame)}`
    case 'union': return `(${value.coalesced ? '?' : ''}${value.options.map(markOf).join('/')})`
    case 'opaque': {
      const { type, ...rest } = value
      return `${JSON.stringify(rest)}${type ? `${identity(type.node)}${type.optional ? '?' : ''}` : ''}`
    }
    default: return `i${identity(value)}`
  }
}

const identities = new WeakMap<object, number>()
let last = 0

/** A number for an object, as long as it lives. */
function identity(object: object): number {
  const known = identities.get(object)
  if (known !== undefined) return known
  identities.set(object, ++last)
  return last
}
