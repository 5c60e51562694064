import { ts } from 'ts-morph'
import type { Unit } from '../source/program.js'
import { clientOfExternal } from './client-value.js'
import { moduleFrame, someInstance, symbolicFrameAt, type Context } from './context.js'
import { evaluate } from './evaluate.js'
import { exportsOf, starsOf } from './exports.js'
import { callFunction } from './call.js'
import { isNullable, isNullish } from './nullable.js'
import { quoted } from './quoted.js'
import { typeDeclarationOf, type TypeDeclaration } from './scope.js'
import { union, type OpaqueValue, type Value } from './value.js'

/** A type where it is declared. */
export interface Located {
  readonly node: TypeDeclaration | ts.TypeNode
  readonly unit: Unit
}

/** What the declared type of an opaque value tells of it: a client, or an instance of a class of the program. */
export function refine(context: Context, value: OpaqueValue): Value | undefined {
  if (!value.type) return undefined
  const { node, unit } = value.type
  if (context.types.has(node)) return context.types.get(node)
  context.types.set(node, undefined)
  const found = valueOfType(context, { node, unit }, 0)
  context.types.set(node, found)
  return found
}

const TRANSPARENT = new Set(['Promise', 'Readonly', 'Required', 'NonNullable', 'Awaited', 'PromiseLike', 'DeepReadonly', 'Ref', 'MaybePromise', 'Pick', 'Omit', 'Partial', 'Exclude', 'Extract'])

function valueOfType(context: Context, type: Located, height: number): Value | undefined {
  if (height > 10) return undefined
  const { node, unit } = type
  const again = (inner: ts.TypeNode): Value | undefined => valueOfType(context, { node: inner, unit }, height + 1)
  if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node)) return firstOf(node.types, again)
  if (ts.isParenthesizedTypeNode(node)) return again(node.type)
  if (ts.isTypeQueryNode(node)) return queried(context, node, unit)
  if (ts.isTypeAliasDeclaration(node)) return valueOfType(context, { node: node.type, unit }, height + 1)
  if (ts.isClassLike(node)) return someInstance({ kind: 'class', node, frame: symbolicFrameAt(context, unit, node) })
  if (ts.isInterfaceDeclaration(node)) return interfaceValue(context, node, unit, height)
  const indexed = indexedBy(context, type, height)
  if (indexed) return valueOfType(context, indexed, height + 1)
  if (!ts.isTypeReferenceNode(node)) return undefined
  const name = entityText(node.typeName)
  const [first] = node.typeArguments ?? []
  if (first && TRANSPARENT.has(name)) return again(first)
  if (first && name === 'ReturnType') return returned(context, first, unit)
  if (first && name === 'InstanceType') return instanceOfQuery(context, first, unit)
  const found = referenced(context, node.typeName, unit, (inner) => valueOfType(context, inner, height + 1))
  const ofEntity = found?.kind === 'client' && found.client.entities?.byType && first && ts.isTypeReferenceNode(first)
  return ofEntity && !isParameter(first) ? { ...found, namespace: [entityText(first.typeName)] } : found
}

const isParameter = (node: ts.TypeReferenceNode): boolean => {
  const declaration = typeDeclarationOf(entityText(node.typeName), node)
  return declaration !== undefined && ts.isTypeParameterDeclaration(declaration)
}

function firstOf(types: readonly ts.TypeNode[], find: (type: ts.TypeNode) => Value | undefined): Value | undefined {
  for (const type of types) {
    const found = find(type)
    if (found) return found
  }
  return undefined
}

const entityText = (name: ts.EntityName): string => (ts.isIdentifier(name) ? name.text : `${entityText(name.left)}.${name.right.text}`)

/** Follows a type's name through scopes and imports to its declaration, or to the library that it comes from. */
function referenced<T>(context: Context, name: ts.EntityName, unit: Unit, found: (type: Located) => T | undefined): T | Value | undefined {
  const [head, ...tail] = entityText(name).split('.')
  const declaration = typeDeclarationOf(head!, name)
  if (!declaration) return clientOfExternal(context, 'global', entityText(name), 'type')
  if (ts.isTypeParameterDeclaration(declaration)) return declaration.constraint ? found({ node: declaration.constraint, unit }) : undefined
  if (!isImport(declaration)) return found({ node: declaration, unit })
  const statement = importOf(declaration)
  if (!statement || !ts.isStringLiteral(statement.moduleSpecifier)) return undefined
  const specifier = statement.moduleSpecifier.text
  const own = ts.isImportSpecifier(declaration) ? (declaration.propertyName ?? declaration.name).text : ts.isNamespaceImport(declaration) ? '' : 'default'
  const path = [own, ...tail].filter(Boolean)
  const target = unitOf(context, specifier, unit)
  if (!target) return clientOfExternal(context, specifier, path.join('.'), 'type')
  const located = exportedType(context, target, path[0] ?? 'default', new Set())
  return located && 'external' in located ? clientOfExternal(context, located.external, located.name, 'type') : located && found(located)
}

