import { ts } from 'ts-morph'
import { condition } from './condition.js'
import type { Context } from './context.js'
import { evaluate } from './evaluate.js'
import { isFunctionNode, type Frame, type FunctionNode } from './frame.js'
import { union, UNDEFINED, type Element, type Value } from './value.js'

/** What a call may return: every reachable `return`, branches that the arguments rule out left aside. */
export function returnsOf(context: Context, fn: FunctionNode, frame: Frame): Value {
  const body = fn.body
  if (!body) return UNDEFINED
  if (!ts.isBlock(body)) return evaluate(context, body, frame)
  if (isGenerator(fn)) return { kind: 'array', elements: yields(context, body, frame) }
  const found: Value[] = []
  const ends = visitAll(context, body.statements, frame, found)
  if (ends && found.length === 0) return UNDEFINED
  return union(found.length > 1 ? withoutFailures(found) : found.length === 1 ? found : [UNDEFINED])
}

const isGenerator = (fn: FunctionNode): boolean => 'asteriskToken' in fn && fn.asteriskToken !== undefined

// A key that may be absent is not built at all on that path: `return null` beside real keys says nothing of the key.
function withoutFailures(values: readonly Value[]): readonly Value[] {
  const real = values.filter((value) => !(value.kind === 'const' && value.value == null))
  return real.length > 0 ? real : values
}

/** Collects the returns of statements; true when the path runs on behind them. */
function visitAll(context: Context, statements: readonly ts.Statement[], frame: Frame, found: Value[]): boolean {
  for (const statement of statements) if (!visit(context, statement, frame, found)) return false
  return true
}

function visit(context: Context, node: ts.Statement, frame: Frame, found: Value[]): boolean {
  if (ts.isReturnStatement(node)) {
    found.push(node.expression ? evaluate(context, node.expression, frame) : UNDEFINED)
    return false
  }
  if (ts.isThrowStatement(node)) return false
  if (ts.isBlock(node)) return visitAll(context, node.statements, frame, found)
  if (ts.isIfStatement(node)) return visitIf(context, node, frame, found)
  if (ts.isSwitchStatement(node)) return visitSwitch(context, node, frame, found)
  if (ts.isTryStatement(node)) return visitTry(context, node, frame, found)
  if (ts.isIterationStatement(node, false)) visit(context, node.statement, frame, found)
  if (ts.isLabeledStatement(node)) return visit(context, node.statement, frame, found)
  return true
}

function visitIf(context: Context, node: ts.IfStatement, frame: Frame, found: Value[]): boolean {
  const verdict = condition(context, node.expression, frame)
  const then = verdict === false ? false : visit(context, node.thenStatement, frame, found)
  const other = verdict === true ? false : node.elseStatement ? visit(context, node.elseStatement, frame, found) : true
  return then || other
}

function visitSwitch(context: Context, node: ts.SwitchStatement, frame: Frame, found: Value[]): boolean {
  const subject = evaluate(context, node.expression, frame)
  const matching = node.caseBlock.clauses.findIndex((clause) => ts.isCaseClause(clause) && isSame(subject, evaluate(context, clause.expression, frame)))
  if (matching !== -1) return visitAll(context, node.caseBlock.clauses.slice(matching).flatMap((clause) => [...clause.statements]), frame, found)
  const runsOn = node.caseBlock.clauses.map((clause) => visitAll(context, clause.statements, frame, found))
  return runsOn.some(Boolean) || !node.caseBlock.clauses.some(ts.isDefaultClause)
}

function isSame(left: Value, right: Value): boolean {
  if (left.kind === 'const' && right.kind === 'const') return left.value === right.value
  if (left.kind !== 'text' || right.kind !== 'text' || left.parts.length !== 1 || right.parts.length !== 1) return false
  const [a] = left.parts
  const [b] = right.parts
  return a?.kind === 'text' && b?.kind === 'text' && a.text === b.text
}

function visitTry(context: Context, node: ts.TryStatement, frame: Frame, found: Value[]): boolean {
  const tried = visitAll(context, node.tryBlock.statements, frame, found)
  const caught = node.catchClause ? visitAll(context, node.catchClause.block.statements, frame, found) : false
  const after = node.finallyBlock ? visitAll(context, node.finallyBlock.statements, frame, found) : true
  return (tried || caught) && after
}

function yields(context: Context, body: ts.Node, frame: Frame): Element[] {
  const found: Element[] = []
  const walk = (node: ts.Node): void => {
    if (isFunctionNode(node)) return
    if (ts.isYieldExpression(node) && node.expression) found.push({ value: evaluate(context, node.expression, frame), many: true })
    ts.forEachChild(node, walk)
  }
  ts.forEachChild(body, walk)
  return found
}
