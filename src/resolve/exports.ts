import { ts } from 'ts-morph'
import type { Unit } from '../source/program.js'
import type { Context } from './context.js'
import type { Declaration } from './scope.js'

/** What a file exports under a name. */
export type ExportEntry =
  | { readonly kind: 'declaration'; readonly node: Declaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration }
  | { readonly kind: 'expression'; readonly node: ts.Expression }
  | { readonly kind: 'forward'; readonly from: string; readonly name: string }

export interface ExportTable {
  readonly names: ReadonlyMap<string, ExportEntry>
  /** Specifiers of `export * from`. */
  readonly stars: readonly string[]
}

const tables = new WeakMap<Unit, ExportTable>()

export function exportsOf(unit: Unit): ExportTable {
  const known = tables.get(unit)
  if (known) return known
  const names = new Map<string, ExportEntry>()
  const stars: string[] = []
  for (const statement of unit.ast.statements) {
    if (ts.isExportDeclaration(statement)) addExportDeclaration(statement, names, stars)
    else if (ts.isExportAssignment(statement)) names.set('default', { kind: 'expression', node: statement.expression })
    else if (isExported(statement)) addDeclared(statement, names)
    else if (ts.isExpressionStatement(statement)) addCommonJs(statement.expression, names)
  }
  const table = { names, stars }
  tables.set(unit, table)
  return table
}

function isExported(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) && (ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword) ?? false)
}

function isDefault(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) && (ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword) ?? false)
}

function addDeclared(statement: ts.Statement, names: Map<string, ExportEntry>): void {
  if (ts.isVariableStatement(statement)) {
    for (const declaration of statement.declarationList.declarations) addBinding(declaration, names)
    return
  }
  const declares = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)
    || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isModuleDeclaration(statement)
  if (!declares || (ts.isFunctionDeclaration(statement) && !statement.body)) return
  const name = isDefault(statement) ? 'default' : statement.name?.text
  if (name === undefined) return
  const known = names.get(name)
  // A name may be a value and a type at once; the value is what keys are made of.
  const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
  if (!known || !isType) names.set(name, { kind: 'declaration', node: statement })
}

function addBinding(declaration: ts.VariableDeclaration | ts.BindingElement, names: Map<string, ExportEntry>): void {
  if (ts.isIdentifier(declaration.name)) {
    names.set(declaration.name.text, { kind: 'declaration', node: declaration })
    return
  }
  for (const element of declaration.name.elements) if (ts.isBindingElement(element)) addBinding(element, names)
}

function addExportDeclaration(statement: ts.ExportDeclaration, names: Map<string, ExportEntry>, stars: string[]): void {
  const from = statement.moduleSpecifier && ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : undefined
  const clause = statement.exportClause
  if (!clause) {
    if (from !== undefined) stars.push(from)
    return
  }
  if (ts.isNamespaceExport(clause)) {
    if (from !== undefined) names.set(clause.name.text, { kind: 'forward', from, name: '*' })
    return
  }
  for (const element of clause.elements) {
    const local = element.propertyName ?? element.name
    const entry: ExportEntry = from !== undefined ? { kind: 'forward', from, name: local.text }
      : { kind: 'expression', node: local as ts.Expression }
    names.set(element.name.text, entry)
  }
}

function addCommonJs(expression: ts.Expression, names: Map<string, ExportEntry>): void {
  if (!ts.isBinaryExpression(expression) || expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return
  const target = expression.left.getText()
  if (target === 'module.exports') {
    names.set('default', { kind: 'expression', node: expression.right })
    return
  }
  const named = /^(?:module\.)?exports\.([\w$]+)$/.exec(target)
  if (named) names.set(named[1]!, { kind: 'expression', node: expression.right })
}

/** The files of `export * from` that may have a name, in their order. */
export function starsOf({ program }: Context, unit: Unit, name: string): readonly string[] {
  const files = starred.get(unit) ?? exportsOf(unit).stars.flatMap((from) => program.modules.resolve(from, unit.file) ?? [])
  starred.set(unit, files)
  return name === 'default' ? [] : program.exporting(name, files)
}

const starred = new WeakMap<Unit, readonly string[]>()
