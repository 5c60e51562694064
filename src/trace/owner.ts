import { ts } from 'ts-morph'
import type { RawSite } from '../collect/raw-site.js'
import type { Context } from '../resolve/context.js'
import { enclosingClass, enclosingFunction } from '../resolve/frame.js'
import { isKept } from '../resolve/lifetime.js'
import { quoted } from '../resolve/quoted.js'

const MOST_FILES = 6

/**
 * Does the cache end with an object that a function makes and does not keep? Such an object serves one request, or one
 * user: `const files = new WorkspaceFiles(user)`.
 */
export function isOfBriefObject(context: Context, { call: { node } }: RawSite): boolean {
  const owner = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : undefined
  const isField = owner !== undefined && ts.isPropertyAccessExpression(owner) && owner.expression.kind === ts.SyntaxKind.ThisKeyword
  const name = isField ? enclosingClass(node)?.name?.text : undefined
  if (name === undefined) return false
  const made = context.program.scan(new RegExp(`\\bnew ${quoted(name)}\\b`), `new ${name}`).slice(0, MOST_FILES).flatMap((path) => makingsIn(context.program.unit(path)?.ast, name))
  return made.length > 0 && made.every((each) => enclosingFunction(each) !== undefined && !isKept(each))
}

function makingsIn(ast: ts.SourceFile | undefined, name: string): ts.NewExpression[] {
  const found: ts.NewExpression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === name) found.push(node)
    ts.forEachChild(node, visit)
  }
  if (ast) visit(ast)
  return found
}
