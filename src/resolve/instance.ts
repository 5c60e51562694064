import { ts } from 'ts-morph'
import { callFunction } from './call.js'
import { symbolicFrame, symbolicFrameAt, type Context } from './context.js'
import { evaluate, evaluateElements, once } from './evaluate.js'
import { madeClient } from './client-value.js'
import { newFrame, type Frame } from './frame.js'
import { evaluateDeclaration } from './identifier.js'
import { gaveUp, opaque, union, type ClassValue, type ClientValue, type Element, type InstanceValue, type Value } from './value.js'

/** A member of an instance: method, field, parameter property, getter; of its class or of those it extends. */
export function instanceMember(context: Context, self: InstanceValue, name: string): Value | undefined {
  const known = self.memo.get(name)
  if (known) return known
  self.memo.set(name, gaveUp(`this.${name}`, 'refers to itself'))
  const value = findMember(context, self, self.cls, self.args, name, 0)
  if (value && !context.budget.spent) self.memo.set(name, value)
  else self.memo.delete(name)
  return value
}

function findMember(context: Context, self: InstanceValue, cls: ClassValue, args: InstanceValue['args'], name: string, height: number): Value | undefined {
  const own = ownMember(context, self, cls, args, name)
  if (own || height > 8) return own
  const base = baseOf(context, cls)
  if (!base) return undefined
  if (base.kind === 'class') return findMember(context, self, base, superArgs(context, self, cls, args), name, height + 1)
  const client = extendedClient(context, base, cls)
  if (!client) return undefined
  return { kind: 'operation', client, name }
}

/** The value of the expression that a class extends. */
export function baseOf(context: Context, cls: ClassValue): Value | undefined {
  const clause = cls.node.heritageClauses?.find((c) => c.token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
  return clause ? evaluate(context, clause.expression, cls.frame) : undefined
}

function extendedClient(context: Context, base: Value, cls: ClassValue): ClientValue | undefined {
  if (base.kind !== 'external') return undefined
  const spec = context.registry.find(base.module, base.name, 'constructor')
  return spec ? madeClient(spec, [], cls.node, cls.frame) : undefined
}

function ownMember(context: Context, self: InstanceValue, cls: ClassValue, args: InstanceValue['args'], name: string): Value | undefined {
  for (const member of cls.node.members) {
    if (!isNamed(member, name) || isStaticMember(member)) continue
    if (ts.isMethodDeclaration(member) && member.body) return { kind: 'function', node: member, frame: cls.frame, self }
    if (ts.isGetAccessorDeclaration(member)) return callFunction(context, { kind: 'function', node: member, frame: cls.frame, self }, [], `this.${name}`)
    if (ts.isPropertyDeclaration(member)) return field(context, self, cls, args, member, name)
  }
  return parameterProperty(context, self, cls, args, name) ?? assignedField(context, self, cls, args, name)
}

const isNamed = (member: ts.ClassElement, name: string): boolean =>
  member.name !== undefined && (ts.isIdentifier(member.name) || ts.isPrivateIdentifier(member.name) || ts.isStringLiteral(member.name)) && member.name.text === name

const isStaticMember = (member: ts.ClassElement): boolean =>
  ts.canHaveModifiers(member) && (ts.getModifiers(member)?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword) ?? false)

function field(context: Context, self: InstanceValue, cls: ClassValue, args: InstanceValue['args'], member: ts.PropertyDeclaration, name: string): Value {
  const token = injected(context, member, cls.frame)
  if (token) return token
  const unit = cls.frame.unit
  const declared = opaque(`this.${name}`, member.type ? { type: { node: member.type, unit } } : {})
  const first = member.initializer ? evaluate(context, member.initializer, newFrame(unit, unit.ast, { parent: cls.frame, self })) : undefined
  const assigned = isReadonly(member) && first ? undefined : assignedField(context, self, cls, args, name)
  if (!first) return assigned && !isUseless(assigned) ? typedAs(assigned, declared) : declared
  if (!assigned || isUseless(assigned)) return typedAs(first, declared)
  return first.kind === 'const' && first.value == null ? typedAs(assigned, declared) : union([first, assigned])
}

const isReadonly = (member: ts.PropertyDeclaration): boolean => ts.getModifiers(member)?.some((m) => m.kind === ts.SyntaxKind.ReadonlyKeyword) ?? false

// Nothing learned from the assignment: the declared type says more.
const isUseless = (value: Value): boolean => value.kind === 'opaque' && value.type === undefined && value.parameter === undefined

const typedAs = (value: Value, declared: Value & { kind: 'opaque' }): Value =>
  (value.kind === 'opaque' || value.kind === 'const' && value.value == null) && declared.type
    ? { ...(value.kind === 'opaque' ? value : declared), type: declared.type } : value

function constructorOf(cls: ClassValue): ts.ConstructorDeclaration | undefined {
  return cls.node.members.find((m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m) && m.body !== undefined)
}

const frames = new WeakMap<InstanceValue, Map<ts.Node, Frame>>()

/** The frame of the constructor run that made the instance. */
function constructorFrame(context: Context, self: InstanceValue, cls: ClassValue, ctor: ts.ConstructorDeclaration, args: InstanceValue['args']): Frame {
  if (!args) return symbolicFrame(context, cls.frame.unit, ctor)
  const known = frames.get(self)?.get(ctor)
  if (known) return known
  const frame = newFrame(cls.frame.unit, ctor, { parent: cls.frame, self, args })
  frames.set(self, (frames.get(self) ?? new Map<ts.Node, Frame>()).set(ctor, frame))
  return frame
}

