import { ts } from 'ts-morph'
import { alternatives } from '../resolve/value.js'
import { refill, symbolicFrameAt, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { callsIn } from '../collect/calls.js'
import { functionsAt } from './entities.js'
import type { Unit } from '../source/program.js'

/**
 * What a producer calls, and with which literals: `prisma.user.findMany`, `fetch /users`. A function handed by name is
 * that name. Two producers of one key that differ in all of them load different data.
 */
export function callsOf(context: Context, unit: Unit, producer: ts.Node): string[] {
  const body = bodyOf(context, unit, producer)
  return body ? distinct(made(body).map(signature)) : []
}

/** The calls in a body; what is done where something failed makes no value. */
const made = (body: ts.Node): readonly ts.CallExpression[] => callsIn(body).filter((call) => !isInCatch(call, body))

function isInCatch(node: ts.Node, body: ts.Node): boolean {
  for (let at = node; at !== body; at = at.parent) if (ts.isCatchClause(at)) return true
  return false
}

const MOST_LOOKED_INTO = 4

/** What the functions of the program call that a producer calls, where it calls few: `api.post /states`. */
export function requestsOf(context: Context, unit: Unit, producer: ts.Node): string[] {
  const body = bodyOf(context, unit, producer)
  const calls = body ? made(body) : []
  if (calls.length > MOST_LOOKED_INTO) return []
  const called = calls.flatMap((call) => functionsAt(context, unit, call)).flatMap(({ node }) => (node.body ? made(node.body) : []))
  return distinct(called.map(signature))
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

function bodyOf(context: Context, unit: Unit, producer: ts.Node): ts.Node | undefined {
  if (ts.isBlock(producer)) return producer
  if (ts.isArrowFunction(producer) || ts.isFunctionExpression(producer)) return producer.body
  if (!ts.isIdentifier(producer)) return undefined
  refill(context, 'receiver')
  const [fn] = alternatives(evaluate(context, producer, symbolicFrameAt(context, unit, producer)))
  return fn?.kind === 'function' ? fn.node.body : undefined
}

function signature(node: ts.CallExpression): string {
  const callee = node.expression.getText().replace(/\s+/g, '').replace(/\?\./g, '.').replace(/<.{0,500}>/g, '')
  const literals = node.arguments.flatMap((argument) => (ts.isStringLiteralLike(argument) ? [argument.text] : ts.isTemplateExpression(argument) ? [shape(argument)] : []))
  return [callee.slice(-60), ...literals].join(' ')
}

const shape = (node: ts.TemplateExpression): string => node.head.text + node.templateSpans.map((span) => `{}${span.literal.text}`).join('')
