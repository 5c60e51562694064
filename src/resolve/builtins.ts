import type { ts } from 'ts-morph'
import { arrayMethod } from './builtins-array.js'
import { textMethod } from './builtins-text.js'
import { nameOf, type Context } from './context.js'
import type { Frame } from './frame.js'
import { callFunction } from './call.js'
import { elementOf } from './iterate.js'
import { pickedBy } from './narrow.js'
import { arrayOf, exactText, opaque, textOf, type Element, type OpaqueValue, type Value } from './value.js'
import { toTemplate } from './to-template.js'

const TEXT_METHODS = new Set(['toLowerCase', 'toUpperCase', 'toLocaleLowerCase', 'toLocaleUpperCase', 'trim', 'padStart', 'padEnd', 'normalize'])

const OPAQUE_METHODS = new Set([...TEXT_METHODS, 'toString', 'then', 'catch', 'finally', 'map', 'flatMap', 'filter', 'slice', 'sort', 'reverse', 'flat', 'join'])

/** Does a method tell something of its result although the receiver is not known? */
export const isBuiltinOfOpaque = (name: string): boolean => OPAQUE_METHODS.has(name)

/** Methods of strings, numbers and arrays, and of opaque values that must be one of these. */
export function builtinMethod(context: Context, self: Value, name: string, args: readonly Element[], node: ts.CallExpression, frame: Frame): Value | undefined {
  if (self.kind === 'text') return textMethod(self, name, args, node)
  if (self.kind === 'array') return arrayMethod(context, self, name, args, node, frame)
  if (self.kind === 'const') return name === 'toString' ? textOf(toTemplate(self)) : undefined
  return self.kind === 'opaque' ? opaqueMethod(context, self, name, args, node) : undefined
}

function opaqueMethod(context: Context, self: OpaqueValue, name: string, args: readonly Element[], node: ts.CallExpression): Value | undefined {
  const callback = args[0]?.value
  switch (name) {
    case 'toString': return args.length === 0 ? { ...self, anonymous: false } : undefined
    case 'then': return callback?.kind === 'function' ? callFunction(context, callback, [{ value: self }], nameOf(node)) : undefined
    case 'catch':
    case 'finally': return self
    case 'map':
    case 'flatMap': return mapped(context, self, callback, node)
    case 'filter': return filteredKeys(context, self, callback)
    case 'slice':
    case 'sort':
    case 'reverse':
    case 'flat': return { ...self }
    case 'join': return opaque(`${self.name}.join(${JSON.stringify(exactText(callback ?? self) ?? ',')})`, { wild: true })
    default: return TEXT_METHODS.has(name) ? relabelled(self, name) : undefined
  }
}

function filteredKeys(context: Context, self: OpaqueValue, callback: Value | undefined): Value {
  const value = pickedBy(context, callback)
  return value ? arrayOf([{ value, many: true }]) : { ...self }
}

// The same identity in another form: `{email.toLowerCase()}`.
function relabelled(self: OpaqueValue, name: string): OpaqueValue {
  return { ...self, name: `${self.name}.${name}()`, anonymous: false }
}

function mapped(context: Context, self: OpaqueValue, callback: Value | undefined, node: ts.CallExpression): Value {
  if (callback?.kind !== 'function') return opaque(nameOf(node))
  const value = callFunction(context, callback, [{ value: elementOf(self, self.name) }, { value: opaque('index') }], nameOf(node))
  return value.kind === 'array' && node.expression.getText().endsWith('flatMap')
    ? arrayOf(value.elements.map((element) => ({ ...element, many: true })))
    : arrayOf([{ value, many: true }])
}
