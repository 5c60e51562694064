import { ts } from 'ts-morph'
import { nameOf, symbolicFrameAt, type Context } from './context.js'
import { evaluate } from './evaluate.js'
import { functionId, type Frame } from './frame.js'
import { named } from './identifier.js'
import { elementOf } from './iterate.js'
import { isNullable } from './nullable.js'
import { refine } from './types.js'
import { isFixed, opaque, union, UNDEFINED, type Element, type Value } from './value.js'

/** What a parameter is: the argument of this call, its default, or, where the call is not known, a hole. */
export function parameterValue(context: Context, parameter: ts.ParameterDeclaration, frame: Frame): Value {
  const fn = parameter.parent
  const index = fn.parameters.filter((p) => p.name.getText() !== 'this').indexOf(parameter)
  if (!frame.args) return symbolicParameter(context, parameter, index, frame)
  if (parameter.dotDotDotToken) return { kind: 'array', elements: frame.args.slice(index) }
  const given = givenAt(frame.args, index)
  if (given && !(given.kind === 'const' && given.value === undefined)) return given.kind === 'opaque' ? argument(given, parameter, frame) : given
  return parameter.initializer ? evaluate(context, parameter.initializer, frame) : UNDEFINED
}

// Behind a spread, or behind an argument that may be missing, the place of an argument is not known.
function givenAt(args: readonly Element[], index: number): Value | undefined {
  if (isFixed(args.slice(0, index + 1))) return args[index]?.value
  const spread = args.slice(0, index + 1).find((arg) => arg.many)
  return spread ? spread.value : union(args.slice(0, args.length).filter((_, i) => i >= index - 1).map((arg) => arg.value))
}

function argument(given: Value & { kind: 'opaque' }, parameter: ts.ParameterDeclaration, frame: Frame): Value {
  const value = named(given, parameter.name)
  if (value.kind !== 'opaque') return value
  // What is declared to be there, handed to a parameter that may be absent: `if (event)` holds.
  if (parameter.questionToken && value.type && value.presence === undefined) return { ...value, presence: 'certain' }
  if (value.type || !parameter.type) return value
  return { ...value, type: { node: parameter.type, unit: frame.unit } }
}

function symbolicParameter(context: Context, parameter: ts.ParameterDeclaration, index: number, frame: Frame): Value {
  const name = ts.isIdentifier(parameter.name) ? parameter.name.text : ''
  const element = iteratedElement(context, parameter, index, frame) ?? handedClient(context, parameter, index, frame)
  if (element) return named(element, parameter.name)
  const handed = parameter.type || parameter.dotDotDotToken ? undefined : handedReceiver(context, parameter, index, frame)
  if (handed) return handed
  const more = {
    parameter: { fn: functionId(frame.unit, parameter.parent), index, path: [] },
    ...(parameter.type ? { type: { node: parameter.type, unit: frame.unit } } : {}),
    ...(name === '' ? { anonymous: true } : {}),
    ...(parameter.questionToken || (parameter.type && isNullable(parameter.type)) ? { presence: 'maybe' as const } : {}),
  }
  if (!parameter.dotDotDotToken) return opaque(name, more)
  return { kind: 'array', elements: [{ value: opaque(name, { parameter: more.parameter, anonymous: true }), many: true }] }
}

const MOST_CALLS = 3

/**
 * A parameter without a type, of a function that its own file alone calls: the cache, or what has one, that the calls
 * hand in.
 */
