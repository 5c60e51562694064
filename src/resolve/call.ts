import { ts } from 'ts-morph'
import { builtinMethod, isBuiltinOfOpaque } from './builtins.js'
import { functionOperationsOf } from '../clients/registry.js'
import type { ClientSpec } from '../clients/spec.js'
import { closedObject } from './closed-types.js'
import { clientOfExternal, forEntity, madeClient } from './client-value.js'
import { deeper, nameOf, type Context } from './context.js'
import { evaluate, evaluateElements } from './evaluate.js'
import { instantiate, baseOf } from './instance.js'
import { rememberedCall } from './call-memo.js'
import { callGlobal } from './globals.js'
import { memberOf } from './member.js'
import { callKnown, isKnownModule } from './known-functions.js'
import { operationResult } from './operation-result.js'
import { newFrame, type Frame } from './frame.js'
import { returnsOf } from './returns.js'
import { gaveUp, mapUnion, opaque, textOf, union, type Element, type ExternalValue, type FunctionValue, type OpaqueValue, type Value } from './value.js'
import { refine, typedResult } from './types.js'
import { countAlternatives, LIMIT, text } from '../keys/template.js'

export function evaluateCall(context: Context, node: ts.CallExpression, frame: Frame): Value {
  // A call in some run of its function is the same whoever asks: worked out once, unless it is worked out in the middle of
  // something.
  const isLasting = context.symbolic.get(frame.scope) === frame && frame.overrides.size === 0 && frame.active.size === 0 && !context.tracer
  const known = isLasting ? frame.memo.get(node) : undefined
  if (known) return known
  const value = callAt(context, node, frame)
  if (isLasting && !context.budget.spent) frame.memo.set(node, value)
  return value
}

function callAt(context: Context, node: ts.CallExpression, frame: Frame): Value {
  const callee = node.expression
  if (ts.isPropertyAccessExpression(callee)) {
    const owner = evaluate(context, callee.expression, frame)
    return mapUnion(owner, (option) => callMember(context, option, callee.name.text, node, frame))
  }
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return imported(context, node, frame)
  const value = evaluate(context, callee, frame)
  if (isUnknown(value)) return unknownCall(node, value)
  const args = evaluateElements(context, node.arguments, frame)
  return mapUnion(value, (option) => callValue(context, option, args, node, frame))
}

const isUnknown = (value: Value): boolean => value.kind === 'opaque' || value.kind === 'const' || value.kind === 'text'

function imported(context: Context, node: ts.CallExpression, frame: Frame): Value {
  return callGlobal(context, 'require', evaluateElements(context, node.arguments, frame), node, frame) ?? opaque(nameOf(node))
}

/** Calls a method: of the program's own values, of a client, or of a string or array. */
function callMember(context: Context, owner: Value, name: string, node: ts.CallExpression, frame: Frame): Value {
  const self = owner.kind === 'opaque' ? refine(context, owner) ?? owner : owner
  if (self.kind === 'union') return union(self.options.map((option) => callMember(context, option, name, node, frame)))
  if (self.kind === 'function') return callOfFunction(context, self, name, node, frame)
  if (self.kind === 'external' && !matters(context, self, name)) return opaque(nameOf(node))
  if (self.kind === 'opaque' && !isBuiltinOfOpaque(name)) return declaredResult(context, self, name, node)
  const args = evaluateElements(context, node.arguments, frame)
  if (self.kind === 'external') return callExternal(context, self.module, self.name === '' ? name : `${self.name}.${name}`, args, node, frame)
  const method = self.kind === 'text' || self.kind === 'array' || self.kind === 'const' ? undefined : memberOf(context, self, name, node)
  if (method && method.kind !== 'opaque' && !(method.kind === 'const' && method.value === undefined)) {
    return mapUnion(method, (option) => callValue(context, option, args, node, frame))
  }
  return builtinMethod(context, self, name, args, node, frame) ?? unknownCall(node, method)
}

function declaredResult(context: Context, owner: OpaqueValue, name: string, node: ts.CallExpression): Value {
  const result = unknownCall(node, owner)
  const type = typedResult(context, owner, name)
  return type && result.kind === 'opaque' ? { ...result, type } : result
}