/** Where a type is declared, or a class that is extended. */
export function declarationsOf(context: Context, name: ts.EntityName, unit: Unit): Located | undefined {
  const found = referenced<{ located: Located }>(context, name, unit, (located) => ({ located }))
  return found && 'located' in found ? found.located : undefined
}

const isImport = (node: ts.Node): node is ts.ImportSpecifier | ts.ImportClause | ts.NamespaceImport =>
  ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node)

function importOf(node: ts.Node): ts.ImportDeclaration | undefined {
  for (let at: ts.Node | undefined = node; at; at = at.parent) if (ts.isImportDeclaration(at)) return at
  return undefined
}

function unitOf(context: Context, specifier: string, from: Unit): Unit | undefined {
  const file = context.program.modules.resolve(specifier, from.file)
  return file === undefined ? undefined : context.program.unit(file)
}

function exportedType(context: Context, unit: Unit, name: string, seen: Set<Unit>): Located | { external: string; name: string } | undefined {
  if (seen.has(unit)) return undefined
  seen.add(unit)
  const table = exportsOf(unit)
  const entry = table.names.get(name)
  if (entry?.kind === 'declaration' && isType(entry.node)) return { node: entry.node, unit }
  if (entry?.kind === 'forward') return forwarded(context, unit, entry.from, entry.name, seen)
  if (entry?.kind === 'expression' && ts.isIdentifier(entry.node)) return local(context, entry.node.text, unit, seen)
  for (const file of starsOf(context, unit, name)) {
    const target = context.program.unit(file)
    const found = target && exportedType(context, target, name, seen)
    if (found && !('external' in found)) return found
  }
  return undefined
}

const isType = (node: ts.Node): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassLikeDeclaration | ts.EnumDeclaration =>
  ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassLike(node) || ts.isEnumDeclaration(node)

function forwarded(context: Context, unit: Unit, from: string, name: string, seen: Set<Unit>): Located | { external: string; name: string } | undefined {
  const target = unitOf(context, from, unit)
  return target ? exportedType(context, target, name, seen) : { external: from, name }
}

function local(context: Context, name: string, unit: Unit, seen: Set<Unit>): Located | { external: string; name: string } | undefined {
  const declaration = typeDeclarationOf(name, unit.ast)
  if (!declaration || ts.isTypeParameterDeclaration(declaration)) return undefined
  if (!isImport(declaration)) return { node: declaration, unit }
  const statement = importOf(declaration)
  if (!statement || !ts.isStringLiteral(statement.moduleSpecifier)) return undefined
  const imported = ts.isImportSpecifier(declaration) ? (declaration.propertyName ?? declaration.name).text : 'default'
  return forwarded(context, unit, statement.moduleSpecifier.text, imported, seen)
}

function queried(context: Context, node: ts.TypeQueryNode, unit: Unit): Value | undefined {
  return ts.isIdentifier(node.exprName) ? evaluate(context, node.exprName, moduleFrame(context, unit)) : undefined
}

function returned(context: Context, type: ts.TypeNode, unit: Unit): Value | undefined {
  if (!ts.isTypeQueryNode(type)) return undefined
  const fn = queried(context, type, unit)
  if (fn?.kind === 'function') return callFunction(context, fn, [], 'value')
  return fn?.kind === 'external' ? clientOfExternal(context, fn.module, fn.name, 'factory') : undefined
}

function instanceOfQuery(context: Context, type: ts.TypeNode, unit: Unit): Value | undefined {
  const cls = ts.isTypeQueryNode(type) ? queried(context, type, unit) : undefined
  return cls?.kind === 'class' ? someInstance(cls) : undefined
}

/** An interface is the classes that implement it, or, where it extends a library's client, that client. */
function interfaceValue(context: Context, node: ts.InterfaceDeclaration, unit: Unit, height: number): Value | undefined {
  for (const clause of node.heritageClauses ?? []) {
    for (const type of clause.types) {
      if (!ts.isIdentifier(type.expression)) continue
      const found = referenced(context, type.expression, unit, (inner) => valueOfType(context, inner, height + 1))
      if (found?.kind === 'client') return found
    }
  }
  const classes = implementationsOf(context, node.name.text)
  return classes.length > 0 && classes.length <= 3 ? union(classes) : undefined
}

function implementationsOf(context: Context, name: string): Value[] {
  const pattern = new RegExp(`\\bimplements\\b[^{]*\\b${quoted(name)}\\b`)
  const files = context.implementations.get(name) ?? context.program.among(context.program.scan(/\bimplements\b/, 'implements'), pattern, name)
  ;(context.implementations as Map<string, readonly string[]>).set(name, files)
  return files.slice(0, 8).flatMap((file) => {
    const unit = context.program.unit(file)
    return unit ? classesImplementing(context, unit, name) : []
  })
}