function handedReceiver(context: Context, parameter: ts.ParameterDeclaration, index: number, frame: Frame): Value | undefined {
  const fn = parameter.parent
  if (!ts.isFunctionDeclaration(fn) || !fn.name || ts.getModifiers(fn)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return undefined
  const calls = callsOf(fn.getSourceFile(), fn.name.text)
  if (calls.length === 0 || calls.length > MOST_CALLS) return undefined
  const values = calls.map((call) => (call.arguments[index] ? evaluate(context, call.arguments[index], symbolicFrameAt(context, frame.unit, call)) : UNDEFINED))
  const isReceiver = (value: Value): boolean => value.kind === 'client' || value.kind === 'instance' || (value.kind === 'opaque' && value.type !== undefined && refine(context, value) !== undefined)
  return values.every(isReceiver) ? union(values) : undefined
}

const calls = new WeakMap<ts.SourceFile, ReadonlyMap<string, readonly ts.CallExpression[]>>()

function callsOf(file: ts.SourceFile, name: string): readonly ts.CallExpression[] {
  const known = calls.get(file)
  if (known) return known.get(name) ?? []
  const found = new Map<string, ts.CallExpression[]>()
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) found.set(node.expression.text, [...(found.get(node.expression.text) ?? []), node])
    ts.forEachChild(node, visit)
  }
  visit(file)
  calls.set(file, found)
  return found.get(name) ?? []
}

const ITERATING = new Set(['map', 'forEach', 'flatMap', 'filter', 'find', 'some', 'every', 'findIndex'])

// The parameter of a callback given to `ids.map(…)` is an element of `ids`, that of `then` what the promise brings.
function iteratedElement(context: Context, parameter: ts.ParameterDeclaration, index: number, frame: Frame): Value | undefined {
  const call = parameter.parent.parent
  if (index === 0 && ts.isCallExpression(call) && frame.parent && isListener(call, parameter.parent)) return streamed(context, call, frame.parent)
  if (index !== 0 || !ts.isCallExpression(call) || call.arguments[0] !== parameter.parent) return undefined
  const callee = call.expression
  if (!ts.isPropertyAccessExpression(callee) || !frame.parent) return undefined
  if (callee.name.text === 'then') return evaluate(context, callee.expression, frame.parent)
  if (!ITERATING.has(callee.name.text)) return undefined
  const source = evaluate(context, callee.expression, frame.parent)
  return source.kind === 'array' || (source.kind === 'opaque' && source.parameter) ? elementOf(source, nameOf(callee.expression)) : undefined
}

// `stream.on('data', (keys) => …)` is handed what the stream brings, piece by piece.
const isListener = (call: ts.CallExpression, fn: ts.Node): boolean =>
  call.arguments[1] === fn && ts.isStringLiteralLike(call.arguments[0]!) && call.arguments[0].text === 'data'

function streamed(context: Context, call: ts.CallExpression, frame: Frame): Value | undefined {
  if (!ts.isPropertyAccessExpression(call.expression)) return undefined
  const stream = evaluate(context, call.expression.expression, frame)
  return stream.kind === 'array' ? elementOf(stream, nameOf(call.expression.expression)) : undefined
}

// `prisma.$transaction(async (tx) => …)`.
function handedFirst(context: Context, call: ts.CallExpression, frame: Frame): Value | undefined {
  if (!ts.isPropertyAccessExpression(call.expression) || !context.registry.handingMethods.has(call.expression.name.text)) return undefined
  const callee = evaluate(context, call.expression, frame)
  if (callee.kind !== 'operation') return undefined
  const position = callee.client.client.hands?.[callee.name]
  return position && position.property === undefined ? callee.client : undefined
}

// `createApi({ endpoints: (build) => … })`: the library calls the function with a client.
function handedClient(context: Context, parameter: ts.ParameterDeclaration, index: number, frame: Frame): Value | undefined {
  const fn = parameter.parent
  if (index === 0 && ts.isCallExpression(fn.parent) && fn.parent.arguments[0] === fn && frame.parent) return handedFirst(context, fn.parent, frame.parent)
  const property = ts.isMethodDeclaration(fn) ? fn : ts.isPropertyAssignment(fn.parent) ? fn.parent : undefined
  const call = property?.parent.parent
  if (index !== 0 || !property || !call || !ts.isCallExpression(call) || !frame.parent) return undefined
  const name = property.name.getText()
  if (!context.registry.handingProperties.has(name)) return undefined
  const callee = evaluate(context, call.expression, frame.parent)
  if (callee.kind === 'operation') return Object.hasOwn(callee.client.client.hands ?? {}, callee.name) ? callee.client : undefined
  const spec = callee.kind === 'external' ? context.registry.handing(callee.module, callee.name) : undefined
  return spec && { kind: 'client', client: spec, prefix: [] }
}
