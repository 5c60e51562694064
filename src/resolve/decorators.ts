import { ts } from 'ts-morph'
import type { Unit } from '../source/program.js'
import { closedObject } from './closed-types.js'
import { someInstance, symbolicFrameAt, type Context } from './context.js'
import { evaluate } from './evaluate.js'
import { calledNames, enclosingFunction, type Frame, type FunctionNode } from './frame.js'
import { quoted } from './quoted.js'
import { declarationOf } from './scope.js'
import { literal, objectOf, opaque, type ClassValue, type Element, type Value } from './value.js'

/**
 * Decorators of methods as TypeScript has long had them: `(target, key, descriptor) => { descriptor.value = function
 * (…args) { … } }`. The function put there runs with the instance as `this` and the arguments of the method.
 */
export function decoratorAround(fn: FunctionNode): FunctionNode | undefined {
  const outer = enclosingFunction(fn)
  const descriptor = outer?.parameters[2]?.name
  if (!outer || !descriptor || !ts.isIdentifier(descriptor)) return undefined
  const { parent } = fn
  const isAssigned = ts.isBinaryExpression(parent) && parent.right === fn && parent.left.getText() === `${descriptor.text}.value`
  const isReturned = ts.isPropertyAssignment(parent) && parent.name.getText() === 'value'
  return isAssigned || isReturned ? outer : undefined
}

const MOST_FILES = 4

/** What `this` may be in a function that a decorator puts in a method's place: an instance of a class that uses it. */
export function decoratedSelf(context: Context, fn: FunctionNode): Value | undefined {
  const decorator = decoratorAround(fn)
  const factory = decorator && enclosingFunction(decorator)
  const [name] = [factory, decorator].flatMap((each) => (each ? calledNames(each) : []))
  if (name === undefined) return undefined
  const pattern = new RegExp(`@${quoted(name)}\\b`)
  for (const file of context.program.scan(pattern, `@${name}`).slice(0, MOST_FILES)) {
    const unit = context.program.unit(file)
    const cls = unit?.ast.statements.find((node): node is ts.ClassDeclaration => ts.isClassDeclaration(node) && node.members.some((member) => isDecorated(member, name)))
    if (unit && cls) return someInstance(classValue(context, unit, cls))
  }
  return undefined
}

const classValue = (context: Context, unit: Unit, node: ts.ClassLikeDeclaration): ClassValue => ({ kind: 'class', node, frame: symbolicFrameAt(context, unit, node) })

function isDecorated(member: ts.ClassElement, name: string): boolean {
  if (!ts.isMethodDeclaration(member)) return false
  return ts.getDecorators(member)?.some(({ expression }) => (ts.isCallExpression(expression) ? expression.expression : expression).getText() === name) ?? false
}

/** The parameters of the functions of a decorator, as its use at a method binds them. */
export interface Decoration {
  readonly self: Value
  argumentsOf(fn: FunctionNode): readonly Element[] | undefined
}

/** What `@Cached('user') async find(id: string)` binds; nothing where the call decorates no method. */
export function decorationAt(context: Context, unit: Unit, call: ts.Node): Decoration | undefined {
  const method = ts.isDecorator(call.parent) ? call.parent.parent : undefined
  if (!method || !ts.isMethodDeclaration(method) || !ts.isClassLike(method.parent)) return undefined
  const self = someInstance(classValue(context, unit, method.parent))
  const original: Value = { kind: 'function', node: method, frame: symbolicFrameAt(context, unit, method), self }
  const decorator: readonly Element[] = [{ value: self }, { value: literal(method.name.getText()) }, { value: objectOf([['value', original]]) }]
  const given = method.parameters.map((parameter): Element => ({ value: parameterOf(context, unit, parameter) }))
  return { self, argumentsOf: (fn) => (decoratorAround(fn) ? given : fn.parameters.length === 3 ? decorator : undefined) }
}

/** What a method is handed: an object with the members that its type declares, and no others. */
function parameterOf(context: Context, unit: Unit, parameter: ts.ParameterDeclaration): Value {
  const name = ts.isIdentifier(parameter.name) ? parameter.name.text : ''
  const value = opaque(name, {
    ...(name === '' ? { anonymous: true } : {}),
    ...(parameter.type ? { type: { node: parameter.type, unit } } : {}),
    ...(parameter.questionToken ? { presence: 'maybe' as const } : {}),
  })
  return parameter.questionToken ? value : closedObject(context, value) ?? value
}

/**
 * What a decorator has Nest put into a field: `Inject(CacheService)(target, 'cacheService')` makes `this.cacheService`
 * an instance of that class.
 */
export function injectedMember(context: Context, node: ts.PropertyAccessExpression, frame: Frame): Value | undefined {
  for (let fn = enclosingFunction(node); fn; fn = enclosingFunction(fn)) {
    const decorator = decoratorAround(fn)
    const token = decorator?.body && injectionInto(decorator.body, node.name.text)
    if (!token) continue
    const cls = evaluate(context, token, symbolicFrameAt(context, frame.unit, token))
    if (cls.kind === 'class') return someInstance(cls)
  }
  return undefined
}

function injectionInto(body: ts.Node, name: string): ts.Expression | undefined {
  const visit = (node: ts.Node): ts.Expression | undefined => {
    if (ts.isCallExpression(node) && node.arguments.length >= 2 && isText(node.arguments[1]!, name)) {
      const token = tokenOf(node.expression)
      if (token) return token
    }
    return ts.forEachChild(node, visit)
  }
  return visit(body)
}

const isText = (node: ts.Expression, text: string): boolean => ts.isStringLiteralLike(node) && node.text === text

// `Inject(Token)`, or a variable that holds it.
function tokenOf(callee: ts.Expression): ts.Expression | undefined {
  if (ts.isCallExpression(callee)) return callee.expression.getText() === 'Inject' ? callee.arguments[0] : undefined
  const declaration = ts.isIdentifier(callee) ? declarationOf(callee) : undefined
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? tokenOf(declaration.initializer) : undefined
}
