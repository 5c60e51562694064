import { ts } from 'ts-morph'
import { mapCache } from '../clients/map-cache.js'
import { operationsOf } from '../clients/registry.js'
import { symbolicFrameAt, type Context } from '../resolve/context.js'
import { enclosingClass, enclosingFunction } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import type { ClientValue } from '../resolve/value.js'
import type { Unit } from '../source/program.js'
import { assignmentTo, elementArguments, FILLS } from './elements.js'
import { operationArguments, rawSite, type RawSite } from './raw-site.js'

/**
 * Plain objects that are caches: `this.cache[path] ??= load(path)`. Objects are used for all sorts of tables, so that one
 * is looked at where its name says cache, and taken where an element is computed because it was found missing.
 */
export function objectCacheSites(context: Context, unit: Unit): RawSite[] {
  if (!NAMED.test(unit.ast.text)) return []
  const elements = elementsIn(unit.ast)
  const caches = new Set(elements.filter(isFill).map(storeOf))
  return elements.filter((element) => caches.has(storeOf(element))).flatMap((node) => siteOf(context, unit, node) ?? [])
}

const NAMED = /(?:[cC]ache|[mM]emo)\w{0,60}\[/

function elementsIn(ast: ts.SourceFile): ts.ElementAccessExpression[] {
  const found: ts.ElementAccessExpression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isElementAccessExpression(node) && storeOf(node) !== undefined) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(ast)
  return found
}

/** The object, where it is a field or a variable of the module that starts empty: what is local ends with the call. */
function storeOf({ expression }: ts.ElementAccessExpression): string | undefined {
  if (!/cache|memo/i.test(expression.getText())) return undefined
  if (ts.isPropertyAccessExpression(expression) && expression.expression.kind === ts.SyntaxKind.ThisKeyword) return `${enclosingClass(expression)?.name?.text ?? ''}.${expression.name.text}`
  const declaration = ts.isIdentifier(expression) ? declarationOf(expression) : undefined
  const isEmpty = declaration !== undefined && ts.isVariableDeclaration(declaration) && /^(?:\{\s*\}|Object\.create\(null\))/.test(declaration.initializer?.getText() ?? '')
  return isEmpty && enclosingFunction(declaration) === undefined ? expression.getText() : undefined
}

/** Is a computed element put there because it was not there? */
function isFill(node: ts.ElementAccessExpression): boolean {
  const assignment = assignmentTo(node)
  if (!assignment || !isComputed(assignment.right)) return false
  if (FILLS.has(assignment.operatorToken.kind)) return true
  const fn = enclosingFunction(node)
  const element = node.getText()
  for (let at: ts.Node = node; at !== fn && at.parent; at = at.parent) {
    if (ts.isIfStatement(at.parent) && at.parent.expression.getText().includes(element)) return true
  }
  return fn?.body !== undefined && isAnsweredBefore(fn.body, element, node.pos)
}

/** `if (cache[key]) return cache[key]` */
function isAnsweredBefore(body: ts.Node, element: string, end: number): boolean {
  let found = false
  const visit = (node: ts.Node): void => {
    if (node.pos >= end || found) return
    found = ts.isIfStatement(node) && node.expression.getText().includes(element) && node.thenStatement.getText().includes('return')
    ts.forEachChild(node, visit)
  }
  visit(body)
  return found
}

// An object that is made and registered is no computed value.
const isComputed = (node: ts.Node): boolean => !ts.isNewExpression(node) && (ts.isCallExpression(node) || ts.isAwaitExpression(node) || (ts.isIdentifier(node) && isResult(node)))

function isResult(node: ts.Identifier): boolean {
  const declaration = declarationOf(node)
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && isComputed(declaration.initializer)
}

function siteOf(context: Context, unit: Unit, node: ts.ElementAccessExpression): RawSite | undefined {
  const name = assignmentTo(node) ? 'set' : ts.isDeleteExpression(node.parent) ? 'delete' : 'get'
  const [spec] = operationsOf(mapCache, name)
  const client: ClientValue = { kind: 'client', client: mapCache, prefix: [], instance: `${unit.path}#${storeOf(node)}` }
  const frame = symbolicFrameAt(context, unit, node)
  return spec && rawSite(context, { unit, node }, frame, client, spec, operationArguments(context, spec, elementArguments(node), frame))
}
