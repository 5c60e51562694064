import { ts } from 'ts-morph'
import { assignmentsTo } from './assignments.js'
import { condition } from './condition.js'
import { hangOn, nameOf, type Context } from './context.js'
import { evaluate, evaluateElements, plus } from './evaluate.js'
import { enclosingFunction, isFunctionNode, variantOf, type Frame } from './frame.js'
import { firstValue } from './identifier.js'
import { countAlternatives } from '../keys/template.js'
import { within, type Declaration } from './scope.js'
import { alternatives, arrayOf, gaveUp, isFixed, opaque, union, type Element, type Value } from './value.js'
import { isMore, isPlain, widened } from './widen.js'

/**
 * The value, at a place, of a variable that changes: `let key = a; if (c) key += b`, `parts.push(x)`. Within one function the
 * statements between declaration and use are run abstractly; seen from elsewhere, every value that is ever assigned counts.
 */
export function valueAt(context: Context, declaration: Declaration, frame: Frame, use: ts.Node): Value {
  const now = frame.overrides.get(declaration)
  if (now) hangOn(context, frame)
  const start = now ?? firstValue(context, declaration, frame)
  const scope = enclosingFunction(declaration)
  if (!scope || enclosingFunction(use) !== scope) return anyAssigned(context, declaration, frame, start)
  const walk = new Walk(context, declaration, frame, use)
  const block = ts.isParameter(declaration) ? scope.body : blockOf(declaration)
  if (!block || !ts.isBlock(block) && !ts.isCaseClause(block) && !ts.isDefaultClause(block)) return start
  return walk.run(block.statements, start)
}

function blockOf(declaration: ts.Node): ts.Node | undefined {
  for (let at = declaration.parent; at; at = at.parent) {
    if (ts.isBlock(at) || ts.isCaseClause(at) || ts.isDefaultClause(at)) return at
    if (isFunctionNode(at)) return undefined
  }
  return undefined
}

function anyAssigned(context: Context, declaration: Declaration, frame: Frame, start: Value): Value {
  const values = assignmentsTo(declaration).flatMap((node) => {
    if (!ts.isBinaryExpression(node) || node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken) return []
    return [evaluate(context, node.right, frameAround(node, frame))]
  })
  const isUnset = start.kind === 'const' && start.value == null || start.kind === 'opaque' && start.type === undefined && values.length > 0
  return union(isUnset && values.length > 0 ? values : [start, ...values])
}

// Assigned inside another function: its variables are those of some call of it.
function frameAround(node: ts.Node, frame: Frame): Frame {
  return enclosingFunction(node) === undefined || enclosingFunction(node) === frame.scope ? frame : variantOf(frame, { parent: frame, scope: enclosingFunction(node)! })
}

/** A loop or a switch that is being run, and what the variable is where it is left, or gone on with, by a jump. */
interface Jumped { readonly isLoop: boolean; readonly states: Value[] }

/** One abstract run over statements, following one variable. */
class Walk {
  private found: Value | undefined
  private readonly jumped: Jumped[] = []

  constructor(
    private readonly context: Context, private readonly declaration: Declaration,
    private readonly frame: Frame, private readonly use: ts.Node,
    /** How many statements were run, in the walks within this one too. */
    private readonly count = { statements: 0 },
  ) {}

  run(statements: readonly ts.Statement[], start: Value): Value {
    const end = this.sequence(statements, start)
    return this.found ?? end ?? start
  }

  /** The value after the statements; `undefined` when the path has left the block. */
  private sequence(statements: readonly ts.Statement[], start: Value | undefined): Value | undefined {
    let state = start
    for (const statement of statements) {
      if (state === undefined || this.found) return state
      state = this.statement(statement, state)
    }
    return state
  }

  private statement(node: ts.Statement, state: Value): Value | undefined {
    if (++this.count.statements > MOST_STATEMENTS) this.found ??= gaveUp(nameOf(this.use), `more than ${MOST_STATEMENTS} statements`)
    if (ts.isBlock(node)) return this.sequence(node.statements, state)
    if (ts.isIfStatement(node)) return this.branch(node, state)
    if (ts.isIterationStatement(node, false)) return this.loop(node, state)
    if (ts.isTryStatement(node)) return this.attempt(node, state)
    if (ts.isSwitchStatement(node)) return this.cases(node, state)
    if (ts.isBreakOrContinueStatement(node)) return this.jump(node, state)
    const after = this.expressions(node, state)
    if (within(this.use, node)) this.found = this.found ?? state
    return ts.isReturnStatement(node) || ts.isThrowStatement(node) ? undefined : after
  }

