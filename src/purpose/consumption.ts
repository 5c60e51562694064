import { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import { argumentsOf, commandOf, type RawSite } from '../collect/raw-site.js'
import { bare, holderOf } from '../resolve/expressions.js'
import { enclosingFunction, isFunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { leaves } from '../resolve/reachable.js'
import { within } from '../resolve/scope.js'

const WHOLE = /^(?:get|hget|getitem)$/
const LISTED = /^(?:lrange|smembers|zrange\w*)$/

/** It is read, and then deleted, in one function, and nothing is put in its place: a code, a token, a state of OAuth. */
export const isConsumed = (group: readonly RawSite[]): boolean =>
  isTaken(group, WHOLE, (read, removal) => isTakenAtOnce(read, removal) || (isOnTheWay(removal) && (failsWithout(read) || (leavesWithout(read) && isUsedAfter(read, removal)))))

/** Who asks a wrapper whether there is one before it is deleted, and has no more to do with it, deletes a record. */
const isTakenAtOnce = (read: RawSite, removal: RawSite): boolean => waitsBetween(read, removal) < 2 && (!(read.through ?? removal.through) || failsWithout(read) || isUsedAfter(read, removal))

/** Is it removed whichever way the function goes on? */
function isOnTheWay({ call: { node } }: RawSite): boolean {
  const fn = enclosingFunction(node)
  for (let at: ts.Node = node; at.parent && at !== fn; at = at.parent) if (ts.isIfStatement(at.parent) && at !== at.parent.expression) return false
  return true
}

/** `await del(key); return found.userId` */
function isUsedAfter(read: RawSite, removal: RawSite): boolean {
  const held = heldBy(read)
  const fn = enclosingFunction(removal.call.node)
  return held !== undefined && fn?.body !== undefined && new RegExp(`(?<![\\w.])${quoted(held)}(?!\\w)`).test(removal.call.unit.ast.text.slice(removal.call.node.end, fn.body.end))
}

/**
 * `if ((await get(key)) === mine) await del(key)`: what was put there because nobody had, is taken away by whoever put it
 * there, who asks first whether it is theirs.
 */
export const isLetGoByOwner = (group: readonly RawSite[]): boolean => group.some((removal) => removal.spec.op === 'delete' && !removal.spec.member
  && group.some((read) => read.spec.op === 'read' && WHOLE.test(commandOf(read)) && inOneFunction(read, removal) && read.call.node.end < removal.call.node.end && isComparedAround(read, removal)))

/**
 * `if (holder && holder !== me) throw …; await set(key, me)`, and a delete by whoever did that: what is there is somebody's hold,
 * and who finds another's gives up.
 */
export const isHeldAgainstOthers = (group: readonly RawSite[]): boolean => group.some((write) => write.spec.op === 'write'
  && group.some((read) => read.spec.op === 'read' && WHOLE.test(commandOf(read)) && inOneFunction(read, write) && read.call.node.end < write.call.node.pos && givesWay(read, write)))

function givesWay(read: RawSite, write: RawSite): boolean {
  const held = heldBy(read)
  const fn = enclosingFunction(read.call.node)
  const own = write.spec.value === undefined ? undefined : argumentsOf(write)[write.spec.value]?.getText()
  if (held === undefined || own === undefined || !fn?.body) return false
  const differs = new RegExp(`(?<![\\w.])(?:${quoted(held)}\\s*!==?\\s*${quoted(own)}|${quoted(own)}\\s*!==?\\s*${quoted(held)})(?![\\w.])`)
  let found = false
  const visit = (node: ts.Node): void => {
    if (ts.isIfStatement(node) && differs.test(node.expression.getText()) && givesUp(node.thenStatement)) found = true
    if (!found) ts.forEachChild(node, visit)
  }
  visit(fn.body)
  return found
}

/** Is the removal in a branch that is taken where what was read, or a member of it, equals something of whoever asks? */
function isComparedAround(read: RawSite, removal: RawSite): boolean {
  const held = heldBy(read)
  if (held === undefined) return false
  const names = new Set([held, ...madeOfHeld(read, held)])
  for (let at: ts.Node = removal.call.node; at.parent && !isFunctionNode(at); at = at.parent) {
    if (ts.isIfStatement(at.parent) && at === at.parent.thenStatement && isEqualToOwn(at.parent.expression, names)) return true
  }
  return false
}

/** `const lock = JSON.parse(stored)` */
function madeOfHeld(read: RawSite, held: string): readonly string[] {
  const made: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer && ts.isCallExpression(bare(node.initializer)) && new RegExp(`\\b${quoted(held)}\\b`).test(node.initializer.getText())) made.push(node.name.getText())
    ts.forEachChild(node, visit)
  }
  const fn = enclosingFunction(read.call.node)
  if (fn?.body) visit(fn.body)
  return made
}

