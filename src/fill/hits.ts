import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { placeOf, placeOfCall, symbolAt } from '../collect/place.js'
import { commandOf, type RawSite } from '../collect/raw-site.js'
import type { HitFault } from '../model/fill.js'
import type { Context } from '../resolve/context.js'
import { enclosingFunction } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf } from '../resolve/scope.js'
import { missOf } from '../trace/fills.js'
import { around, falsyIn, heldBy, readType } from './types.js'

const READING = /^(?:get|peek|getitem|getkey|hget|fetch|getraw)$/i
/** What these give where there is nothing. */
const UNDEFINED_ON_MISS = new Set(['map', 'lru-cache', 'keyv', 'node-cache', 'ttlcache', 'quick-lru'])
const NULL_ON_MISS = new Set(['ioredis', 'redis'])

/** Tests of what was read that take a value for nothing, or nothing for a value. */
export function hitFaults(context: Context, sites: readonly RawSite[]): HitFault[] {
  const reads = sites.filter((site) => site.spec.op === 'read' && !site.isEcho && ts.isCallExpression(site.call.node) && READING.test(commandOf(site)))
  return reads.flatMap((site) => truthy(context, site, sites) ?? sentinel(context, site) ?? [])
}

/** What may stand behind `||` and changes nothing, by what may be stored. */
const SAME: Readonly<Record<string, RegExp>> = { null: /^(?:null|undefined)$/, 0: /^0$/, false: /^false$/, 'the empty text': /^(?:''|""|``)$/ }

/** The operation that is reached in the end: a wrapper of TTL asks for no value. */
function truthy(context: Context, site: RawSite, sites: readonly RawSite[]): HitFault | undefined {
  const test = truthTest(site.call.node as ts.CallExpression)
  // What Redis gives as text is there, or null; only the empty text is lost.
  if (!test || (!site.through && NULL_ON_MISS.has(site.client.client.id))) return undefined
  const type = readType(context, site)
  const falsy = type ? falsyIn(context, type, !site.through && !type.isNullElsewhere && UNDEFINED_ON_MISS.has(site.client.client.id)) : site.spec.isGeneric ? { what: 'whatever the caller asks for', isGeneric: true } : undefined
  // A helper that answers yes or no is asked just that; one that gives text has seldom an empty one to give.
  const isAnswer = site.through !== undefined && type !== undefined && /^(?:Promise<)?(?:boolean|string(?:\s*\|\s*(?:null|undefined))*)>?$/.test(type.node.getText())
  const isText = falsy?.what === 'the empty text' && (site.through !== undefined || site.client.client.family === 'redis')
  // A promise that is stored as such is there, whatever it will give.
  const isPromise = !site.through && type !== undefined && /^Promise</.test(type.node.getText()) && !ts.isAwaitExpression((site.call.node as ts.CallExpression).parent)
  // `hit || null`, `hit || 0`: of what is that already it makes nothing else.
  const isSame = ts.isBinaryExpression(test) && SAME[falsy?.what.split(',')[0] ?? '']?.test(test.right.getText()) === true
  // Of a Map that nobody fills on a miss a null is no answer that was kept: it is as good as nothing.
  const isNothing = falsy?.what.startsWith('null') === true && site.client.client.id === 'map' && !sites.some((write) => write.spec.op === 'write' && missOf(write, [site]) === site)
  if (!falsy || isAnswer || isText || isPromise || isSame || isNothing) return undefined
  const isUnsure = falsy.isGeneric === true || falsy.what === 'the empty text'
  return { kind: 'truthy', ...described(site, test), because: `${falsy.what} may be stored there`, ...(isUnsure ? { isGeneric: true } : {}) }
}

function described(site: RawSite, test: ts.Node): Pick<HitFault, 'location' | 'symbol' | 'text' | 'key' | 'related'> {
  const { unit, node } = site.call
  return { location: placeOf(unit, test), symbol: symbolAt(test), text: test.getText().slice(0, 80), related: placeOfCall(unit, node), ...(site.templates[0] ? { key: site.templates[0] } : {}) }
}

