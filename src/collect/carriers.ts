import { ts } from 'ts-morph'
import { basename, dirname } from 'node:path'
import { parametersOf } from '../keys/template.js'
import { moduleFrame, refill, type Context } from '../resolve/context.js'
import { evaluateDeclaration } from '../resolve/identifier.js'
import { exportsOf } from '../resolve/exports.js'
import { callFunction } from '../resolve/call.js'
import { within, type Declaration } from '../resolve/scope.js'
import { evaluate } from '../resolve/evaluate.js'
import { baseOf, instanceMember } from '../resolve/instance.js'
import { refine } from '../resolve/types.js'
import { alternatives, opaque, type ClassValue, type InstanceValue, type OpaqueValue, type Value } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import type { RawSite } from './raw-site.js'

/** What is asked of a file: the words found so far tell which types lead to a cache. */
export interface CarrierQuery {
  readonly unit: Unit
  /** The sites in the file. */
  readonly sites: readonly RawSite[]
  readonly words: ReadonlySet<string>
  /** Is the function known to be a wrapper, in whatever file it stands? */
  readonly isWrapper: (fn: ts.Node) => boolean
}

/**
 * The words by which other files reach a cache through this one: its exports that are clients, give clients, hold them,
 * or are wrappers. `'path'` stands for a default export, which every importer names as it likes.
 */
export function carriersOf(context: Context, query: CarrierQuery): string[] {
  const { unit, sites } = query
  const importsLibrary = unit.ast.statements.some((statement) => ts.isImportDeclaration(statement)
    && ts.isStringLiteral(statement.moduleSpecifier) && context.registry.seedModules.includes(statement.moduleSpecifier.text)) || /\brequire\(/.test(unit.ast.text)
  const open = sites.filter((site) => site.templates.some((template) => parametersOf(template).length > 0))
  const words: string[] = []
  for (const [name, entry] of exportsOf(unit).names) {
    if (entry.kind === 'forward') {
      if (query.words.has(entry.name) && name !== entry.name) words.push(name)
      continue
    }
    const carries = entry.kind === 'declaration' ? declarationCarries(context, query, entry.node, open, importsLibrary)
      : expressionCarries(context, query, entry.node, open)
    if (carries) words.push(...wordsFor(unit, name, entry.node))
  }
  return words
}

function expressionCarries(context: Context, query: CarrierQuery, node: ts.Expression, open: readonly RawSite[]): boolean {
  const { unit, words } = query
  if (ts.isIdentifier(node) && words.has(node.text)) return true
  return open.some((site) => within(site.call.node, node)) || carriesClient(context, query, open, evaluated(context, () => evaluate(context, node, moduleFrame(context, unit))))
}

function wordsFor(unit: Unit, name: string, node: ts.Node): string[] {
  const own = name === 'default' ? [pathWord(unit)] : [name]
  return ts.isClassLike(node) ? [...own, ...supertypes(node)] : own
}

function pathWord(unit: Unit): string {
  const stem = basename(unit.file).replace(/\.[cm]?[jt]sx?$/, '')
  return `'${stem === 'index' ? basename(dirname(unit.file)) : stem}'`
}

// Users of a class may know it by its interface or its base alone.
function supertypes(node: ts.ClassLikeDeclaration): string[] {
  return (node.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => type.expression).filter(ts.isIdentifier).map((name) => name.text))
}

function declarationCarries(context: Context, query: CarrierQuery, node: Declaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration, open: readonly RawSite[], importsLibrary: boolean): boolean {
  if (open.some((site) => within(site.call.node, node))) return true
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return importsLibrary
  if (ts.isClassLike(node)) return importsLibrary || node.members.some((member) => exposes(member, query.words))
  const fn = functionOf(node)
  if (fn && !importsLibrary && !mentions(fn.type, query.words)) return false
  return carriesClient(context, query, open, evaluated(context, () => evaluateDeclaration(context, node, moduleFrame(context, query.unit))))
}

function functionOf(node: ts.Node): ts.SignatureDeclaration | undefined {
  if (ts.isFunctionDeclaration(node)) return node
  const value = ts.isVariableDeclaration(node) ? node.initializer : undefined
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined
}

/** Does a member that others can reach have a type that leads to a cache? */
function exposes(member: ts.ClassElement, words: ReadonlySet<string>): boolean {
  const isPrivate = ts.canHaveModifiers(member) && (ts.getModifiers(member)?.some((m) => m.kind === ts.SyntaxKind.PrivateKeyword) ?? false)
  if (isPrivate) return false
  const typed = ts.isPropertyDeclaration(member) || ts.isMethodDeclaration(member) || ts.isGetAccessorDeclaration(member)
  return typed && mentions(member.type, words)
}

function mentions(type: ts.TypeNode | undefined, words: ReadonlySet<string>): boolean {
  return type !== undefined && (type.getText().match(/[\w$]+/g) ?? []).some((word) => words.has(word))
}

function evaluated(context: Context, work: () => Value): Value {
  refill(context, 'receiver')
  return work()
}

/** Is the value a client, does it hold one, or, called, does it give one? Looked into two levels deep. */
function carriesClient(context: Context, query: CarrierQuery, open: readonly RawSite[], value: Value, depth = 0): boolean {
  return alternatives(value).some((option) => {
    switch (option.kind) {
      case 'client':
      case 'operation': return true
      case 'external': return depth > 0 && option.module !== 'global' && context.registry.find(option.module, option.name, 'function') !== undefined
      case 'instance': return open.some((site) => within(site.call.node, option.cls.node)) || hasWrapper(context, query, option.cls) || holdsClient(context, option)
      case 'object': return depth < 2 && [...option.props.values()].some((thunk) => carriesClient(context, query, open, thunk(), 2))
      case 'opaque': return option.type !== undefined && alternatives(refine(context, option) ?? option).some((v) => v.kind === 'client' || (v.kind === 'instance' && holdsClient(context, v)))
      case 'function': return open.some((site) => within(site.call.node, option.node)) || query.isWrapper(option.node) || depth < 1 && carriesClient(context, query, open, evaluated(context, () => callFunction(context, option, [], 'client')), depth + 1)
      default: return false
    }
  })
}

/** Has the class, or one that it extends, a method that is a wrapper? */
function hasWrapper(context: Context, query: CarrierQuery, cls: ClassValue, height = 0): boolean {
  if (cls.node.members.some(query.isWrapper)) return true
  const base = height < 8 ? baseOf(context, cls) : undefined
  return base?.kind === 'class' && hasWrapper(context, query, base, height + 1)
}

// An instance of a class that has anything to do with a cache: its class has a member that is one.
function holdsClient(context: Context, instance: InstanceValue): boolean {
  return instance.cls.node.members.some((member) => {
    if (!member.name || !ts.isIdentifier(member.name) || ts.isMethodDeclaration(member)) return false
    const value = instanceMember(context, instance, member.name.text)
    return value !== undefined && alternatives(value).some((v) => v.kind === 'client' || (v.kind === 'opaque' && refine(context, v)?.kind === 'client'))
  }) || parameterTypes(instance).some((type) => alternatives(refine(context, type) ?? type).some((v) => v.kind === 'client'))
}

function parameterTypes(instance: InstanceValue): OpaqueValue[] {
  const ctor = instance.cls.node.members.find(ts.isConstructorDeclaration)
  return (ctor?.parameters ?? []).flatMap((p) => (p.type ? [opaque(p.name.getText(), { type: { node: p.type, unit: instance.cls.frame.unit } })] : []))
}