function parameterProperty(context: Context, self: InstanceValue, cls: ClassValue, args: InstanceValue['args'], name: string): Value | undefined {
  const ctor = constructorOf(cls)
  const parameter = ctor?.parameters.find((p) => ts.isIdentifier(p.name) && p.name.text === name && ts.isParameterPropertyDeclaration(p, ctor))
  if (!ctor || !parameter) return undefined
  const token = injected(context, parameter, cls.frame)
  if (token) return token
  const value = evaluateDeclaration(context, parameter, constructorFrame(context, self, cls, ctor, args))
  return value.kind === 'opaque' ? { ...value, name: `this.${name}` } : value
}

function superArgs(context: Context, self: InstanceValue, cls: ClassValue, args: InstanceValue['args']): InstanceValue['args'] {
  const ctor = constructorOf(cls)
  if (!ctor) return args
  const call = ctor.body?.statements.map((s) => (ts.isExpressionStatement(s) ? s.expression : undefined))
    .find((e): e is ts.CallExpression => e !== undefined && ts.isCallExpression(e) && e.expression.kind === ts.SyntaxKind.SuperKeyword)
  return call ? evaluateElements(context, call.arguments, constructorFrame(context, self, cls, ctor, args)) : undefined
}

/** The values that `this.name = …` gives a field, the constructor's first. */
function assignedField(context: Context, self: InstanceValue, cls: ClassValue, args: InstanceValue['args'], name: string): Value | undefined {
  const ctor = constructorOf(cls)
  const inConstructor = ctor ? assignmentsIn(ctor, name).map((e) => evaluate(context, e, constructorFrame(context, self, cls, ctor, args))) : []
  const others = cls.node.members.filter((m) => m !== ctor && !ts.isPropertyDeclaration(m))
    .flatMap((member) => assignmentsIn(member, name).map((e) => evaluate(context, e, symbolicFrameAt(context, cls.frame.unit, e))))
  const values = [...inConstructor, ...others].filter((value) => !(value.kind === 'const' && value.value == null))
  return values.length > 0 ? union(values) : undefined
}

const assignedIn = new WeakMap<ts.Node, ReadonlyMap<string, readonly ts.Expression[]>>()

function assignmentsIn(member: ts.Node, name: string): readonly ts.Expression[] {
  const known = assignedIn.get(member)
  if (known) return known.get(name) ?? []
  const found = new Map<string, ts.Expression[]>()
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) && ts.isPropertyAccessExpression(node.left) && node.left.expression.kind === ts.SyntaxKind.ThisKeyword) {
      found.set(node.left.name.text, [...(found.get(node.left.name.text) ?? []), node.right])
    }
    ts.forEachChild(node, visit)
  }
  visit(member)
  assignedIn.set(member, found)
  return found.get(name) ?? []
}

const isAssignment = (kind: ts.SyntaxKind): boolean => kind === ts.SyntaxKind.EqualsToken || kind === ts.SyntaxKind.QuestionQuestionEqualsToken

/** What `@Inject(TOKEN)` puts there, when the token is that of a cache. */
function injected(context: Context, node: ts.ParameterDeclaration | ts.PropertyDeclaration, frame: Frame): Value | undefined {
  for (const decorator of ts.getDecorators(node) ?? []) {
    const call = decorator.expression
    if (!ts.isCallExpression(call) || !call.arguments[0]) continue
    const token = evaluate(context, call.arguments[0], frame)
    const spec = token.kind === 'external' ? context.registry.find(token.module, token.name, 'token') : undefined
    if (spec) return { kind: 'client', client: spec, prefix: [] }
  }
  return undefined
}

export function staticMember(context: Context, cls: ClassValue, name: string): Value | undefined {
  for (const member of cls.node.members) {
    if (!isNamed(member, name) || !isStaticMember(member)) continue
    if (ts.isMethodDeclaration(member) && member.body) return { kind: 'function', node: member, frame: cls.frame, self: cls }
    if (ts.isGetAccessorDeclaration(member)) return callFunction(context, { kind: 'function', node: member, frame: cls.frame, self: cls }, [], name)
    if (ts.isPropertyDeclaration(member)) return staticField(context, cls, member, name)
  }
  const base = baseOf(context, cls)
  if (base?.kind === 'class') return staticMember(context, base, name)
  const spec = base?.kind === 'external' && cls.node.name ? context.registry.find(base.module, base.name, 'base') : undefined
  return spec && Object.hasOwn(spec.operations, name) ? { kind: 'operation', client: { kind: 'client', client: spec, prefix: [], namespace: [cls.node.name!.text] }, name } : undefined
}

const statics = new WeakMap<ts.Node, () => Value>()

function staticField(context: Context, cls: ClassValue, member: ts.PropertyDeclaration, name: string): Value {
  const unit = cls.frame.unit
  const known = statics.get(member)
  if (known) return known()
  const declared = opaque(name, member.type ? { type: { node: member.type, unit } } : {})
  const thunk = once(() => {
    if (member.initializer) {
      const value = evaluate(context, member.initializer, newFrame(unit, unit.ast, { parent: cls.frame, self: cls }))
      if (!(value.kind === 'const' && value.value == null)) return typedAs(value, declared)
    }
    return declared
  })
  statics.set(member, thunk)
  return thunk()
}

export function instantiate(cls: ClassValue, args: readonly Element[]): InstanceValue {
  return { kind: 'instance', cls, args, memo: new Map() }
}
