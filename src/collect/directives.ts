import { ts } from 'ts-morph'
import { NEXT_CACHE } from '../clients/next-cache.js'
import { list, text, type Template } from '../keys/template.js'
import { symbolicFrame, symbolicFrameAt, type Context } from '../resolve/context.js'
import { isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { evaluateDeclaration } from '../resolve/identifier.js'
import { toKey } from '../resolve/to-template.js'
import type { Unit } from '../source/program.js'
import { symbolAt } from './place.js'
import type { RawSite } from './raw-site.js'

const DIRECTIVE = /^use cache(?:: *[\w-]+)?$/

/**
 * The functions that `'use cache'` caches (Next.js 15 and later), by themselves or with their whole file. The key is the
 * function, its arguments and what it closes over; nothing but a tag can name it.
 */
export function directiveSites(context: Context, unit: Unit): RawSite[] {
  if (!unit.ast.text.includes('use cache')) return []
  return cachedFunctions(unit.ast).map((node) => ({
    call: { unit, node },
    frame: symbolicFrameAt(context, unit, node),
    spec: { op: 'read-through', key: { arg: 0 } },
    client: { kind: 'client', client: NEXT_CACHE, prefix: [] },
    kind: 'key', match: 'exact', args: [],
    templates: [keyOf(context, unit, node)],
  }))
}

function keyOf(context: Context, unit: Unit, node: FunctionNode): Template {
  const frame = symbolicFrame(context, unit, node)
  const inner = node.body ?? node
  return list([[text(symbolAt(inner) || 'anonymous')], ...node.parameters.map((parameter) => toKey(evaluateDeclaration(context, parameter, frame)))])
}

function cachedFunctions(ast: ts.SourceFile): FunctionNode[] {
  const isWhole = startsWithDirective(ast.statements)
  const found: FunctionNode[] = []
  const visit = (node: ts.Node): void => {
    const isExported = isWhole && isFunctionNode(node) && isTopLevelExport(node)
    if (isFunctionNode(node) && node.body && ts.isBlock(node.body) && (isExported || startsWithDirective(node.body.statements))) found.push(node)
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(ast, visit)
  return found
}

function startsWithDirective(statements: readonly ts.Statement[]): boolean {
  for (const statement of statements) {
    if (!ts.isExpressionStatement(statement) || !ts.isStringLiteral(statement.expression)) return false
    if (DIRECTIVE.test(statement.expression.text)) return true
  }
  return false
}

function isTopLevelExport(node: FunctionNode): boolean {
  const statement = ts.isVariableDeclaration(node.parent) ? node.parent.parent.parent : node
  return ts.isSourceFile(statement.parent) && ts.canHaveModifiers(statement) && (ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword) ?? false)
}
