import type { ts } from 'ts-morph'
import { callValue } from './call.js'
import { nameOf, type Context } from './context.js'
import type { Frame } from './frame.js'
import { elementOf } from './iterate.js'
import { spreadOf } from './evaluate.js'
import { joined } from './to-template.js'
import { arrayOf, boundedText, constant, exactText, opaque, truth, union, UNDEFINED, type ArrayValue, type Element, type Value } from './value.js'

type Apply = (element: Element, index: number) => Value

/** Array methods on elements that are known in part. */
export function arrayMethod(context: Context, self: ArrayValue, name: string, args: readonly Element[], node: ts.CallExpression, frame: Frame): Value | undefined {
  const callback = args[0]?.value
  const apply: Apply = (element, index) =>
    callback ? callValue(context, callback, [{ value: element.value }, { value: element.many ? opaque('index') : constant(index) }], node, frame) : element.value
  switch (name) {
    case 'map': return arrayOf(self.elements.map((element, i) => ({ ...element, value: apply(element, i) })))
    case 'flatMap': return arrayOf(self.elements.flatMap((element, i) => flattened({ ...element, value: apply(element, i) })))
    case 'filter': return arrayOf(self.elements.filter((element, i) => keeps(callback, element, apply, i)))
    case 'join': return boundedText(joined(self.elements, args.length === 0 ? ',' : exactText(callback!) ?? ','))
    case 'concat': return arrayOf([...self.elements, ...args.flatMap((arg) => spreadOf(arg.value, nameOf(node)))])
    case 'flat': return arrayOf(self.elements.flatMap(flattened))
    case 'slice': return sliced(self, args)
    case 'reverse':
    case 'toReversed': return arrayOf([...self.elements].reverse())
    case 'sort':
    case 'toSorted': return self
    case 'at': return item(self, callback)
    case 'find':
    case 'pop':
    case 'shift': return union([elementOf(self, nameOf(node))])
    case 'reduce': return reduced(context, self, args, node, frame)
    case 'includes': return includes(self, callback, node)
    case 'keys':
    case 'values':
    case 'entries': return undefined
    default: return undefined
  }
}

function flattened(element: Element): readonly Element[] {
  if (element.value.kind !== 'array') return [element]
  return element.many ? element.value.elements.map((inner) => ({ ...inner, many: true })) : element.value.elements
}

/** Does `filter` keep the element? What is not known to go stays: `[a, b].filter(Boolean)` is taken with all its parts. */
function keeps(callback: Value | undefined, element: Element, apply: Apply, index: number): boolean {
  const { value } = element
  const isAbsent = value.kind === 'const' && value.value == null
  if (callback?.kind === 'external') return callback.name === 'Boolean' ? truth(value) !== false : !isAbsent
  if (callback?.kind !== 'function') return !isAbsent
  return truth(apply(element, index)) !== false
}

function sliced(self: ArrayValue, args: readonly Element[]): Value {
  const bounds = args.map((arg) => (arg.value.kind === 'const' && typeof arg.value.value === 'number' ? arg.value.value : undefined))
  if (bounds.some((bound) => bound === undefined) || self.elements.some((element) => element.many)) return arrayOf(self.elements.map((e) => ({ ...e, many: true })))
  return arrayOf(self.elements.slice(bounds[0], bounds[1]))
}

function item(self: ArrayValue, index: Value | undefined): Value {
  const isKnown = index?.kind === 'const' && typeof index.value === 'number' && !self.elements.some((element) => element.many)
  return isKnown ? (self.elements.at(index.value as number)?.value ?? UNDEFINED) : elementOf(self, 'items')
}

function reduced(context: Context, self: ArrayValue, args: readonly Element[], node: ts.CallExpression, frame: Frame): Value | undefined {
  const [callback, start] = args
  if (!callback || !start || self.elements.some((element) => element.many)) return undefined
  return self.elements.reduce<Value>((sum, element, i) =>
    callValue(context, callback.value, [{ value: sum }, element, { value: constant(i) }], node, frame), start.value)
}

function includes(self: ArrayValue, wanted: Value | undefined, node: ts.Node): Value {
  const text = wanted && exactText(wanted)
  const known = self.elements.map((element) => exactText(element.value))
  if (text === undefined || known.includes(undefined)) return opaque(nameOf(node))
  return constant(known.includes(text))
}
