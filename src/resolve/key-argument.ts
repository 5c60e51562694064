import type { ts } from 'ts-morph'
import type { KeyPosition } from '../clients/spec.js'
import type { Context } from './context.js'
import { newFrame } from './frame.js'
import { memberValue } from './member.js'
import { exactText, isNullish, opaque, type Element, type Value } from './value.js'

/** The values in the place where an operation has its keys; `undefined` where there is none. */
export function keyArguments(context: Context, position: KeyPosition, args: readonly Element[], node: ts.Node): Value[] | undefined {
  if (position.all) return []
  const at = position.after === undefined ? position.arg : args.findIndex((arg) => exactText(arg.value)?.toUpperCase() === position.after) + 1
  if (position.after !== undefined && at === 0) return undefined
  const given = position.rest ? args.slice(at) : args.slice(at, at + 1)
  if (given.length === 0) return undefined
  const values = given.flatMap((arg) => opened(context, position, arg.value, node))
  return values.length > 0 ? values : undefined
}

function opened(context: Context, position: KeyPosition, argument: Value, node: ts.Node): Value[] {
  const isSelf = position.property === undefined || (position.orSelf === true && (argument.kind === 'array' || argument.kind === 'text'))
  const value = isSelf ? argument : property(context, argument, position.property ?? '', node)
  if (value === undefined || (isNullish(value) && position.property !== undefined)) return []
  if (position.record) return recordKeys(context, value, node)
  if (!position.list) return [value]
  if (value.kind === 'array') return value.elements.map((element) => element.value)
  if (value.kind === 'union' && value.options.some((option) => option.kind === 'array')) return value.options.flatMap((option) => opened(context, { arg: 0, list: true }, option, node))
  return [value]
}

function property(context: Context, argument: Value, path: string, node: ts.Node): Value | undefined {
  const frame = newFrame({ file: '', path: '', ast: node.getSourceFile() }, node.getSourceFile())
  let value: Value = argument
  for (const name of path.split('.')) {
    if (value.kind === 'const' || value.kind === 'text' || value.kind === 'array' || value.kind === 'function') return undefined
    value = memberValue(context, value, name, node, frame)
  }
  return value
}

// `mset({a: 1})`, and `mset([{key: 'a', value: 1}])` of node-cache.
function recordKeys(context: Context, value: Value, node: ts.Node): Value[] {
  if (value.kind === 'object') return [...value.props.keys()].map((name) => ({ kind: 'text', parts: [{ kind: 'text', text: name }] }))
  if (value.kind !== 'array') return [opaque('keys', { wild: true })]
  return value.elements.map((element) => property(context, element.value, 'key', node) ?? element.value)
}
