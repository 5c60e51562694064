import { ts } from 'ts-morph'

export type Declaration =
  | ts.VariableDeclaration | ts.BindingElement | ts.ParameterDeclaration | ts.FunctionDeclaration | ts.FunctionExpression
  | ts.ClassLikeDeclaration | ts.EnumDeclaration | ts.ImportSpecifier | ts.ImportClause | ts.NamespaceImport
  | ts.ImportEqualsDeclaration | ts.ModuleDeclaration

export type TypeDeclaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassLikeDeclaration | ts.EnumDeclaration
  | ts.ImportSpecifier | ts.ImportClause | ts.NamespaceImport | ts.TypeParameterDeclaration

const locals = new WeakMap<ts.Node, ReadonlyMap<string, Declaration>>()
const types = new WeakMap<ts.Node, ReadonlyMap<string, TypeDeclaration>>()

/** The declaration that an identifier refers to, by the language's scoping; `undefined` for a global. */
export function declarationOf(identifier: ts.Identifier): Declaration | undefined {
  return declarationNamed(identifier.text, identifier.parent)
}

/** The declaration that a name refers to at a node. */
export function declarationNamed(name: string, from: ts.Node): Declaration | undefined {
  for (let at: ts.Node | undefined = from; at; at = at.parent) {
    const found = localsOf(at).get(name)
    if (found) return found
  }
  return undefined
}

export function typeDeclarationOf(name: string, from: ts.Node): TypeDeclaration | undefined {
  for (let at: ts.Node | undefined = from; at; at = at.parent) {
    const found = typesOf(at).get(name)
    if (found) return found
  }
  return undefined
}

const NO_LOCALS: ReadonlyMap<string, Declaration> = new Map()
const NO_TYPES: ReadonlyMap<string, TypeDeclaration> = new Map()

function localsOf(scope: ts.Node): ReadonlyMap<string, Declaration> {
  if (!isScope(scope)) return NO_LOCALS
  const known = locals.get(scope)
  if (known) return known
  const found = new Map<string, Declaration>()
  for (const declaration of declarationsIn(scope)) addNames(declaration, found)
  locals.set(scope, found)
  return found
}

function typesOf(scope: ts.Node): ReadonlyMap<string, TypeDeclaration> {
  if (!isScope(scope)) return NO_TYPES
  const known = types.get(scope)
  if (known) return known
  const found = new Map<string, TypeDeclaration>()
  for (const statement of statementsOf(scope)) {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isEnumDeclaration(statement)) found.set(statement.name.text, statement)
    if (ts.isClassDeclaration(statement) && statement.name) found.set(statement.name.text, statement)
    if (ts.isImportDeclaration(statement)) for (const d of importsOf(statement)) if (d.name) found.set(d.name.text, d)
  }
  if ('typeParameters' in scope) {
    for (const parameter of (scope.typeParameters as ts.NodeArray<ts.TypeParameterDeclaration> | undefined) ?? []) found.set(parameter.name.text, parameter)
  }
  types.set(scope, found)
  return found
}

const SCOPES = new Set([
  ts.SyntaxKind.SourceFile, ts.SyntaxKind.Block, ts.SyntaxKind.ModuleBlock, ts.SyntaxKind.CaseBlock, ts.SyntaxKind.CatchClause,
  ts.SyntaxKind.ForOfStatement, ts.SyntaxKind.ForInStatement, ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ClassDeclaration, ts.SyntaxKind.ClassExpression, ts.SyntaxKind.InterfaceDeclaration, ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.FunctionDeclaration, ts.SyntaxKind.FunctionExpression, ts.SyntaxKind.ArrowFunction, ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.Constructor, ts.SyntaxKind.GetAccessor, ts.SyntaxKind.SetAccessor,
])

const isScope = (node: ts.Node): boolean => SCOPES.has(node.kind)