  // A label leads out of any of those around.
  private jump(node: ts.BreakOrContinueStatement, state: Value): undefined {
    const around = node.label ? this.jumped : this.jumped.filter(({ isLoop }) => isLoop || ts.isBreakStatement(node)).slice(-1)
    for (const { states } of around) states.push(state)
  }

  /** Runs what jumps may leave; with what the variable is at the jumps. */
  private left<T>(isLoop: boolean, work: () => T): readonly [T, readonly Value[]] {
    const states: Value[] = []
    this.jumped.push({ isLoop, states })
    const end = work()
    this.jumped.pop()
    return [end, states]
  }

  private branch(node: ts.IfStatement, state: Value): Value | undefined {
    if (within(this.use, node.expression)) this.found = state
    if (within(this.use, node.thenStatement)) return this.statement(node.thenStatement, state)
    if (node.elseStatement && within(this.use, node.elseStatement)) return this.statement(node.elseStatement, state)
    const verdict = this.with(state, () => condition(this.context, node.expression, this.frame))
    const then = verdict === false ? undefined : this.statement(node.thenStatement, state)
    const other = verdict === true ? undefined : node.elseStatement ? this.statement(node.elseStatement, state) : state
    return then && other ? union([other, then]) : then ?? other
  }

  private loop(node: ts.IterationStatement, state: Value): Value | undefined {
    // What the loop itself moves on has any value of its run.
    const moves = assignmentsTo(this.declaration).some((change) => within(change, node) && !within(change, node.statement))
    if (moves) return this.moved(node)
    const isInside = within(this.use, node)
    const rounds = isInside ? undefined : this.rounds(node)
    const end = rounds?.reduce((before, frame) => new Walk(this.context, this.declaration, frame, this.use, this.count).round(node.statement, before), state)
    if (end && alternatives(end).every((option) => option.kind !== 'text' || countAlternatives(option.parts) <= MOST_ENDS)) return end
    const ended = this.settled(node, state, isInside ? new Walk(this.context, this.declaration, this.frame, node.getSourceFile().endOfFileToken, this.count) : this)
    if (!isInside) return ended
    // What is worked out by way of this very place is no more than what the loop began with.
    const isKnown = isPlain(ended) && !alternatives(ended).some((option) => option.kind === 'opaque' && option.reason !== undefined)
    this.round(node.statement, isKnown ? ended : state)
    this.found ??= ended
    return ended
  }

  /** The value after any number of rounds. */
  private settled(node: ts.IterationStatement, state: Value, walk: Walk): Value {
    const once = union([state, walk.round(node.statement, state)])
    if (!isMore(once, state) || !isPlain(once)) return once
    // What a second round adds, more rounds add to: nobody knows how many there are.
    const twice = union([once, walk.round(node.statement, once)])
    return isMore(twice, once) ? widened(state, twice) : once
  }

  /** The frames of a loop over elements that are known one by one, where no round ends the loop. */
  private rounds(node: ts.IterationStatement): Frame[] | undefined {
    if (!ts.isForOfStatement(node) || !ts.isVariableDeclarationList(node.initializer) || jumps(node.statement)) return undefined
    const variable = node.initializer.declarations[0]!
    const source = evaluate(this.context, node.expression, this.frame)
    if (source.kind !== 'array' || !isFixed(source.elements) || source.elements.length > MOST_ROUNDS) return undefined
    return source.elements.map(({ value }) => variantOf(this.frame, { overrides: new Map([...this.frame.overrides, [variable, value]]) }))
  }

  /** The value after one round, however it ends. */
  round(body: ts.Statement, state: Value): Value {
    const [after, jumps] = this.left(true, () => this.statement(body, state))
    const ends = [...after ? [after] : [], ...jumps]
    return ends.length > 0 ? union(ends) : state
  }

