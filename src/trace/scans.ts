import { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import type { RawSite } from '../collect/raw-site.js'
import { print } from '../keys/print.js'
import type { Scan } from '../model/types.js'
import { enclosingFunction } from '../resolve/frame.js'

/** What is to be said of a walk over the keys of a store. */
export function scanOf(site: RawSite): Scan | undefined {
  if (site.through || site.kind !== 'pattern' || site.spec.op !== 'read' || !ts.isCallExpression(site.call.node)) return undefined
  const { node } = site.call
  const prefix = missingPrefix(site)
  return { ...(isOnce(node) ? { isOnce: true } : {}), ...(prefix === undefined ? {} : { lacksPrefix: prefix }) }
}

/** `scan(0, …)` outside of a loop, and never again with the cursor that it gives: the first handful of keys. */
function isOnce(node: ts.CallExpression): boolean {
  if (calledName(node)?.toLowerCase() !== 'scan') return false
  const [cursor] = node.arguments
  const isFirst = cursor !== undefined && (ts.isNumericLiteral(cursor) || ts.isStringLiteralLike(cursor)) && cursor.text === '0'
  const fn = enclosingFunction(node)
  const isLooped = [...ancestors(node, fn)].some((at) => ts.isIterationStatement(at, false))
  return isFirst && !isLooped && !(fn?.body && callsIn(fn.body).some((other) => other !== node && calledName(other)?.toLowerCase() === 'scan'))
}

function* ancestors(node: ts.Node, end: ts.Node | undefined): Generator<ts.Node> {
  for (let at = node.parent; at && at !== end; at = at.parent) yield at
}

/** The prefix that the client puts before keys, and not before patterns, where the pattern does not begin with it. */
function missingPrefix({ client, templates, spec }: RawSite): string | undefined {
  if (client.prefix.length === 0 || client.client.prefix?.patterns !== false || spec.key.all) return undefined
  const prefix = print(client.prefix.map((part) => (part.kind === 'hole' ? { kind: 'hole' as const, name: part.name } : part)))
  return templates.every((template) => !print(template).startsWith(prefix) && template[0]?.kind === 'text') ? prefix : undefined
}