function declarationsIn(scope: ts.Node): Declaration[] {
  if (ts.isFunctionLike(scope)) {
    const own = ts.isFunctionExpression(scope) && scope.name ? [scope] : []
    return [...own, ...scope.parameters.filter((p): p is ts.ParameterDeclaration => ts.isParameter(p))]
  }
  if (ts.isForOfStatement(scope) || ts.isForInStatement(scope) || ts.isForStatement(scope)) {
    return scope.initializer && ts.isVariableDeclarationList(scope.initializer) ? [...scope.initializer.declarations] : []
  }
  if (ts.isCatchClause(scope)) return scope.variableDeclaration ? [scope.variableDeclaration] : []
  if (ts.isClassLike(scope)) return scope.name ? [scope] : []
  return statementsOf(scope).flatMap(declaredBy)
}

function statementsOf(scope: ts.Node): readonly ts.Statement[] {
  if (ts.isSourceFile(scope) || ts.isBlock(scope) || ts.isModuleBlock(scope)) return scope.statements
  return ts.isCaseBlock(scope) ? scope.clauses.flatMap((clause) => [...clause.statements]) : []
}

function declaredBy(statement: ts.Statement): Declaration[] {
  if (ts.isVariableStatement(statement)) return [...statement.declarationList.declarations]
  if (ts.isFunctionDeclaration(statement)) return statement.body ? [statement] : []
  if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement)) return [statement]
  if (ts.isImportDeclaration(statement)) return importsOf(statement)
  if (ts.isImportEqualsDeclaration(statement)) return [statement]
  return hoisted(statement)
}

// `var` and `let` in branches: only `var` leaves its block, and only from statements that nest.
function hoisted(statement: ts.Statement): Declaration[] {
  if (ts.isTryStatement(statement)) return varsIn(statement.tryBlock)
  if (ts.isIfStatement(statement)) return [...varsIn(statement.thenStatement), ...(statement.elseStatement ? varsIn(statement.elseStatement) : [])]
  return []
}

function varsIn(statement: ts.Statement): Declaration[] {
  const inner = ts.isBlock(statement) ? statement.statements : [statement]
  return inner.flatMap((child) =>
    ts.isVariableStatement(child) && (child.declarationList.flags & ts.NodeFlags.BlockScoped) === 0 ? [...child.declarationList.declarations] : [])
}

/** What a namespace exports, by name; of `namespace A.B`, what A exports is B. */
export function declarationsOfNamespace({ body }: ts.ModuleDeclaration): ReadonlyMap<string, Declaration> {
  const found = new Map<string, Declaration>()
  if (body && ts.isModuleDeclaration(body)) addNames(body as ts.ModuleDeclaration, found)
  if (!body || !ts.isModuleBlock(body)) return found
  const exported = body.statements.filter((each) => ts.canHaveModifiers(each) && each.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
  for (const declaration of exported.flatMap(declaredBy)) addNames(declaration, found)
  return found
}

function importsOf(statement: ts.ImportDeclaration): (ts.ImportSpecifier | ts.ImportClause | ts.NamespaceImport)[] {
  const clause = statement.importClause
  if (!clause) return []
  const named = clause.namedBindings
  const members = !named ? [] : ts.isNamespaceImport(named) ? [named] : [...named.elements]
  return clause.name ? [clause, ...members] : members
}

function addNames(declaration: Declaration, into: Map<string, Declaration>): void {
  const { name } = declaration
  if (!name) return
  if (ts.isObjectBindingPattern(name) || ts.isArrayBindingPattern(name)) {
    for (const element of name.elements) if (ts.isBindingElement(element)) addNames(element, into)
  } else if (ts.isIdentifier(name) && !into.has(name.text)) into.set(name.text, declaration)
}

/** Is `inner` the same node as `outer` or below it? */
export function within(inner: ts.Node, outer: ts.Node): boolean {
  for (let at: ts.Node | undefined = inner; at; at = at.parent) if (at === outer) return true
  return false
}
