import { dirname, relative, sep } from 'node:path'
import { ts } from 'ts-morph'
import { placeBetween } from '../collect/place.js'
import { holesOf, type HolePart, type Template } from '../keys/template.js'
import type { Edit } from '../model/finding.js'
import type { Factory } from '../model/types.js'
import { bare } from '../resolve/expressions.js'
import { isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import type { Program, Unit } from '../source/program.js'
import { isOfOneName, isPath } from './names.js'
import { literalOf, nodeAt, placeOfLiteral, type KeyLiteral } from './literal.js'

/** A key that is spelled by hand: where, and what its holes are. */
export interface Spelled {
  readonly unit: Unit
  readonly node: ts.Node
  readonly holes: readonly HolePart[]
}

/** The edits that call a factory in the place of a key that is spelled by hand, its import included. */
export function factoryCall(program: Program, { unit: into, node, holes }: Spelled, factory: Factory): readonly Edit[] | undefined {
  const unit = program.parsedAt(factory.location.path)
  const owner = unit && ownerAt(unit, factory)
  const literal = owner && literalOf(into, node, owner.isArray)
  const call = owner && literal && callText(owner, factory, literal, holes)
  const imported = call === undefined ? undefined : importOf(program, into, unit!, owner!.root)
  if (call === undefined || imported === undefined) return undefined
  return [{ path: into.path, range: placeOfLiteral(literal!), text: call.replace(owner!.root, imported.name) }, ...imported.edits]
}

/** What a factory is called by: `userKeys.detail`, of which `userKeys` is exported. */
interface Owner {
  readonly fn?: FunctionNode
  readonly root: string
  /** Does it make a whole array, or a word of one? */
  readonly isArray: boolean
}

function ownerAt(unit: Unit, factory: Factory): Owner | undefined {
  const name = nodeAt(unit, factory.location)
  const owner = name?.parent
  if (!owner || !isNamed(owner)) return undefined
  const [root] = factory.name.split('.')
  const value = isFunctionNode(owner) ? owner : 'initializer' in owner ? owner.initializer : undefined
  if (root === undefined || value === undefined || !isReached(owner)) return undefined
  return isFunctionNode(value) ? { root, fn: value, isArray: factory.own?.[0]?.kind === 'list' } : { root, isArray: ts.isArrayLiteralExpression(bare(value)) }
}

type Named = ts.FunctionDeclaration | ts.MethodDeclaration | ts.PropertyAssignment | ts.VariableDeclaration | ts.PropertyDeclaration | ts.EnumMember

const isNamed = (node: ts.Node): node is Named =>
  ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isEnumMember(node)

/** Does its name, written with dots, reach it from the top of its file? Not what only an object of a class has. */
function isReached(owner: Named): boolean {
  for (let at: ts.Node = owner; at.parent; at = at.parent) {
    if (isFunctionNode(at) && at !== owner && !ts.isMethodDeclaration(at)) return false
    const isMember = ts.isMethodDeclaration(at) || ts.isPropertyDeclaration(at)
    if (isMember && ts.isClassLike(at.parent) && !ts.getModifiers(at as ts.MethodDeclaration)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)) return false
  }
  return true
}

function callText({ fn }: Owner, factory: Factory, literal: KeyLiteral, spelled: readonly HolePart[]): string | undefined {
  if (!fn) return literal.holes.length === 0 ? factory.name : undefined
  const args = factory.own && argumentsFor(fn, factory.own, literal, spelled)
  return args === undefined ? undefined : `${factory.name}(${args.join(', ')})`
}

/** The arguments by which the factory builds the same key: what stands in each hole, in its parameter's place. */
function argumentsFor(fn: FunctionNode, own: Template, literal: KeyLiteral, spelled: readonly HolePart[]): readonly string[] | undefined {
  const holes = holesOf(own)
  if (holes.length !== literal.holes.length || holes.some((hole) => !isPath(hole) || hole.parameter === undefined || hole.parameter.path.length > 1)) return undefined
  if (isCrossed(holes, spelled)) return undefined
  const filled = new Map<number, readonly [HolePart, string][]>()
  holes.forEach((hole, at) => filled.set(hole.parameter!.index, [...(filled.get(hole.parameter!.index) ?? []), [hole, literal.holes[at]!.getText()]]))
  const last = Math.max(-1, ...filled.keys())
  const isCovered = fn.parameters.every((parameter, at) => filled.has(at) || (at > last && (parameter.questionToken ?? parameter.initializer) !== undefined))
  const texts = Array.from({ length: last + 1 }, (_, at) => argumentText(filled.get(at) ?? []))
  return isCovered && texts.every((text) => text !== undefined) ? texts : undefined
}

