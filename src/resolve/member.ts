import { ts } from 'ts-morph'
import { operationsOf } from '../clients/registry.js'
import { assignedMember } from './assigned-members.js'
import { nameOf, type Context } from './context.js'
import { callFunction } from './call.js'
import { clientOfExternal, namespaced } from './client-value.js'
import { injectedMember } from './decorators.js'
import { evaluate } from './evaluate.js'
import { functionId, type Frame } from './frame.js'
import { exportedValue } from './identifier.js'
import { elementOf } from './iterate.js'
import { instanceMember, staticMember } from './instance.js'
import { isNullable } from './nullable.js'
import { refine, typedMember } from './types.js'
import { alternatives, constant, exactText, gaveUp, isFixed, literal, mapUnion, opaque, union, UNDEFINED, type ArrayValue, type OpaqueValue, type Value } from './value.js'

export function evaluateMember(context: Context, node: ts.PropertyAccessExpression, frame: Frame): Value {
  const written = assignedMember(context, node, frame)
  if (written) return written
  const value = memberValue(context, evaluate(context, node.expression, frame), node.name.text, node, frame)
  const isUnknown = value.kind === 'opaque' && value.type === undefined && node.expression.kind === ts.SyntaxKind.ThisKeyword
  return (isUnknown ? injectedMember(context, node, frame) : undefined) ?? value
}

const LARGEST = 500

export function evaluateIndex(context: Context, node: ts.ElementAccessExpression, frame: Frame): Value {
  const owner = evaluate(context, node.expression, frame)
  const index = evaluate(context, node.argumentExpression, frame)
  const name = exactText(index)
  if (name !== undefined) return memberValue(context, owner, name, node, frame)
  if (index.kind === 'union') {
    const names = index.options.map(exactText)
    if (names.every((n) => n !== undefined)) return union(names.map((n) => memberValue(context, owner, n!, node, frame)))
  }
  // A table indexed by what is not known: any of its entries, as long as the table itself is.
  if (owner.kind === 'object' && !owner.rest && owner.props.size > LARGEST) return gaveUp('value', `a table of more than ${LARGEST} entries`)
  if (owner.kind === 'object' && !owner.rest && owner.props.size > 0) return union([...owner.props.values()].map((thunk) => thunk()))
  if (owner.kind === 'array') return elementOf(owner, nameOf(node.expression))
  if (owner.kind === 'opaque' && owner.parameter) return opaque(nameOf(node), { parameter: { ...owner.parameter, path: [...owner.parameter.path, '[]'] } })
  return opaque(nameOf(node))
}

/** A named member of a value; `node` is where it is asked for, to name what is not known. */
export function memberValue(context: Context, owner: Value, name: string, node: ts.Node, frame: Frame): Value {
  return mapUnion(owner, (option) => memberOf(context, option, name, node) ?? unknownMember(context, option, name, node, frame))
}

/** The member where the value determines it; `undefined` where nothing is known of it. */
export function memberOf(context: Context, owner: Value, name: string, node: ts.Node): Value | undefined {
  switch (owner.kind) {
    case 'object': return objectMember(context, owner, name)
    case 'instance': return instanceMember(context, owner, name) ?? (name === 'constructor' ? owner.cls : undefined)
    case 'class': return staticMember(context, owner, name) ?? (name === 'name' && owner.node.name ? literal(owner.node.name.text) : undefined)
    case 'namespace': return exportedValue(context, owner.unit, name)
    case 'external': return externalMember(context, owner, name)
    case 'client': return clientMember(owner, name)
    case 'operation': return owner.client.client.chains?.includes(owner.name) ? clientMember(owner.client, name) : undefined
    case 'native': return owner.props?.get(name)?.()
    case 'array': return arrayMember(owner, name)
    case 'text': return textMember(exactText(owner), name)
    case 'opaque': return refinedMember(context, owner, name, node)
    case 'function': return owner.self?.kind === 'object' ? undefined : functionMember(owner, name)
    default: return undefined
  }
}

function functionMember(owner: Value & { kind: 'function' }, name: string): Value | undefined {
  if (owner.memo) return clientMember(owner.memo, name)
  return name === 'name' && owner.node.name && ts.isIdentifier(owner.node.name) ? { kind: 'text', parts: [{ kind: 'text', text: owner.node.name.text }] } : undefined
}

