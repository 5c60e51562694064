import { ts } from 'ts-morph'
import type { Context } from './context.js'
import { pathed } from './member.js'
import { isNullable } from './nullable.js'
import { declarationsOf, type Located } from './types.js'
import type { ObjectValue, OpaqueValue, Value } from './value.js'

interface Member {
  readonly type?: ts.TypeNode
  readonly located: Located
  readonly optional: boolean
}

const HIGHEST = 8
const TRANSPARENT = new Set(['Promise', 'PromiseLike', 'Awaited', 'Readonly', 'Required', 'NonNullable'])

/**
 * A value whose declared type lists all of its members, as an object of these and no others: what code that looks
 * members up by name finds in it, and what it does not. Types of which a part is not known give nothing.
 */
export function closedObject(context: Context, value: OpaqueValue): ObjectValue | undefined {
  const members = value.type && membersOf(context, value.type, 0)
  if (!members) return undefined
  return { kind: 'object', props: new Map([...members].map(([name, member]) => [name, () => memberValue(value, name, member)])) }
}

function memberValue(owner: OpaqueValue, name: string, { type, located, optional }: Member): Value {
  const isMaybe = optional || (type !== undefined && isNullable(type))
  return { ...pathed(owner, name), ...(type ? { type: { node: type, unit: located.unit } } : {}), anonymous: false, presence: isMaybe ? 'maybe' : 'certain' }
}

/** Are all texts of the type listed where it is declared: `'a' | 'b'`, `keyof typeof FLAGS`, an enum, `es-${string}`? Then the compiler knows one that is not. */
export function isListedText(context: Context, { node, unit }: Located, height = 0): boolean {
  if (height > HIGHEST) return false
  const again = (inner: Located): boolean => isListedText(context, inner, height + 1)
  if (ts.isUnionTypeNode(node)) return node.types.every((inner) => again({ node: inner, unit }))
  if (ts.isParenthesizedTypeNode(node) || ts.isTypeAliasDeclaration(node)) return again({ node: node.type, unit })
  if (ts.isEnumDeclaration(node) || ts.isTemplateLiteralTypeNode(node)) return true
  if (ts.isTypeOperatorNode(node)) return node.operator === ts.SyntaxKind.KeyOfKeyword && ts.isTypeQueryNode(node.type)
  if (ts.isIndexedAccessTypeNode(node)) return ts.isTypeQueryNode(innermost(node))
  if (ts.isLiteralTypeNode(node)) return ts.isStringLiteral(node.literal)
  const found = ts.isTypeReferenceNode(node) ? declarationsOf(context, node.typeName, unit) : undefined
  return found !== undefined && again(found)
}

/** `typeof FLAGS` of `(typeof FLAGS)[number]['key']`. */
const innermost = (node: ts.TypeNode): ts.TypeNode =>
  (ts.isIndexedAccessTypeNode(node) ? innermost(node.objectType) : ts.isParenthesizedTypeNode(node) ? innermost(node.type) : node)

/** All members that a type declares; `undefined` where it may have others. */
function membersOf(context: Context, type: Located, height: number): Map<string, Member> | undefined {
  const { node, unit } = type
  if (height > HIGHEST) return undefined
  const again = (inner: ts.TypeNode): Map<string, Member> | undefined => membersOf(context, { node: inner, unit }, height + 1)
  if (ts.isTypeLiteralNode(node)) return listed(type, node.members)
  if (ts.isParenthesizedTypeNode(node)) return again(node.type)
  if (ts.isTypeAliasDeclaration(node)) return node.typeParameters ? undefined : again(node.type)
  if (ts.isIntersectionTypeNode(node)) return joined(node.types.map(again))
  if (ts.isInterfaceDeclaration(node) || ts.isClassLike(node)) return withBases(context, type, node, height)
  if (!ts.isTypeReferenceNode(node)) return undefined
  const [inner] = node.typeArguments ?? []
  if (inner) return node.typeArguments!.length === 1 && TRANSPARENT.has(node.typeName.getText()) ? again(inner) : undefined
  const found = declarationsOf(context, node.typeName, unit)
  return found && membersOf(context, found, height + 1)
}

function withBases(context: Context, type: Located, node: ts.InterfaceDeclaration | ts.ClassLikeDeclaration, height: number): Map<string, Member> | undefined {
  if (node.typeParameters) return undefined
  const extended = (node.heritageClauses ?? []).filter((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword).flatMap((clause) => [...clause.types])
  const bases = extended.map((base) => {
    const found = ts.isIdentifier(base.expression) && !base.typeArguments ? declarationsOf(context, base.expression, type.unit) : undefined
    return found && membersOf(context, found, height + 1)
  })
  return joined([...bases, listed(type, node.members)])
}

function joined(parts: readonly (Map<string, Member> | undefined)[]): Map<string, Member> | undefined {
  return parts.every((part) => part !== undefined) ? new Map(parts.flatMap((part) => [...part!])) : undefined
}

function listed(located: Located, members: readonly (ts.TypeElement | ts.ClassElement)[]): Map<string, Member> | undefined {
  const found = new Map<string, Member>()
  for (const member of members) {
    if (ts.isIndexSignatureDeclaration(member)) return undefined
    if (ts.isConstructorDeclaration(member)) for (const parameter of member.parameters) if (ts.isParameterPropertyDeclaration(parameter, member)) found.set(parameter.name.getText(), memberOf(located, parameter))
    if (!member.name || isStatic(member)) continue
    if (ts.isComputedPropertyName(member.name)) return undefined
    const isProperty = ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)
    found.set(member.name.getText().replace(/^['"]|['"]$/g, ''), isProperty ? memberOf(located, member) : { located, optional: false })
  }
  return found
}

const memberOf = (located: Located, node: ts.PropertySignature | ts.PropertyDeclaration | ts.ParameterDeclaration): Member =>
  ({ located, optional: node.questionToken !== undefined || hasDecorator(node, 'IsOptional'), ...(node.type ? { type: node.type } : {}) })

// `@IsOptional() name: string` of class-validator: declared to be there, and may be absent all the same.
const hasDecorator = (node: ts.Node, name: string): boolean =>
  ts.canHaveDecorators(node) && (ts.getDecorators(node)?.some((decorator) => decorator.expression.getText().startsWith(`${name}(`)) ?? false)

const isStatic = (member: ts.Node): boolean =>
  ts.canHaveModifiers(member) && (ts.getModifiers(member)?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ?? false)
