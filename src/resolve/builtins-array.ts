import type { ts } from 'ts-morph'
import { callValue } from './call.js'
import { nameOf, type Context } from './context.js'
import { filtered } from './filter.js'
import type { Frame } from './frame.js'
import { elementOf } from './iterate.js'
import { elementAt } from './member.js'
import { isAnyText, pickedBy } from './narrow.js'
import { spreadOf } from './evaluate.js'
import { joined } from './to-template.js'
import { arrayOf, boundedText, constant, exactText, isFixed, opaque, truth, union, UNDEFINED, type ArrayValue, type Element, type Value } from './value.js'

type Apply = (element: Element, index: number) => Value

/** Array methods on elements that are known in part. */
export function arrayMethod(context: Context, self: ArrayValue, name: string, args: readonly Element[], node: ts.CallExpression, frame: Frame): Value | undefined {
  const callback = args[0]?.value
  const apply: Apply = (element, index) =>
    callback ? callValue(context, callback, [{ value: element.value }, { value: isFixed(self.elements.slice(0, index + 1)) ? constant(index) : opaque('index') }], node, frame) : element.value
  switch (name) {
    case 'map': return arrayOf(self.elements.map((element, i) => ({ ...element, value: apply(element, i) })))
    case 'flatMap': return arrayOf(self.elements.flatMap((element, i) => flattened({ ...element, value: apply(element, i) })))
    case 'filter': return ofPrefix(context, self, callback) ?? arrayOf(filtered(self.elements, (value) => kept(callback, apply({ value }, 0), value)))
    case 'join': return boundedText(joined(self.elements, args.length === 0 ? ',' : exactText(callback!) ?? ','))
    case 'concat': return arrayOf([...self.elements, ...args.flatMap((arg) => appended(arg, node))])
    case 'flat': return arrayOf(self.elements.flatMap(flattened))
    case 'slice': return sliced(self, args)
    case 'reverse':
    case 'toReversed': return arrayOf([...self.elements].reverse())
    case 'sort':
    case 'toSorted': return sorted(self)
    case 'at': return item(self, callback)
    case 'find': return found(self, (value, i) => (callback ? truth(apply({ value }, i)) : undefined))
    case 'some': return quantified(self, true, (value, i) => (callback ? truth(apply({ value }, i)) : undefined), node)
    case 'every': return quantified(self, false, (value, i) => (callback ? truth(apply({ value }, i)) : undefined), node)
    case 'pop':
    case 'shift': return union([elementOf(self, nameOf(node))])
    case 'reduce': return reduced(context, self, args, node, frame)
    case 'includes': return includes(self, callback, node)
    case 'on':
    case 'once': return self // a stream of keys
    case 'keys':
    case 'values':
    case 'entries': return undefined
    default: return undefined
  }
}

// `concat` takes lists and single elements; what is not known may be either.
const appended = (arg: Element, node: ts.Node): readonly Element[] =>
  arg.value.kind === 'array' || arg.value.kind === 'opaque' || arg.value.kind === 'union' ? spreadOf(arg.value, nameOf(node)) : [arg]

function flattened(element: Element): readonly Element[] {
  if (element.value.kind !== 'array') return [element]
  const { many, maybe } = element
  return element.value.elements.map((inner) => ({ ...inner, ...(many ? { many } : {}), ...(maybe ? { maybe } : {}) }))
}

// Keys of run time, of which a prefix is asked.
function ofPrefix(context: Context, self: ArrayValue, callback: Value | undefined): Value | undefined {
  if (!self.elements.some((element) => element.many && isAnyText(element.value))) return undefined
  const value = pickedBy(context, callback)
  return value && arrayOf([{ value, many: true }])
}

// `filter(Boolean)`, `filter((x) => …)`; a guard from a library (`isDefined`) is taken for a test of presence.
function kept(callback: Value | undefined, result: Value, value: Value): boolean | undefined {
  if (callback?.kind === 'function') return truth(result)
  return truth(value)
}

// Any number of elements, each of them one of these.
const anyOf = (elements: readonly Element[]): Value => arrayOf(elements.length === 0 ? [] : [{ value: union(elements.map((element) => element.value)), many: true }])

/** Which element comes first is known of constants alone. */
function sorted(self: ArrayValue): Value {
  const { elements } = self
  if (elements.length < 2) return self
  if (!isFixed(elements)) return anyOf(elements)
  const known = elements.map((element) => exactText(element.value))
  if (!known.includes(undefined)) return arrayOf([...elements].sort((a, b) => (exactText(a.value)! < exactText(b.value)! ? -1 : 1)))
  const any = union(elements.map((element) => element.value))
  return arrayOf(elements.map(() => ({ value: any })))
}

function sliced(self: ArrayValue, args: readonly Element[]): Value {
  const bounds = args.map((arg) => (arg.value.kind === 'const' && typeof arg.value.value === 'number' ? arg.value.value : undefined))
  if (bounds.some((bound) => bound === undefined) || !isFixed(self.elements)) return anyOf(self.elements)
  return arrayOf(self.elements.slice(bounds[0], bounds[1]))
}

type Verdict = (value: Value, index: number) => boolean | undefined

/** The first element that the test holds for, where that is known of each before it. */
function found({ elements }: ArrayValue, test: Verdict): Value {
  const candidates: Value[] = []
  for (const [i, { value, many, maybe }] of elements.entries()) {
    const verdict = test(value, i)
    if (verdict === false) continue
    candidates.push(value)
    if (verdict && !many && !maybe) return union(candidates)
  }
  return candidates.length === 0 ? UNDEFINED : union(candidates)
}

/** `some` and `every`: decided by one element, or by all of them. */
function quantified({ elements }: ArrayValue, decisive: boolean, test: Verdict, node: ts.Node): Value {
  const verdicts = elements.map(({ value }, i) => test(value, i))
  if (verdicts.some((verdict, i) => verdict === decisive && !elements[i]!.many && !elements[i]!.maybe)) return constant(decisive)
  return verdicts.every((verdict) => verdict === !decisive) ? constant(!decisive) : opaque(nameOf(node))
}

function item(self: ArrayValue, index: Value | undefined): Value {
  if (index?.kind !== 'const' || typeof index.value !== 'number') return elementOf(self, 'items')
  if (index.value >= 0) return elementAt(self, index.value)
  return isFixed(self.elements) ? (self.elements.at(index.value)?.value ?? UNDEFINED) : elementOf(self, 'items')
}

function reduced(context: Context, self: ArrayValue, args: readonly Element[], node: ts.CallExpression, frame: Frame): Value | undefined {
  const [callback, start] = args
  if (!callback || !start || !isFixed(self.elements)) return opaque(nameOf(node), { wild: true })
  return self.elements.reduce<Value>((sum, element, i) =>
    callValue(context, callback.value, [{ value: sum }, element, { value: constant(i) }], node, frame), start.value)
}

function includes(self: ArrayValue, wanted: Value | undefined, node: ts.Node): Value {
  const text = wanted && exactText(wanted)
  const known = self.elements.map((element) => exactText(element.value))
  if (text === undefined || known.includes(undefined)) return opaque(nameOf(node))
  return constant(known.includes(text))
}