// Arguments are worked out only for calls that may make something of them.
function matters(context: Context, owner: ExternalValue, name: string): boolean {
  return owner.module === 'global' || owner.module === 'react' || isKnownModule(owner.module) || context.registry.modules.includes(owner.module) && name !== ''
}

// `fn.call(self, …)`, `fn.bind(self)`, `fn.apply(self, args)`.
function callOfFunction(context: Context, fn: FunctionValue, name: string, node: ts.CallExpression, frame: Frame): Value {
  const args = evaluateElements(context, node.arguments, frame)
  if (name === 'bind') return fn
  if (name === 'call') return callFunction(context, fn, args.slice(1), nameOf(node))
  const list = args[1]?.value
  if (name === 'apply') return asListed(context, fn, callFunction(context, fn, list?.kind === 'array' ? list.elements : [], nameOf(node)), nameOf(node))
  return unknownCall(node)
}

/** Calls a value with arguments; `node` names the result where it stays unknown. */
export function callValue(context: Context, fn: Value, args: readonly Element[], node: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression, frame: Frame): Value {
  switch (fn.kind) {
    case 'function': return callFunction(context, fn, args, nameOf(node))
    case 'external': return callExternal(context, fn.module, fn.name, args, node, frame)
    case 'operation': return operationResult(context, fn, args, node)
    case 'client': return fn.client.entities?.by?.includes('()') ? forEntity(fn, '()', args) : unknownCall(node)
    case 'native': return fn.run(args, node, (inner, given) => callValue(context, inner, given, node, frame)) ?? opaque(nameOf(node))
    case 'union': return union(fn.options.map((option) => callValue(context, option, args, node, frame)))
    case 'opaque': return unknownCall(node, fn)
    default: return unknownCall(node)
  }
}

// Who calls by `apply` does not know the function, and looks for members that its type may not have.
function asListed(context: Context, fn: FunctionValue, value: Value, name: string): Value {
  const type = fn.node.type
  // What was found to be nothing, of a function that declares to return something, was not understood.
  const isLost = value.kind === 'const' && value.value == null && type !== undefined && !/\b(?:void|undefined|null|any|unknown|never)\b/.test(type.getText())
  const known = isLost ? opaque(name, { type: { node: type, unit: fn.frame.unit } }) : value
  return known.kind === 'opaque' ? closedObject(context, known) ?? known : known
}

function unknownCall(node: ts.Node, callee?: Value): Value {
  if (callee?.kind !== 'opaque') return opaque(nameOf(node))
  if (callee.reason !== undefined) return gaveUp(nameOf(node), callee.reason)
  // The result of a function that the caller hands in: only the caller's caller knows it.
  if (callee.parameter) return opaque(nameOf(node), { parameter: callee.parameter, wild: true })
  return opaque(nameOf(node), callee.wild ? { wild: true } : {})
}

function callExternal(context: Context, module: string, name: string, args: readonly Element[], node: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression, frame: Frame): Value {
  if (module === 'global') return callGlobal(context, name, args, node, frame) ?? opaque(nameOf(node))
  const made = clientOfExternal(context, module, name, 'factory')
  if (made) return madeClient(made.client, args, node, frame, name.replace(/^default\./, ''))
  const library = context.registry.find(module, name, 'function')
  if (library) return handedBack(library, name, args, node, frame) ?? opaque(nameOf(node))
  return callKnown(module, name, args, node) ?? passedThrough(context, module, name, args) ?? opaque(nameOf(node))
}

/** A memoizer hands back the function that it is given, with the cache behind it: `memo.cache.delete(id)`. */
function handedBack(spec: ClientSpec, name: string, args: readonly Element[], node: ts.Node, frame: Frame): Value | undefined {
  const operation = functionOperationsOf(spec, name)[0]
  if (operation?.returns === 'argument') return args[0]?.value
  const fn = operation?.key.parameters && args[operation.key.arg]?.value
  return fn?.kind === 'function' ? { ...fn, memo: madeClient(spec, args, node, frame) } : undefined
}