/** Does a value stand where the factory has another, and not where it has it? Then it is another key, of the same words. */
const isCrossed = (holes: readonly HolePart[], spelled: readonly HolePart[]): boolean =>
  spelled.some((value, at) => !isOfOneName(value, holes[at]!) && holes.some((hole) => isOfOneName(value, hole)))

function argumentText(filled: readonly (readonly [HolePart, string])[]): string | undefined {
  const [first] = filled
  if (!first) return undefined
  if (first[0].parameter!.path.length === 0) return filled.every(([, text]) => text === first[1]) ? first[1] : undefined
  return `{ ${filled.map(([hole, text]) => (hole.parameter!.path[0] === text ? text : `${hole.parameter!.path[0]!}: ${text}`)).join(', ')} }`
}

/** How a name of one file is had in another, and the edit that imports it. */
function importOf(program: Program, into: Unit, from: Unit, name: string): { readonly name: string; readonly edits: readonly Edit[] } | undefined {
  if (into === from) return { name, edits: [] }
  // Another package is had by its name, and only if it is asked for.
  if (!isExported(from, name) || packageOf(program, into) !== packageOf(program, from)) return undefined
  const imports = into.ast.statements.filter(ts.isImportDeclaration)
  const known = imports.find((each) => ts.isStringLiteral(each.moduleSpecifier) && program.modules.resolve(each.moduleSpecifier.text, into.file) === from.file && !each.importClause?.isTypeOnly)
  const bindings = known?.importClause?.namedBindings
  if (bindings && ts.isNamespaceImport(bindings)) return { name: `${bindings.name.text}.${name}`, edits: [] }
  const there = bindings?.elements.find((element) => (element.propertyName ?? element.name).text === name)
  if (there) return { name: there.name.text, edits: [] }
  if (isTaken(into, name)) return undefined
  if (bindings && bindings.elements.length > 0) return { name, edits: [insertion(into, bindings.elements.at(-1)!.end, `, ${name}`)] }
  return { name, edits: [insertion(into, imports.at(-1)?.end ?? 0, lineOf(into, imports, from, name))] }
}

const packageOf = ({ modules }: Program, { file }: Unit): string | undefined => modules.workspaces.enclosing(dirname(file))?.folder

function lineOf(into: Unit, imports: readonly ts.ImportDeclaration[], from: Unit, name: string): string {
  const texts = imports.map(({ moduleSpecifier }) => moduleSpecifier.getText(into.ast))
  const quote = texts[0]?.[0] ?? "'"
  const extension = texts.map((text) => /^.\.{1,2}\/.*(\.[jt]s).$/.exec(text)?.[1]).find(Boolean) ?? ''
  const path = relative(dirname(into.file), from.file).split(sep).join('/').replace(/\.[cm]?[jt]sx?$/, '')
  const end = imports.some((each) => each.getText(into.ast).endsWith(';')) ? ';' : ''
  const line = `import { ${name} } from ${quote}${path.startsWith('.') ? path : `./${path}`}${extension}${quote}${end}`
  return imports.length > 0 ? `\n${line}` : `${line}\n`
}

const insertion = (unit: Unit, at: number, text: string): Edit => ({ path: unit.path, range: placeBetween(unit, at, at), text })

function isExported(unit: Unit, name: string): boolean {
  return unit.ast.statements.some((statement) => {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) return statement.exportClause.elements.some((element) => element.name.text === name && !element.propertyName)
    const isOut = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) && !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
    if (!isOut) return false
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.some((declaration) => declaration.name.getText(unit.ast) === name)
    return 'name' in statement && (statement.name as ts.Node | undefined)?.getText(unit.ast) === name
  })
}

/** Is the name already something else anywhere in the file? */
const isTaken = (unit: Unit, name: string): boolean => new RegExp(`(?<![.\\w$])${quoted(name)}(?![\\w$])`).test(unit.ast.text)
