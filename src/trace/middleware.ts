import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { Dependency } from '../model/producer.js'
import { enclosingFunction, type FunctionNode } from '../resolve/frame.js'
import { flowsInto, type Flow } from './flow.js'

const ADDRESS = /url|path|uri|href|endpoint|config/i
const ANSWER = /^(?:body|response|res|status|result|data|state|type|headers?)$/i
const READER = /\b(?:authorization|cookies?|sessionid|credentials)\b|\.(?:user|session|auth)\b/i

/**
 * A middleware that keeps what `next()` answers under the address of the request. The answer depends on the whole request:
 * where neither the key nor a test asks for its `Authorization` or `Cookie`, what was made for one reader is kept for all.
 */
export function unaskedRequest(site: RawSite): Dependency | undefined {
  const { node, unit } = site.call
  if (site.spec.op !== 'write' || site.through || !ts.isCallExpression(node)) return undefined
  const middleware = middlewareAround(node)
  const value = site.spec.value === undefined ? undefined : argumentsOf(site)[site.spec.value]
  const key = argumentsOf(site)[site.spec.key.arg]
  if (!middleware || !value || !key || READER.test(middleware.getText())) return undefined
  const request = middleware.parameters[0]!
  const fromRequest = (expression: ts.Expression): boolean => leaves(flowsInto(expression, { lossless: true })).some(({ root }) => root === request)
  const isByAddress = fromRequest(key) && leaves(flowsInto(key, { lossless: true })).some(({ path, root }) => root === request && path.some((name) => ADDRESS.test(name)))
  const isAnswer = leaves(flowsInto(value, { lossless: true })).some(({ root, path }) => root === request && path.some((name) => ANSWER.test(name)))
  if (!isByAddress || !isAnswer) return undefined
  const path = `${request.name.getText()}.headers`
  return { path, kind: 'token', evidence: 'next() answers the whole request', confidence: 'low', covered: false, location: placeOf(unit, value), way: [{ ...placeOf(unit, value), role: 'dependency', message: `${path} reaches the value here` }] }
}

const leaves = (flows: readonly Flow[]): Flow[] => flows.flatMap((flow) => [flow, ...leaves(flow.sources)])

/** `async (ctx, next) => {…}` that goes on to the next one. */
function middlewareAround(node: ts.Node): FunctionNode | undefined {
  for (let at = enclosingFunction(node); at; at = enclosingFunction(at)) {
    const next = at.parameters.at(-1)
    if (at.parameters.length > 1 && next && ts.isIdentifier(next.name) && next.name.text === 'next' && at.body && calls(at.body, 'next')) return at
  }
  return undefined
}

const calls = (node: ts.Node, name: string): boolean =>
  (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name) || (ts.forEachChild(node, (child) => calls(child, name) || undefined) ?? false)
