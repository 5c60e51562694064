import { ts } from 'ts-morph'
import type { Origin } from '../keys/template.js'
import { callFunction } from './call.js'
import { clientOfExternal, madeClient } from './client-value.js'
import { nameOf, symbolicFrameAt, type Context } from './context.js'
import { evaluate, once, spreadOf } from './evaluate.js'
import type { Frame } from './frame.js'
import { importValue } from './identifier.js'
import { relabelled, toTemplate } from './to-template.js'
import { alternatives, arrayOf, constant, exactText, literal, mapUnion, opaque, textOf, truth, union, UNDEFINED, type Element, type Value } from './value.js'

/** Functions and constructors of the language and of Node that keys are made with. */
export function callGlobal(context: Context, name: string, args: readonly Element[], node: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression, frame: Frame): Value | undefined {
  const first = args[0]?.value
  switch (name) {
    case 'require':
    case 'import': return first && exactText(first) !== undefined ? importValue(context, exactText(first)!, '*', frame.unit) : undefined
    case 'String': return first ? textLike(first) : literal('')
    case 'Number':
    case 'parseInt':
    case 'structuredClone': return first?.kind === 'opaque' ? { ...first, anonymous: false } : first
    case 'encodeURIComponent':
    case 'encodeURI':
    case 'decodeURIComponent': return first ? mapUnion(first, (option) => encoded(option, name)) : undefined
    case 'JSON.stringify': return opaque(nameOf(node), { wild: true, ...(mixesForeign(first) ? { mixed: originOf(node, frame) } : {}) })
    case 'Promise.resolve':
    case 'Object.freeze':
    case 'Object.seal':
    case 'Object.create': return first
    case 'Promise.all':
    case 'Promise.allSettled':
    case 'Array.from': return collected(context, args)
    case 'Array.of': return arrayOf(args)
    case 'Array.isArray': return isArray(first, node)
    case 'Boolean': return first && truth(first) !== undefined ? constant(truth(first)!) : undefined
    case 'Object.assign': return args.reduceRight<Value | undefined>((over, arg) => (over ? assigned(arg.value, over) : arg.value), undefined)
    case 'Object.keys': return first?.kind === 'object' && !first.rest ? arrayOf([...first.props.keys()].map((key) => ({ value: literal(key) }))) : undefined
    case 'Object.values': return first?.kind === 'object' && !first.rest ? arrayOf([...first.props.values()].map((thunk) => ({ value: thunk() }))) : undefined
    case 'Object.entries': return entries(first)
    case 'Object.fromEntries': return fromEntries(first)
    case 'new Set':
    case 'new Request': return first
    case 'new Proxy': return proxied(context, first, args[1]?.value)
    default: return clientConstructor(context, name, args, node, frame)
  }
}

const originOf = (node: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression, frame: Frame): Origin =>
  ({ file: frame.unit.path, at: (ts.isTaggedTemplateExpression(node) ? node : node.arguments?.[0] ?? node).pos })

// `{ ...query, collection }`: a field of the query can take the name of one of the fixed ones.
const mixesForeign = (value: Value | undefined): boolean => value?.kind === 'object' && value.rest !== undefined && value.props.size > 0

function clientConstructor(context: Context, name: string, args: readonly Element[], node: ts.Node, frame: Frame): Value | undefined {
  const made = name.startsWith('new ') ? clientOfExternal(context, 'global', name.slice(4), 'constructor') : clientOfExternal(context, 'global', name, 'factory')
  return made && madeClient(made.client, args, node, frame, name)
}

function textLike(value: Value): Value {
  return mapUnion(value, (option) => (option.kind === 'opaque' ? option : textOf(toTemplate(option))))
}

const ENCODERS: Readonly<Record<string, (text: string) => string>> = { encodeURIComponent, encodeURI, decodeURIComponent: (text) => text }

function encoded(value: Value, name: string): Value {
  if (value.kind === 'text') return textOf(relabelled(value.parts, (text) => encodedText(text, name), (hole) => `${name}(${hole})`))
  if (value.kind !== 'opaque') return value
  const { wild: _, ...rest } = value
  return { ...rest, name: `${name}(${value.name})`, anonymous: false }
}

// A lone surrogate cannot be encoded: the program would throw, the audit goes on.
function encodedText(text: string, name: string): string {
  try {
    return ENCODERS[name]!(text)
  } catch {
    return text
  }
}

function collected(context: Context, args: readonly Element[]): Value | undefined {
  const [source, mapper] = args
  if (!source) return undefined
  const value = source.value
  const elements = value.kind === 'array' ? value.elements : value.kind === 'opaque' ? spreadOf(value, value.name) : undefined
  if (!elements) return undefined
  if (mapper?.value.kind !== 'function') return arrayOf(elements)
  const fn = mapper.value
  return arrayOf(elements.map((element) => ({ ...element, value: callFunction(context, fn, [element], 'item') })))
}

function isArray(value: Value | undefined, node: ts.Node): Value {
  if (!value || value.kind === 'opaque' || value.kind === 'union' || value.kind === 'external') return opaque(nameOf(node))
  return constant(value.kind === 'array')
}

function assigned(base: Value, over: Value): Value {
  if (base.kind === 'object' && over.kind === 'opaque') return { ...base, rest: over }
  if (base.kind !== 'object' || over.kind !== 'object') return base.kind === 'object' ? base : over
  return { kind: 'object', props: new Map([...base.props, ...over.props]), ...(over.rest ?? base.rest ? { rest: (over.rest ?? base.rest)! } : {}) }
}

function entries(value: Value | undefined): Value | undefined {
  if (value?.kind !== 'object' || value.rest) return undefined
  return arrayOf([...value.props].map(([key, thunk]) => ({ value: arrayOf([{ value: literal(key) }, { value: thunk() }]) })))
}

function fromEntries(value: Value | undefined): Value | undefined {
  if (value?.kind !== 'array' || value.elements.some((element) => element.many)) return undefined
  const props = new Map<string, () => Value>()
  for (const { value: pair } of value.elements) {
    const key = pair.kind === 'array' && pair.elements[0] ? exactText(pair.elements[0].value) : undefined
    if (pair.kind !== 'array' || key === undefined) return undefined
    props.set(key, once(() => pair.elements[1]?.value ?? UNDEFINED))
  }
  return { kind: 'object', props }
}

/**
 * A Proxy whose `get` trap looks the property up in another object (`service[prop]`) stands for that object: a client
 * that is made on first use.
 */
function proxied(context: Context, target: Value | undefined, handler: Value | undefined): Value | undefined {
  const trap = handler?.kind === 'object' ? handler.props.get('get')?.() : undefined
  if (trap?.kind !== 'function') return target
  const property = trap.node.parameters[1]?.name.getText()
  const lookups = property === undefined ? [] : lookupsOf(trap.node, property)
  const found = lookups.flatMap((object) => alternatives(evaluate(context, object, symbolicFrameAt(context, trap.frame.unit, object))))
    .filter((value) => value.kind !== 'const' && value.kind !== 'opaque' && value.kind !== 'external')
  return found.length > 0 ? union(found) : target
}

/** The objects that are indexed by the property parameter: `object[prop]`, `Reflect.get(object, prop)`. */
function lookupsOf(trap: ts.Node, property: string): ts.Expression[] {
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isElementAccessExpression(node) && node.argumentExpression.getText() === property) found.push(node.expression)
    if (ts.isCallExpression(node) && node.expression.getText() === 'Reflect.get' && node.arguments[1]?.getText() === property) found.push(node.arguments[0]!)
    ts.forEachChild(node, visit)
  }
  visit(trap)
  return found
}