/** A test of the value's truth: at once, or of the variable that holds it. */
function truthTest(call: ts.CallExpression): ts.Expression | undefined {
  const direct = around(call)
  const held = heldBy(call)
  if (!held) return isTruthTest(direct) ? testAround(direct) : undefined
  return usesOf(held, (node) => isTruthTest(node) && !isAskedOtherwise(node, held.name.getText()) && isDecisive(node)).map(testAround)[0]
}

/** The uses of a variable in its function that answer the question. */
function usesOf(held: ts.VariableDeclaration, isWanted: (node: ts.Identifier) => boolean): ts.Identifier[] {
  const scope = enclosingFunction(held)?.body ?? held.getSourceFile()
  const found: ts.Identifier[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === held.name.getText() && node !== held.name && isWanted(node) && declarationOf(node) === held) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(scope)
  return found
}

function isTruthTest(node: ts.Expression): boolean {
  const { parent } = node
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken && !ts.isPrefixUnaryExpression(parent.parent)
  if (ts.isIfStatement(parent) || ts.isConditionalExpression(parent)) return node === (ts.isIfStatement(parent) ? parent.expression : parent.condition)
  return ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.BarBarToken
}

const testAround = (node: ts.Expression): ts.Expression => (ts.isPrefixUnaryExpression(node.parent) || ts.isBinaryExpression(node.parent) ? node.parent : node)

/** Does the test decide whether the value is given back, or loaded anew? What only logs, or counts, decides nothing. */
function isDecisive(node: ts.Identifier): boolean {
  const statement = ts.isIfStatement(node.parent) ? node.parent : ts.isPrefixUnaryExpression(node.parent) && ts.isIfStatement(node.parent.parent) ? node.parent.parent : undefined
  return !statement || /\breturn\b|\bawait\b|\.set\(|=[^=>]/.test(statement.thenStatement.getText())
}

/** `if (hit || hit === 0)`, `typeof hit`, or a test for `undefined` besides. */
const isAskedOtherwise = (node: ts.Node, name: string): boolean => {
  const scope = enclosingFunction(node)?.getText() ?? ''
  return new RegExp(`(?<![\\w.])${quoted(name)}\\s*[!=]==?\\s*|typeof\\s+${quoted(name)}\\b|(?<![\\w.])${quoted(name)}\\s*\\?\\?`).test(scope)
}

/** `=== null` on what is `undefined` where there is nothing, and the reverse. */
function sentinel(context: Context, site: RawSite): HitFault | undefined {
  const { id } = site.client.client
  const wrong = site.through ? undefined : UNDEFINED_ON_MISS.has(id) ? 'null' : NULL_ON_MISS.has(id) && calledName(site.call.node)?.toLowerCase() === 'get' ? 'undefined' : undefined
  const held = wrong === undefined ? undefined : heldBy(site.call.node as ts.CallExpression)
  if (!held || !wrong || ts.isAsExpression(held.initializer!) || held.type) return undefined
  const type = readType(context, site)
  if (type && new RegExp(`\\b${quoted(wrong)}\\b`).test(type.node.getText())) return undefined
  const isCompared = (node: ts.Identifier): boolean => ts.isBinaryExpression(node.parent) && node.parent.left === node && /^[!=]==$/.test(node.parent.operatorToken.getText()) && node.parent.right.getText() === wrong
  const [use] = usesOf(held, isCompared)
  const isBoth = use && usesOf(held, (node) => ts.isBinaryExpression(node.parent) && node.parent.left === node && /^[!=]==?$/.test(node.parent.operatorToken.getText()) && node.parent.right.getText() !== wrong).length > 0
  return use && !isBoth && usesOf(held, isTruthTest).length === 0 ? { kind: 'sentinel', ...described(site, use.parent), because: `${id} gives ${wrong === 'null' ? 'undefined' : 'null'} where there is nothing` } : undefined
}