function isEqualToOwn(test: ts.Expression, names: ReadonlySet<string>): boolean {
  const plain = bare(test)
  if (!ts.isBinaryExpression(plain)) return false
  if (plain.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return isEqualToOwn(plain.left, names) || isEqualToOwn(plain.right, names)
  if (!/^===?$/.test(plain.operatorToken.getText())) return false
  const root = (node: ts.Expression): string => (bare(node).getText().match(/^\w+/) ?? [''])[0]
  const sides = [plain.left, plain.right]
  return sides.some((side) => names.has(root(side))) && sides.some((side) => !names.has(root(side)) && (ts.isIdentifier(bare(side)) || ts.isPropertyAccessExpression(bare(side))))
}

/** What others added is read as a whole, and then removed: work that was gathered. Where more goes with it that nobody read, it is an index that is cleared. */
export const isDrained = (group: readonly RawSite[]): boolean =>
  isTaken(group, LISTED, (read, removal) => waitsBetween(read, removal) < (commandOf(read) === 'lrange' ? SOON : 1) && !removesMore(removal))

/** Work of a list is done before it is taken off. */
const SOON = 4

function removesMore({ call: { node } }: RawSite): boolean {
  const calls = callsIn(enclosingFunction(node)?.body ?? node)
  const named = (pattern: RegExp): readonly ts.CallExpression[] => calls.filter((call) => call !== node && pattern.test(calledName(call) ?? ''))
  const read = new Set(named(/^(?:get|lrange|smembers|hgetall|zrange)/i).map(({ arguments: [key] }) => key?.getText()))
  return named(/^(?:del|unlink|[sh]del|srem)$/i).some(({ arguments: [key] }) => !read.has(key?.getText()))
}

/** Members that are due are read by their score, and taken off. */
export const isScheduled = (group: readonly RawSite[]): boolean =>
  group.some((read) => isRangeByScore(read) && group.some((removal) => commandOf(removal) === 'zrem' && inOneFunction(read, removal)))

function isRangeByScore(site: RawSite): boolean {
  const command = commandOf(site)
  return command === 'zrangebyscore' || (command === 'zrange' && /\bbyscore\b/i.test(site.call.node.getText()))
}

function isTaken(group: readonly RawSite[], reads: RegExp, isSoon: (read: RawSite, removal: RawSite) => boolean): boolean {
  const writes = group.filter((site) => site.spec.op === 'write')
  if (writes.length === 0) return false
  return group.some((removal) => removal.spec.op === 'delete' && !removal.spec.member && !isOnFailure(removal)
    && group.some((read) => read.spec.op === 'read' && reads.test(commandOf(read)) && inOneFunction(read, removal) && read.call.node.end < removal.call.node.end
      && !writes.some((write) => inOneFunction(read, write) && !isKeptAsRead(read, write)) && !isMovedOn(read, removal) && isSoon(read, removal)))
}

/** `await set(newKey, found); await del(oldKey)`: it goes on under another name. */
function isMovedOn(read: RawSite, removal: RawSite): boolean {
  const held = heldBy(read)
  const between = read.call.unit.ast.text.slice(read.call.node.end, removal.call.node.getStart())
  return held !== undefined && new RegExp(`\\.(?:set\\w*|put|psetex|hset)\\([^;\\n]*(?<![\\w.])${quoted(held)}\\s*[,)]`).test(between)
}

/** `code.attempts++; await save(id, code)`: what was read is put back. */
function isKeptAsRead(read: RawSite, write: RawSite): boolean {
  const held = heldBy(read)
  return held !== undefined && argumentsOf(write).some((argument) => bare(argument).getText() === held)
}

/** Do both stand in the same function? */
export const inOneFunction = (a: RawSite, b: RawSite): boolean => {
  const fn = enclosingFunction(a.call.node)
  return fn !== undefined && a.call.unit === b.call.unit && enclosingFunction(b.call.node) === fn
}

/** How much is waited for between the two: who consumes a code does it at once. */
export const waitsBetween = (read: RawSite, other: RawSite): number =>
  [...read.call.unit.ast.text.slice(read.call.node.end, other.call.node.getStart()).matchAll(/\bawait\b/g)].length - 1

/** Does the function, or the wrapper that it reads by, give up where nothing is there? Then it is no cache of something that could be loaded. */
export const failsWithout = (read: RawSite): boolean => doesWithout(read, givesUp) || (read.through !== undefined && failsWithout(read.through))

/** Does it leave the function, however, where nothing is there? Then what it stores after that is no answer to a miss. */
export const leavesWithout = (read: RawSite): boolean => failsWithout(read) || doesWithout(read, leaves)

/** What is done where nothing is there. */
function doesWithout(read: RawSite, isDone: (branch: ts.Statement) => boolean): boolean {
  const held = heldBy(read)
  const fn = enclosingFunction(read.call.node)
  if (held === undefined || !fn?.body) return false
  let fails = false
  const visit = (node: ts.Node): void => {
    if (ts.isIfStatement(node) && node.pos > read.call.node.pos && isAbsent(node.expression, held) && isDone(node.thenStatement)) fails = true
    ts.forEachChild(node, visit)
  }
  visit(fn.body)
  return fails
}

/** The name of the variable that holds what was read. */
const heldBy = (read: RawSite): string | undefined => holderOf(whole(read.call.node))?.getText()

/** `cond ? 'none' : await get(key)`: the whole of it is what is held. */
const whole = (node: ts.Node): ts.Node =>
  (ts.isParenthesizedExpression(node.parent) || ts.isConditionalExpression(node.parent) || ts.isAsExpression(node.parent) || (ts.isAwaitExpression(node.parent) && !ts.isVariableDeclaration(node.parent.parent)) ? whole(node.parent) : node)

const isAbsent = (test: ts.Expression, name: string): boolean => {
  const plain = bare(test)
  // `isEmpty(found)`, as lodash and its like have it.
  if (ts.isCallExpression(plain)) return /^is_?(?:Empty|Nil|Null|Undefined|Blank|Missing|NullOrUndefined)$/i.test(calledName(plain) ?? '') && plain.arguments[0]?.getText() === name
  if (ts.isBinaryExpression(plain) && plain.operatorToken.kind === ts.SyntaxKind.BarBarToken) return isAbsent(plain.left, name)
  return ts.isPrefixUnaryExpression(plain) ? plain.operand.getText() === name : ts.isBinaryExpression(plain) && plain.left.getText() === name && /^(?:null|undefined)$/.test(plain.right.getText())
}

/** The branch ends in an error, thrown or answered. */
function givesUp(branch: ts.Statement): boolean {
  const last = ts.isBlock(branch) ? branch.statements.at(-1) : branch
  return last !== undefined && (ts.isThrowStatement(last) || (ts.isReturnStatement(last) && last.expression !== undefined && !isNothing(last.expression)) || (ts.isExpressionStatement(last) && ts.isCallExpression(last.expression)))
}

const isNothing = (node: ts.Expression): boolean => /^(?:null|undefined|false|true|''|\[\]|\{\}|void 0)$/.test(bare(node).getText())

/** Who finds it does nothing more: `if (await get(key)) return`. An answer that is cached would be given. */
export function isStoppedBy(read: RawSite): boolean {
  const node = whole(read.call.node)
  const held = holderOf(node)?.getText()
  const fn = enclosingFunction(read.call.node)
  let stops = false
  const visit = (at: ts.Node): void => {
    if (ts.isIfStatement(at) && (at.expression.getText() === held || within(read.call.node, at.expression)) && leavesEmpty(at.thenStatement)) stops = true
    if (!stops) ts.forEachChild(at, visit)
  }
  if (fn?.body) visit(fn.body)
  return stops
}

function leavesEmpty(branch: ts.Statement): boolean {
  const last = ts.isBlock(branch) ? branch.statements.at(-1) : branch
  return last !== undefined && (ts.isContinueStatement(last) || (ts.isReturnStatement(last) && last.expression === undefined))
}

/** It is removed where something is wrong with it: on a way that throws, or returns nothing. */
export function isOnFailure({ call, through }: RawSite): boolean {
  if (through && isOnFailure(through)) return true
  const fn = enclosingFunction(call.node)
  for (let at: ts.Node = call.node; at.parent && at.parent !== fn; at = at.parent) {
    if (ts.isCatchClause(at.parent)) return true
    if (ts.isIfStatement(at.parent) && at !== at.parent.expression && failsAtEnd(at as ts.Statement)) return true
  }
  return false
}

function failsAtEnd(branch: ts.Statement): boolean {
  const last = ts.isBlock(branch) ? branch.statements.at(-1) : branch
  return last !== undefined && (ts.isThrowStatement(last) || (ts.isReturnStatement(last) && (last.expression === undefined || isNothing(last.expression))))
}

/** It is removed only where something failed. */
export function isInCatch({ call, through }: RawSite): boolean {
  if (through && isInCatch(through)) return true
  for (let at: ts.Node = call.node; at.parent; at = at.parent) if (ts.isCatchClause(at)) return true
  return false
}