function objectMember(context: Context, owner: Value & { kind: 'object' }, name: string): Value | undefined {
  const own = owner.props.get(name)
  if (own) return own()
  const getter = owner.props.get(`get ${name}`)
  if (getter) {
    const fn = getter()
    return fn.kind === 'function' ? callFunction(context, fn, [], name) : fn
  }
  if (!owner.rest) return UNDEFINED
  return refinedMember(context, owner.rest, name, undefined) ?? pathed(owner.rest, name)
}

// The length of a text, or one character of it.
function textMember(known: string | undefined, name: string): Value | undefined {
  if (known === undefined) return undefined
  if (name === 'length') return constant(known.length)
  return /^\d+$/.test(name) ? (known[Number(name)] === undefined ? UNDEFINED : literal(known[Number(name)]!)) : undefined
}

function arrayMember(owner: Value & { kind: 'array' }, name: string): Value | undefined {
  if (name === 'length') return isFixed(owner.elements) ? constant(owner.elements.length) : opaque('length')
  return /^\d+$/.test(name) ? elementAt(owner, Number(name)) : undefined
}

/** The element at an index, where those before it are known to be there. */
export function elementAt(owner: ArrayValue, index: number): Value {
  const isKnown = isFixed(owner.elements) || (index < owner.elements.length && isFixed(owner.elements.slice(0, index + 1)))
  return isKnown ? (owner.elements[index]?.value ?? UNDEFINED) : elementOf(owner, 'items')
}

function externalMember(context: Context, owner: Value & { kind: 'external' }, name: string): Value {
  const path = owner.name === '' ? name : `${owner.name}.${name}`
  return clientOfExternal(context, owner.module, path, 'instance') ?? { kind: 'external', module: owner.module, name: path }
}

function clientMember(owner: Value & { kind: 'client' }, name: string): Value | undefined {
  const { client } = owner
  const isCalled = operationsOf(client, name).length > 0 || client.chains?.includes(name) || Object.hasOwn(client.prefixers ?? {}, name) || Object.hasOwn(client.hands ?? {}, name)
  const isTop = client.chains?.includes(name) || Object.hasOwn(client.hands ?? {}, name)
  if (isCalled && (!client.namespaces?.deep || owner.namespace || isTop)) return { kind: 'operation', client: owner, name }
  return owner.added?.get(name)?.() ?? namespaced(owner, name)
}

function refinedMember(context: Context, owner: OpaqueValue, name: string, node: ts.Node | undefined): Value | undefined {
  const refined = refine(context, owner)
  if (refined) return fieldOf(owner, memberOf(context, refined, name, node ?? ({} as ts.Node)), name, refined)
  const type = typedMember(context, owner, name)
  return type ? { ...pathed(owner, name), type, ...(type.optional || isNullable(type.node) ? { presence: 'maybe' as const } : {}) } : undefined
}

// A field that any instance may hold anything in: of this one it is `command.userId`, not `this.userId`.
function fieldOf(owner: OpaqueValue, value: Value | undefined, name: string, refined: Value): Value | undefined {
  if (value?.kind !== 'opaque') return value
  const isAnyones = value.parameter ? owner.parameter !== undefined && isMadeWith(refined, value.parameter.fn) : value.name === `this.${name}`
  if (!isAnyones) return value
  return { ...value, ...pathed(owner, name), ...(value.presence ? { presence: value.presence } : {}) }
}

// What the constructor was given: whoever hands in the instance has given it.
const isMadeWith = (refined: Value, fn: string): boolean => alternatives(refined).some((option) =>
  option.kind === 'instance' && option.cls.node.members.some((member) => ts.isConstructorDeclaration(member) && functionId(option.cls.frame.unit, member) === fn))

/** The member of an opaque value, named after it. */
export function pathed(owner: OpaqueValue, name: string): OpaqueValue {
  const { type: _, wild: __, presence: ___, readFrom: ____, ...rest } = owner
  const path = rest.parameter ? { parameter: { ...rest.parameter, path: [...rest.parameter.path, name] } } : {}
  return { ...rest, ...path, name: owner.anonymous ? name : `${owner.name}.${name}` }
}

function unknownMember(_context: Context, owner: Value, name: string, node: ts.Node, _frame: Frame): Value {
  if (owner.kind === 'opaque') return pathed(owner, name)
  if (owner.kind === 'const') return UNDEFINED
  return opaque(ts.isBindingElement(node) ? name : nameOf(node))
}
