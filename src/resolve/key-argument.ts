import type { ts } from 'ts-morph'
import { parse } from '../keys/parse.js'
import type { KeyPosition, Position } from '../clients/spec.js'
import { callFunction } from './call.js'
import type { Context } from './context.js'
import { newFrame } from './frame.js'
import { memberValue } from './member.js'
import { memoKey } from './memo-key.js'
import { arrayOf, exactText, isNullish, literal, opaque, textOf, type ClientValue, type Element, type Value } from './value.js'

/** The values in the place where an operation has its keys; `undefined` where there is none. */
export function keyArguments(context: Context, position: KeyPosition, args: readonly Element[], node: ts.Node, client?: ClientValue): Value[] | undefined {
  if (position.all) return []
  if (position.template !== undefined) return [textOf(parse(position.template))]
  if (position.parameters) return [memoKey(context, position, position.parameters, args, node)]
  if (position.path) return [pathKey(context, position, args, node, client)]
  const at = position.after === undefined ? position.arg : wordAt(args, position.after, position.arg) + 1
  if (position.after !== undefined && at === 0) return undefined
  const given = position.rest ? args.slice(at) : args.slice(at, at + 1)
  if (given.length === 0) return position.or ? keyArguments(context, position.or, args, node, client) : undefined
  const values = given.flatMap((arg) => opened(context, position, arg.value, node)).filter((value) => !position.plain || value.kind !== 'function')
  if (values.length > 0) return client?.client.wrapsText ? values.map(wrapped) : values
  return position.or ? keyArguments(context, position.or, args, node, client) : undefined
}

const wrapped = (value: Value): Value => (value.kind === 'text' ? arrayOf([{ value }]) : value)

/** The index of a word such as `MATCH` or `EX` among the arguments from `from` on; -1 where it is not given. */
export function wordAt(args: readonly Element[], word: string, from: number): number {
  return args.findIndex((arg, i) => i >= from && exactText(arg.value)?.toUpperCase() === word)
}

/** The value at a position; `undefined` where nothing is given there. */
export function argumentAt(context: Context, position: Position, args: readonly Element[], node: ts.Node): Value | undefined {
  const given = args[position.arg]?.value
  if (given === undefined || position.property === undefined) return given
  const value = property(context, given, position.property, node)
  return value === undefined || (value.kind === 'const' && value.value === undefined) ? undefined : value
}

// `utils.post.byId.invalidate({ id })`: `[post.byId, {input}]`, as the names of the router are one segment of the key.
function pathKey(context: Context, position: KeyPosition, args: readonly Element[], node: ts.Node, client: ClientValue | undefined): Value {
  const names = (client?.namespace ?? []).map((name): Element => ({ value: literal(name) }))
  const input = argumentAt(context, position, args, node)
  return arrayOf(input === undefined || input.kind === 'function' || isNullish(input) ? names : [...names, { value: input }])
}

function opened(context: Context, position: KeyPosition, argument: Value, node: ts.Node): Value[] {
  const isSelf = position.property === undefined || (position.orSelf === true && (argument.kind === 'array' || argument.kind === 'text'))
  const object = argument.kind === 'function' && !isSelf ? callFunction(context, argument, [], 'options') : argument
  const value = isSelf ? argument : property(context, object, position.property ?? '', node)
  if (value === undefined || (isNullish(value) && position.property !== undefined)) return []
  if (position.record) return recordKeys(context, value, node)
  if (position.each !== undefined) return listed(value).flatMap((each) => property(context, each, position.each!, node) ?? [])
  const values = position.list ? listed(value) : [value]
  return position.pair ? values.map((each) => paired(context, each, position.pair!, node)) : values
}

function listed(value: Value): Value[] {
  if (value.kind === 'array') return value.elements.map((element) => element.value)
  if (value.kind === 'union' && value.options.some((option) => option.kind === 'array')) return value.options.flatMap(listed)
  return [value]
}

// `{ type: 'Post', id: 1 }` → `[Post, 1]`; a plain `'Post'` → `[Post]`.
function paired(context: Context, value: Value, [first, second]: readonly [string, string], node: ts.Node): Value {
  if (value.kind === 'text') return arrayOf([{ value }])
  if (value.kind !== 'object') return value
  const parts = [first, second].flatMap((name) => property(context, value, name, node) ?? []).filter((part) => !isNullish(part))
  return arrayOf(parts.map((part) => ({ value: part })))
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
  if (value.kind === 'object') return [...value.props.keys()].map((name) => literal(name))
  if (value.kind !== 'array') return [opaque('keys', { wild: true })]
  return value.elements.map((element) => pairKey(context, element.value, node))
}

// `{ key, value }`, or the pair `[key, value]`.
function pairKey(context: Context, value: Value, node: ts.Node): Value {
  if (value.kind === 'array') return value.elements[0]?.value ?? opaque('key')
  return property(context, value, 'key', node) ?? value
}