/** Functions of well-known packages that hand back the function that they are given, or what it returns. */
const HANDS_BACK = new Set(['react:cache', 'react:useCallback', 'react:memo'])
const CALLS = new Set(['react:useMemo', 'react:useState'])
/** `derived([table, view], ([$table, $view]) => …)`: the function stands second. */
const CALLS_SECOND = new Set(['svelte/store:derived'])

/** Functions whose result has the members of their module: `export const { auth } = NextAuth({…})`. */
const MAKES_MEMBERS = new Set(['next-auth:default'])

function passedThrough(context: Context, module: string, name: string, args: readonly Element[]): Value | undefined {
  const [first] = args
  if (MAKES_MEMBERS.has(`${module}:${name}`)) return { kind: 'external', module, name }
  if (!first) return undefined
  const bare = name.replace(/^default\./, '')
  if (HANDS_BACK.has(`${module}:${bare}`)) return first.value
  const called = CALLS.has(`${module}:${bare}`) ? first.value : CALLS_SECOND.has(`${module}:${bare}`) ? args[1]?.value : undefined
  return called?.kind === 'function' ? callFunction(context, called, [], bare) : undefined
}

/** Runs a function of the program on abstract arguments; `name` names the result where it stays unknown. */
export function callFunction(context: Context, fn: FunctionValue, args: readonly Element[], name: string): Value {
  if (!fn.node.body) return opaque(name, fn.node.type ? { type: { node: fn.node.type, unit: fn.frame.unit } } : {})
  return deeper(context, () => {
    const self = fn.self ?? (ts.isArrowFunction(fn.node) ? fn.frame.self : undefined)
    const frame = newFrame(fn.frame.unit, fn.node, { parent: fn.frame, args, ...(self ? { self } : {}) })
    const value = rememberedCall(context, fn, self, args, () => returnsOf(context, fn.node, frame))
    return settle(context, fn, args, value, name)
  }, () => gaveUp(name, 'calls nest too deeply'))
}

/** Gives a result that stays unknown the name of the call, and the type that the function declares. */
function settle(context: Context, fn: FunctionValue, args: readonly Element[], value: Value, name: string): Value {
  // A text of more variants than anyone would read is better told by the name of what makes it.
  if (value.kind === 'text' && countAlternatives(value.parts) > LIMIT) return opaque(name, { wild: true })
  const options = value.kind === 'union' ? value.options : [value]
  if (!options.every(isPlain)) return handedThrough(fn, args, options) ?? value
  const generic = genericResult(context, fn, args)
  if (generic) return generic
  const reason = options.find((option): option is OpaqueValue => option.kind === 'opaque' && option.reason !== undefined)?.reason
  if (options.length === 1 && options[0]!.kind === 'opaque' && (options[0]!.parameter !== undefined || options[0]!.type !== undefined || options[0]!.digest)) return options[0]!
  if (options.every((option) => option.kind === 'const')) return value
  if (isIdentity(options, args)) return value
  const type = fn.node.type ? { type: { node: fn.node.type, unit: fn.frame.unit } } : {}
  const wild = options.some((option) => option.kind === 'opaque' && option.wild) ? { wild: true } : {}
  const readFrom = options.find((option): option is OpaqueValue => option.kind === 'opaque' && option.readFrom !== undefined)?.readFrom
  const mixed = options.find((option): option is OpaqueValue => option.kind === 'opaque' && option.mixed !== undefined)?.mixed
  const certain = options.every((option) => option.kind === 'opaque' && option.presence === 'certain') ? { presence: 'certain' as const } : {}
  return opaque(name, { ...type, ...wild, ...certain, ...(readFrom ? { readFrom } : {}), ...(mixed ? { mixed } : {}), ...(reason !== undefined ? { reason } : {}) })
}

/** `prefixed<T>(keys: T): T` hands back what it is given, or something of its shape that is not understood: the former tells more. */
function handedThrough(fn: FunctionValue, args: readonly Element[], options: readonly Value[]): Value | undefined {
  const result = genericName(fn.node.type)
  const index = fn.node.parameters.findIndex((parameter) => result !== undefined && genericName(parameter.type) === result)
  const given = args[index]?.value
  if (!given || !options.includes(given) || !fn.node.typeParameters?.some((p) => p.name.text === result)) return undefined
  return options.every((option) => option === given || option.kind === 'opaque' || option.kind === 'object' && option.props.size === 0) ? given : undefined
}

