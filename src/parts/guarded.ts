import { ts } from 'ts-morph'
import { isFunctionNode } from '../resolve/frame.js'

/**
 * Has the code asked, before it gets to a node, whether what is named there is set? Any test that mentions it counts: the
 * conditions around it, and those before it in its blocks, up to the function that declares it.
 */
export function isGuarded(node: ts.Node, names: readonly string[]): boolean {
  const mentions = (test: ts.Node): boolean => names.some((name) => isMember(test, name)) || names.some((name) => new RegExp(`(?<![\\w$.])${literally(name).replace(/\\\?\\\./g, '\\??\\.').replace(/\\\./g, '\\??\\.')}(?![\\w$])`).test(test.getText()))
  for (let at: ts.Node = node; at.parent; at = at.parent) {
    if (isTestedBy(at, at.parent, mentions) || isTestedBefore(at, mentions)) return true
    if (isFunctionNode(at) && !ts.isArrowFunction(at) && !ts.isFunctionExpression(at)) return false
  }
  return false
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** `'deviceId' in options` asks for `options.deviceId`. */
function isMember(test: ts.Node, name: string): boolean {
  const [, owner, member] = /^(.+?)\??\.(\w+)$/.exec(name) ?? []
  return owner !== undefined && new RegExp(`['"]${member}['"]\\s+in\\s+${literally(owner)}(?![\\w$])`).test(test.getText())
}

function isTestedBy(node: ts.Node, parent: ts.Node, mentions: (test: ts.Node) => boolean): boolean {
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return node !== parent.expression && mentions(parent.expression)
  if (ts.isConditionalExpression(parent)) return node !== parent.condition && mentions(parent.condition)
  if (ts.isCaseClause(parent) || ts.isSwitchStatement(parent)) return mentions(parent.expression)
  // `{ queryKey: …, enabled: !!id }`
  if (ts.isObjectLiteralExpression(parent)) return parent.properties.some((each) => each !== node && /^(?:enabled|skip)$/.test(each.name?.getText() ?? '') && mentions(each))
  return ts.isBinaryExpression(parent) && node === parent.right && [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken].includes(parent.operatorToken.kind) && mentions(parent.left)
}

/** `if (!id) return`, `assert(id)`, `id = id ?? other` in a statement before. */
function isTestedBefore(node: ts.Node, mentions: (test: ts.Node) => boolean): boolean {
  if (!ts.isStatement(node) || !(ts.isBlock(node.parent) || ts.isSourceFile(node.parent) || ts.isCaseClause(node.parent))) return false
  return node.parent.statements.some((statement) => statement.pos < node.pos && isTest(statement, mentions))
}

function isTest(statement: ts.Statement, mentions: (test: ts.Node) => boolean): boolean {
  if (ts.isIfStatement(statement)) return mentions(statement.expression)
  if (!ts.isExpressionStatement(statement)) return false
  const { expression } = statement
  if (ts.isBinaryExpression(expression)) return mentions(expression.left)
  const call = ts.isAwaitExpression(expression) ? expression.expression : expression
  return ts.isCallExpression(call) && /assert|invariant|ensure|require|check|expect|validate/i.test(call.expression.getText()) && call.arguments.some(mentions)
}
