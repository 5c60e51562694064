import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { refill, symbolicFrameAt, withinStack, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { isAwaited } from '../resolve/expressions.js'
import { isAsync } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import { declarationsOf, type Located } from '../resolve/types.js'
import { alternatives, type Value } from '../resolve/value.js'
import type { Unit as File } from '../source/program.js'
import { functionsAt } from '../trace/entities.js'
import type { KeyPart } from './part.js'

type Fault = { readonly kind: 'object' | 'promise' | 'query' | 'date'; readonly because: string; readonly isDeclared?: boolean }

/** Why a part that is written into text has no text of its own. */
export function textlessOf(context: Context, { node, file, how, binding, via = [] }: KeyPart): Fault | undefined {
  if (how !== 'text') return undefined
  const promise = ts.isCallExpression(node) && !isAwaited(node) && !isReturned(node) ? functionsAt(context, file, node) : []
  if (promise.length === 1 && isAsync(promise[0]!.node)) return { kind: 'promise', because: `${calledName(node)}() is async, and not awaited here` }
  if (isQueryValue(node)) return { kind: 'query', because: 'the client may send text, a list or an object there' }
  refill(context, 'receiver')
  const value = withinStack(() => evaluate(context, node, symbolicFrameAt(context, file, node)), () => undefined)
  const isHere = !binding && via.length === 0
  if (ts.isIdentifier(node) && !isAnnotated(node) && value?.kind === 'opaque') return undefined
  return value && alternatives(value).map((each) => ofValue(context, each)).find((fault) => fault !== undefined && (fault.kind !== 'date' || isHere))
}

// What a callback is handed has not the type of what it is taken out of.
function isAnnotated(node: ts.Identifier): boolean {
  const declaration = declarationOf(node)
  if (declaration && ts.isBindingElement(declaration)) return true
  return declaration !== undefined && (ts.isParameter(declaration) || ts.isVariableDeclaration(declaration)) && (declaration.type !== undefined || (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined))
}

// Who calls the function around it waits for it there.
const isReturned = (node: ts.Node): boolean => ts.isReturnStatement(node.parent) || ts.isArrowFunction(node.parent) || (ts.isConditionalExpression(node.parent) && isReturned(node.parent))

function ofValue(context: Context, value: Value): Fault | undefined {
  if (value.kind === 'object') return value.props.has('toString') || value.rest ? undefined : { kind: 'object', because: 'it is an object' }
  if (value.kind === 'array') return value.elements.some((each) => each.value.kind === 'object') ? { kind: 'object', because: 'it is a list of objects' } : undefined
  if (value.kind !== 'opaque' || !value.type) return undefined
  if (/^Date(?:\s*\|\s*(?:null|undefined))*$/.test(value.type.node.getText())) return { kind: 'date', because: 'its text is that of the time zone, without milliseconds', isDeclared: true }
  const because = textlessType(context, { node: value.type.node, unit: value.type.unit }, 0)
  return because === undefined ? undefined : { kind: 'object', because: `it is declared as ${because}`, isDeclared: true }
}

const WITHOUT_TEXT: Readonly<Record<string, string>> = {
  Record: 'a record', Map: 'a Map', Set: 'a Set', WeakMap: 'a WeakMap', RegExp: 'a regular expression', ReadonlyMap: 'a Map', ReadonlySet: 'a Set',
}

/** What a type is that has no text of its own. A name that leads out of the program may have one. */
export function textlessType(context: Context, { node, unit }: Located, depth: number): string | undefined {
  if (depth > 4) return undefined
  const again = (inner: ts.Node, at = unit): string | undefined => textlessType(context, { node: inner as ts.TypeNode, unit: at }, depth + 1)
  if (ts.isParenthesizedTypeNode(node)) return again(node.type)
  if (ts.isTypeLiteralNode(node)) return node.members.some((each) => each.name?.getText() === 'toString' || ts.isCallSignatureDeclaration(each)) ? undefined : 'an object'
  if (node.kind === ts.SyntaxKind.ObjectKeyword) return 'an object'
  if (ts.isUnionTypeNode(node)) return allOf(node.types.filter((each) => !isAbsent(each)).map((each) => again(each)))
  if (ts.isArrayTypeNode(node)) return again(node.elementType) === undefined ? undefined : 'a list of objects'
  if (ts.isInterfaceDeclaration(node)) return node.heritageClauses || node.members.some((each) => ['toString', 'valueOf'].includes(each.name?.getText() ?? '')) ? undefined : 'an object'
  if (ts.isTypeAliasDeclaration(node)) return again(node.type)
  if (!ts.isTypeReferenceNode(node) || !ts.isIdentifier(node.typeName)) return undefined
  const located = declarationsOf(context, node.typeName, unit)
  if (located) return ts.isClassLike(located.node) || ts.isEnumDeclaration(located.node) ? undefined : again(located.node, located.unit)
  return WITHOUT_TEXT[node.typeName.text]
}

const isAbsent = (type: ts.TypeNode): boolean => type.kind === ts.SyntaxKind.UndefinedKeyword || (ts.isLiteralTypeNode(type) && type.literal.kind === ts.SyntaxKind.NullKeyword)

const allOf = (found: readonly (string | undefined)[]): string | undefined => (found.length > 0 && found.every((each) => each !== undefined) ? found[0] : undefined)

const REQUEST = /^(?:req|request|ctx|context)$/

/** `req.query.filter`, `ctx.query[name]`: what Express and Koa parse of a query may be nested. */
function isQueryValue(node: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false
  const { expression } = node
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text === 'query' && isRequest(expression.expression)
  const declaration = ts.isIdentifier(expression) ? declarationOf(expression) : undefined
  if (!declaration || !ts.isBindingElement(declaration) || (declaration.propertyName ?? declaration.name).getText() !== 'query') return false
  const holder = declaration.parent.parent
  return ts.isVariableDeclaration(holder) && holder.initializer !== undefined && isRequest(holder.initializer)
}

/** A parameter that a server hands in: an Express or Koa request, or one without a type of its own. */
function isRequest(node: ts.Expression): boolean {
  const declaration = ts.isIdentifier(node) && REQUEST.test(node.text) ? declarationOf(node) : undefined
  if (!declaration || !ts.isParameter(declaration)) return false
  return declaration.type === undefined ? /\.[cm]?jsx?$/.test(node.getSourceFile().fileName) : /^(?:express\.)?Request(?:<.*>)?$|^(?:Koa\.)?(?:Parameterized)?Context(?:<.*>)?$/.test(declaration.type.getText()) && /from ['"](?:express|koa)['"]/.test(node.getSourceFile().text)
}

/** The declared type of an expression, as it is written. */
export function writtenType(context: Context, file: File, node: ts.Expression): ts.TypeNode | undefined {
  refill(context, 'receiver')
  const value = withinStack(() => evaluate(context, node, symbolicFrameAt(context, file, node)), () => undefined)
  return value?.kind === 'opaque' ? value.type?.node : undefined
}