// A lone value of run time: nothing of its structure would be lost by naming it after the call.
const isPlain = (value: Value): boolean => value.kind === 'opaque' || value.kind === 'external' || (value.kind === 'const' && value.value == null)

const isIdentity = (options: readonly Value[], args: readonly Element[]): boolean =>
  options.length === 1 && args.some((arg) => arg.value === options[0])

/** `f<T>(make: () => T): T` and `f<T>(value: Promise<T>): T`: the result is that of the argument. */
function genericResult(context: Context, fn: FunctionValue, args: readonly Element[]): Value | undefined {
  const result = genericName(fn.node.type)
  if (result === undefined || !fn.node.typeParameters?.some((p) => p.name.text === result)) return undefined
  for (const [i, parameter] of fn.node.parameters.entries()) {
    const given = args[i]?.value
    if (!given || !parameter.type) continue
    if (genericName(parameter.type) === result) return given
    const isMaker = ts.isFunctionTypeNode(parameter.type) && genericName(parameter.type.type) === result
    if (isMaker && given.kind === 'function') return callFunction(context, given, [], parameter.name.getText())
  }
  return undefined
}

function genericName(type: ts.TypeNode | undefined): string | undefined {
  if (!type || !ts.isTypeReferenceNode(type)) return undefined
  const [inner] = type.typeArguments ?? []
  if (inner && ts.isIdentifier(type.typeName) && type.typeName.text === 'Promise') return genericName(inner)
  return inner ? undefined : type.typeName.getText()
}

export function evaluateNew(context: Context, node: ts.NewExpression, frame: Frame): Value {
  const cls = evaluate(context, node.expression, frame)
  const args = evaluateElements(context, node.arguments ?? [], frame)
  if (cls.kind === 'class') {
    const base = baseOf(context, cls)
    const spec = base?.kind === 'external' ? context.registry.find(base.module, base.name, 'constructor') : undefined
    return spec && cls.node.members.every((m) => !ts.isMethodDeclaration(m)) ? madeClient(spec, args, node, frame) : instantiate(cls, args)
  }
  if (cls.kind !== 'external') return generatedClient(context, node) ?? opaque(nameOf(node))
  const spec = context.registry.find(cls.module, cls.name, 'constructor')
  if (spec) return madeClient(spec, args, node, frame, cls.name.replace(/^default\./, ''))
  if (cls.module === 'global') return callGlobal(context, `new ${cls.name}`, args, node, frame) ?? opaque(nameOf(node))
  return opaque(nameOf(node))
}

// Prisma generates its client into the program; what is generated is seldom there to be read.
function generatedClient(context: Context, node: ts.NewExpression): Value | undefined {
  if (!ts.isIdentifier(node.expression) || node.expression.text !== 'PrismaClient') return undefined
  return clientOfExternal(context, '@prisma/client', 'PrismaClient', 'constructor')
}

/** A tagged template: the tag of the program is called, `String.raw` and unknown tags read as the text itself. */
export function evaluateTagged(context: Context, node: ts.TaggedTemplateExpression, frame: Frame): Value {
  const tag = evaluate(context, node.tag, frame)
  if (tag.kind !== 'function') {
    const isRaw = tag.kind === 'external' && tag.module === 'global' && tag.name === 'String.raw'
    return isRaw ? evaluate(context, node.template, frame) : opaque(nameOf(node))
  }
  const spans = ts.isTemplateExpression(node.template) ? node.template.templateSpans : []
  const head = ts.isTemplateExpression(node.template) ? node.template.head.text : node.template.text
  const strings = [head, ...spans.map((span) => span.literal.text)].map((s): Element => ({ value: textOf(s === '' ? [] : [text(s)]) }))
  const values = spans.map((span): Element => ({ value: evaluate(context, span.expression, frame) }))
  return callValue(context, tag, [{ value: { kind: 'array', elements: strings } }, ...values], node, frame)
}