  private moved(node: ts.IterationStatement): Value {
    const any = opaque(this.declaration.name?.getText() ?? 'value')
    if (within(this.use, node)) this.found = any
    return any
  }

  private attempt(node: ts.TryStatement, state: Value): Value | undefined {
    const tried = this.sequence(node.tryBlock.statements, state)
    if (this.found) return tried
    const failed = this.failed(node.tryBlock, state)
    const caught = node.catchClause ? this.sequence(node.catchClause.block.statements, failed) : undefined
    const after = tried && caught ? union([tried, caught]) : tried ?? caught
    if (!node.finallyBlock || this.found) return after
    const end = this.sequence(node.finallyBlock.statements, after ?? failed)
    return after && end
  }

  /** What the variable may be where something in a block fails: as before, or after any of its assignments. */
  private failed(block: ts.Block, state: Value): Value {
    const changes = assignmentsTo(this.declaration).filter((change) => within(change, block))
    return union([state, ...changes.map((change) => this.with(state, () => this.apply(change, state)))])
  }

  private cases(node: ts.SwitchStatement, state: Value): Value | undefined {
    const { clauses } = node.caseBlock
    // A clause without a jump at its end runs on into the next.
    const [end, jumps] = this.left(false, () => clauses.reduce<Value | undefined>((before, clause) => this.sequence(clause.statements, before ? union([state, before]) : state), undefined))
    const ends = [...clauses.some(ts.isDefaultClause) ? [] : [state], ...end ? [end] : [], ...jumps]
    return ends.length > 0 ? union(ends) : undefined
  }

  /** Applies the assignments in a statement, in order; those in callbacks may happen any number of times. */
  private expressions(node: ts.Node, state: Value): Value {
    let current = state
    for (const change of assignmentsTo(this.declaration)) {
      if (!within(change, node) || within(this.use, change)) continue
      current = this.with(current, () => this.apply(change, current))
    }
    return current
  }

  private apply(change: ts.Expression, state: Value): Value {
    const isRepeated = enclosingFunction(change) !== enclosingFunction(this.declaration)
    if (ts.isCallExpression(change)) return this.append(change, state, isRepeated)
    if (!ts.isBinaryExpression(change)) return opaque(this.declaration.name?.getText() ?? 'value')
    const value = evaluate(this.context, change.right, this.frame)
    if (isRepeated) return union([state, value])
    if (change.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken) return plus(state, value, change)
    return change.operatorToken.kind === ts.SyntaxKind.EqualsToken ? value : union([state, value])
  }

  private append(call: ts.CallExpression, state: Value, isRepeated: boolean): Value {
    const added = evaluateElements(this.context, call.arguments, this.frame)
    const inLoop = isRepeated || isInLoop(call, this.declaration)
    const elements: readonly Element[] = inLoop ? added.map(({ value }) => ({ value, many: true })) : added
    const isUnshift = ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === 'unshift'
    const onto = (value: Value): Value =>
      value.kind !== 'array' ? value : arrayOf(isUnshift ? [...elements, ...value.elements] : [...value.elements, ...elements])
    return state.kind === 'union' ? union(state.options.map(onto)) : onto(state)
  }

  private with<T>(state: Value, work: () => T): T {
    const before = this.frame.overrides.get(this.declaration)
    this.frame.overrides.set(this.declaration, state)
    try {
      return work()
    } finally {
      if (before) this.frame.overrides.set(this.declaration, before)
      else this.frame.overrides.delete(this.declaration)
    }
  }
}

const MOST_ROUNDS = 12
const MOST_STATEMENTS = 2000
/** Of a loop that may end in more ways than this, it is told that its text grows. */
const MOST_ENDS = 8

/** Does a statement leave the loop that it is in? */
function jumps(node: ts.Node): boolean {
  if (ts.isBreakStatement(node) || ts.isReturnStatement(node)) return true
  return !isFunctionNode(node) && (ts.forEachChild(node, (child) => jumps(child) || undefined) ?? false)
}

function isInLoop(node: ts.Node, declaration: ts.Node): boolean {
  for (let at = node.parent; at && !within(declaration, at); at = at.parent) if (ts.isIterationStatement(at, false)) return true
  return false
}