function classesImplementing(context: Context, unit: Unit, name: string): Value[] {
  return unit.ast.statements.filter(ts.isClassDeclaration)
    .filter((cls) => cls.heritageClauses?.some((clause) => clause.token === ts.SyntaxKind.ImplementsKeyword
      && clause.types.some((type) => type.expression.getText() === name)))
    .map((node) => someInstance({ kind: 'class', node, frame: symbolicFrameAt(context, unit, node) }))
}

/** The declared type of what a method of an opaque value returns. */
export function typedResult(context: Context, owner: OpaqueValue, name: string): OpaqueValue['type'] {
  return typedMember(context, owner, `${name}()`)
}

/** The declared type of a member of an opaque value: of an interface, a type literal, an alias of them; `name()` is what it returns. */
export function typedMember(context: Context, owner: OpaqueValue, name: string): OpaqueValue['type'] {
  return owner.type ? memberType(context, owner.type, name, 0) : undefined
}

function memberType(context: Context, type: Located, name: string, height: number): OpaqueValue['type'] {
  if (height > 8) return undefined
  const { node, unit } = type
  if (ts.isTypeLiteralNode(node) || ts.isInterfaceDeclaration(node)) return signature(node.members, name, unit) ?? inherited(context, node, name, unit, height)
  if (ts.isIntersectionTypeNode(node)) return node.types.map((t) => memberType(context, { node: t, unit }, name, height + 1)).find(Boolean)
  if (ts.isUnionTypeNode(node)) return memberOfAny(node.types.filter((t) => !isNullish(t)).map((t) => memberType(context, { node: t, unit }, name, height + 1)))
  if (ts.isParenthesizedTypeNode(node)) return memberType(context, { node: node.type, unit }, name, height + 1)
  if (ts.isTypeAliasDeclaration(node)) return memberType(context, { node: node.type, unit }, name, height + 1)
  const indexed = indexedBy(context, type, height)
  if (indexed) return memberType(context, indexed, name, height + 1)
  if (!ts.isTypeReferenceNode(node)) return undefined
  const [first] = node.typeArguments ?? []
  if (first && TRANSPARENT.has(entityText(node.typeName))) return memberType(context, { node: first, unit }, name, height + 1)
  const found = referenced<{ type: OpaqueValue['type'] }>(context, node.typeName, unit, (inner) => ({ type: memberType(context, inner, name, height + 1) }))
  return found && 'type' in found ? found.type as OpaqueValue['type'] : undefined
}

/** `Dependencies['redis']` */
function indexedBy(context: Context, { node, unit }: Located, height: number): OpaqueValue['type'] {
  if (!ts.isIndexedAccessTypeNode(node) || !ts.isLiteralTypeNode(node.indexType) || !ts.isStringLiteral(node.indexType.literal)) return undefined
  return memberType(context, { node: node.objectType, unit }, node.indexType.literal.text, height + 1)
}

// Of several types one may lack the member, or have it absent.
function memberOfAny(types: readonly OpaqueValue['type'][]): OpaqueValue['type'] {
  const found = types.find((type) => type !== undefined)
  const mayLack = types.some((type) => type === undefined || type.optional || isNullish(type.node) || isNullable(type.node))
  return found && mayLack ? { ...found, optional: true } : found
}

function signature(members: readonly ts.TypeElement[], name: string, unit: Unit): OpaqueValue['type'] {
  if (name.endsWith('()')) return resultOf(members, name.slice(0, -2), unit)
  const found = members.find((m): m is ts.PropertySignature => ts.isPropertySignature(m) && ts.isIdentifier(m.name) && m.name.text === name)
  return found?.type ? { node: found.type, unit, ...(found.questionToken ? { optional: true } : {}) } : undefined
}

function resultOf(members: readonly ts.TypeElement[], name: string, unit: Unit): OpaqueValue['type'] {
  const member = members.find((each) => each.name?.getText() === name)
  const fn = member && ts.isMethodSignature(member) ? member : member && ts.isPropertySignature(member) && member.type && ts.isFunctionTypeNode(member.type) ? member.type : undefined
  return fn?.type ? { node: fn.type, unit } : undefined
}

function inherited(context: Context, node: ts.Node, name: string, unit: Unit, height: number): OpaqueValue['type'] {
  if (!ts.isInterfaceDeclaration(node)) return undefined
  for (const clause of node.heritageClauses ?? []) {
    for (const type of clause.types) {
      if (!ts.isIdentifier(type.expression)) continue
      const found = referenced<{ type: OpaqueValue['type'] }>(context, type.expression, unit, (inner) => ({ type: memberType(context, inner, name, height + 1) }))
      if (found && 'type' in found && found.type) return found.type as OpaqueValue['type']
    }
  }
  return undefined
}
