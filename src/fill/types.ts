import { ts } from 'ts-morph'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { Context } from '../resolve/context.js'
import { returnedBy } from '../resolve/expressions.js'
import { enclosingClass, enclosingFunction } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf, typeDeclarationOf } from '../resolve/scope.js'
import { declarationsOf } from '../resolve/types.js'
import type { Unit as File } from '../source/program.js'
import { functionsAt } from '../trace/entities.js'

/** A type as it is written, and where. */
export interface Written {
  readonly node: ts.TypeNode
  readonly file: File
  /** The function whose type it is gives `null` somewhere of its own accord: the `null` of the type tells nothing of what is stored. */
  readonly isNullElsewhere?: boolean
}

/** The expression around a call that only waits for it, or says its type. */
export function around(node: ts.Expression): ts.Expression {
  const { parent } = node
  const isThrough = ts.isAwaitExpression(parent) || ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isNonNullExpression(parent) || ts.isSatisfiesExpression(parent)
  return isThrough ? around(parent) : node
}

/** The variable that holds what a call gives. */
export function heldBy(node: ts.Expression): ts.VariableDeclaration | undefined {
  const { parent } = around(node)
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent : undefined
}

/** The type of what a read gives, by what is written nearest to it. */
export function readType(context: Context, site: RawSite): Written | undefined {
  const node = site.call.node
  if (!ts.isCallExpression(node)) return undefined
  const { unit: file } = site.call
  const cast = castAround(node)
  const own = cast ?? node.typeArguments?.[0] ?? heldBy(node)?.type
  if (own) return { node: own, file }
  const [fn] = site.through ? functionsAt(context, file, node) : []
  if (fn?.node.type) return { node: fn.node.type, file: fn.frame.unit }
  const value = storedType(node)
  if (value) return { node: value, file }
  const fnAround = enclosingFunction(node)
  return fnAround?.type && isReturned(node) ? { node: fnAround.type, file, isNullElsewhere: returnedBy(fnAround).some(({ kind }) => kind === ts.SyntaxKind.NullKeyword) } : undefined
}

function castAround(node: ts.Expression): ts.TypeNode | undefined {
  for (let at: ts.Node = node.parent; ts.isAwaitExpression(at) || ts.isParenthesizedExpression(at) || ts.isAsExpression(at); at = at.parent) if (ts.isAsExpression(at)) return at.type
  return undefined
}

const HOLDS_SECOND = /^(?:Map|LRUCache|LRU|QuickLRU|TTLCache|WeakMap|NodeCache)$/

/** `Map<string, number>`: what the cache is declared to hold. */
function storedType(call: ts.CallExpression): ts.TypeNode | undefined {
  const owner = ts.isPropertyAccessExpression(call.expression) ? call.expression.expression : undefined
  const declaration = owner && declaredHolder(owner)
  const made = declaration?.initializer
  const typed = declaration?.type && ts.isTypeReferenceNode(declaration.type) ? { name: declaration.type.typeName.getText(), args: declaration.type.typeArguments }
    : made && ts.isNewExpression(made) ? { name: made.expression.getText(), args: made.typeArguments } : undefined
  if (!typed?.args) return undefined
  return HOLDS_SECOND.test(typed.name) ? typed.args[1] : typed.name === 'Keyv' ? typed.args[0] : undefined
}

function declaredHolder(owner: ts.Expression): ts.VariableDeclaration | ts.PropertyDeclaration | undefined {
  if (ts.isIdentifier(owner)) {
    const declaration = declarationOf(owner)
    return declaration && ts.isVariableDeclaration(declaration) ? declaration : undefined
  }
  if (!ts.isPropertyAccessExpression(owner) || owner.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined
  const member = enclosingClass(owner)?.members.find((each) => each.name?.getText() === owner.name.text)
  return member && ts.isPropertyDeclaration(member) ? member : undefined
}

function isReturned(node: ts.CallExpression): boolean {
  const held = heldBy(node)
  const outer = around(node)
  if (!held) return ts.isReturnStatement(outer.parent) || (ts.isBinaryExpression(outer.parent) && ts.isReturnStatement(outer.parent.parent))
  const name = held.name.getText()
  return new RegExp(`return\\s+${quoted(name)}\\s*(?:[;}\\n]|\\|\\||\\?\\?)`).test(enclosingFunction(node)?.getText() ?? '')
}

/**
 * A value of the type that is falsy and yet a value: 0, false, the empty text, or whatever a parameter of the type is filled
 * with; `null` too, where the cache gives something else on a miss.
 */
export function falsyIn(context: Context, { node, file }: Written, isNullData = false, depth = 0): { readonly what: string; readonly isGeneric?: boolean } | undefined {
  if (depth > 5) return undefined
  const again = (inner: ts.TypeNode, at = file): ReturnType<typeof falsyIn> => falsyIn(context, { node: inner, file: at }, isNullData, depth + 1)
  if (ts.isParenthesizedTypeNode(node)) return again(node.type)
  if (ts.isUnionTypeNode(node)) return node.types.map((each) => again(each)).find((each) => each !== undefined)
  if (isNullData && ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword) return { what: 'null, for what is known not to be there,' }
  if (node.kind === ts.SyntaxKind.NumberKeyword) return { what: '0' }
  if (node.kind === ts.SyntaxKind.BooleanKeyword) return { what: 'false' }
  if (node.kind === ts.SyntaxKind.StringKeyword) return { what: 'the empty text' }
  if (!ts.isTypeReferenceNode(node) || !ts.isIdentifier(node.typeName)) return undefined
  const [first] = node.typeArguments ?? []
  if (first && /^(?:Promise|PromiseLike|Awaited|Readonly)$/.test(node.typeName.text)) return again(first)
  const declaration = typeDeclarationOf(node.typeName.text, node)
  if (declaration && ts.isTypeParameterDeclaration(declaration)) return isOpen(declaration) ? { what: `whatever fills ${node.typeName.text}`, isGeneric: true } : undefined
  const located = declarationsOf(context, node.typeName, file)
  return located && ts.isTypeAliasDeclaration(located.node) ? again(located.node.type, located.unit) : undefined
}

const isOpen = ({ constraint }: ts.TypeParameterDeclaration): boolean => constraint === undefined || constraint.kind === ts.SyntaxKind.UnknownKeyword || constraint.kind === ts.SyntaxKind.AnyKeyword

/** The stored value of a site, as it is written. */
export const valueOf = (site: RawSite): ts.Expression | undefined => (site.spec.value === undefined ? undefined : argumentsOf(site)[site.spec.value])
