import { ts } from 'ts-morph'
import { callsIn } from '../collect/calls.js'
import { placeOf, symbolAt } from '../collect/place.js'
import type { FalsyLifetime } from '../model/expiry.js'
import { bare } from '../resolve/expressions.js'
import { enclosingFunction } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf } from '../resolve/scope.js'
import { commentsBefore } from '../resolve/unit-names.js'
import type { Sink } from './sinks.js'

/** What a lifetime of 0 means to a library, where it means something; Redis and Memcached of old refuse or forget it. */
const ZERO: Readonly<Record<string, string>> = {
  'lru-cache': 'no limit', keyv: 'no limit', 'node-cache': 'no limit', 'cache-manager': 'no limit', 'next-cache': 'never cached', 'next-fetch': 'never cached', Next: 'never cached',
}

/** Lifetimes whose truth decides whether they are used: `ttl || 60`, `if (ttl)`. */
export function falsyLifetimes(sinks: readonly Sink[]): FalsyLifetime[] {
  return sinks.flatMap((sink) => {
    const test = defaulted(sink.node) ?? guarded(sink)
    const because = test && meaningOf(sink, test)
    return test && because ? [{ location: placeOf(sink.file, test), symbol: symbolAt(test), text: test.getText(), because }] : []
  })
}

/** `ttl || 60`, where the lifetime is handed over, or in the constant that is. */
function defaulted(node: ts.Expression, depth = 0): ts.Expression | undefined {
  const plain = bare(node)
  if (ts.isBinaryExpression(plain)) return plain.operatorToken.kind === ts.SyntaxKind.BarBarToken && !isConverted(plain.left) ? plain : undefined
  const declaration = ts.isIdentifier(plain) && depth < 2 ? declarationOf(plain) : undefined
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? defaulted(declaration.initializer, depth + 1) : undefined
}

// `Number(env.TTL) || 60` catches NaN, and an empty text.
const isConverted = (node: ts.Expression): boolean => ts.isCallExpression(bare(node)) || /\benv\b/.test(node.getText())

/** `if (ttl) cache.set(key, value, ttl)`. */
function guarded({ node }: Sink): ts.Expression | undefined {
  const name = bare(node).getText()
  const fn = enclosingFunction(node)
  for (let at: ts.Node = node; at.parent && at !== fn; at = at.parent) {
    const test = ts.isIfStatement(at.parent) && at === at.parent.thenStatement ? at.parent.expression : ts.isConditionalExpression(at.parent) && at === at.parent.whenTrue ? at.parent.condition : undefined
    if (test && bare(test).getText() === name) return isDoneOtherwise(node, at.parent as ts.IfStatement | ts.ConditionalExpression) ? undefined : test
  }
  return undefined
}

/** `if (ttl) cache.set(key, value, ttl) else cache.set(key, value)`, of a cache that was made without a lifetime: 0 does the same there. */
function isDoneOtherwise(node: ts.Expression, choice: ts.IfStatement | ts.ConditionalExpression): boolean {
  const other = ts.isIfStatement(choice) ? choice.elseStatement : choice.whenFalse
  let at: ts.Node = node
  while (!ts.isCallExpression(at) && at !== choice) at = at.parent
  if (other === undefined || !ts.isCallExpression(at) || !ts.isPropertyAccessExpression(at.expression)) return false
  const called = at.expression
  return callsIn(other).some(({ expression }) => expression.getText() === called.getText()) && isMadeWithout(called.expression)
}

/** Is the cache made in this file, and with no lifetime of its own? */
function isMadeWithout(cache: ts.Expression): boolean {
  const made = new RegExp(`(?<![\\w.])${quoted(cache.getText())}\\s*(?::[^=;]{0,200})?=\\s*new\\s+\\w+(?:<[^()]{0,200}>)?\\(([^()]{0,500})\\)`).exec(cache.getSourceFile().text)
  return made !== null && !/ttl|age|expir|lifetime/i.test(made[1]!)
}

function meaningOf({ by }: Sink, test: ts.Expression): string | undefined {
  const told = ZERO[by]
  if (told) return `to ${by}, 0 means ${told}`
  const tested = ts.isBinaryExpression(test) ? bare(test.left) : bare(test)
  const declaration = ts.isIdentifier(tested) ? declarationOf(tested) : undefined
  const parameter = declaration && ts.isParameter(declaration) ? declaration : undefined
  const comment = parameter ? commentOn(parameter) : ''
  return /(?:^|[^\d.])0\b(?![.\d])/.test(comment) ? `its comment gives 0 a meaning` : undefined
}

const commentOn = (parameter: ts.ParameterDeclaration): string =>
  new RegExp(`@param\\s+(?:\\{[^}]*\\}\\s*)?\\[?${quoted(parameter.name.getText())}\\b([^@]*)`).exec(commentsBefore(parameter.parent))?.[1] ?? ''
