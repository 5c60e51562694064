import { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import type { Context } from '../resolve/context.js'
import { enclosingFunction, type FunctionNode } from '../resolve/frame.js'
import type { Unit as File } from '../source/program.js'

interface FormPair { readonly file: File; readonly fn: FunctionNode; readonly read: ts.CallExpression; readonly load: ts.CallExpression }

const READ = /\.get\(\s*\w*[cC]ache[kK]ey/
const PAIR = /\b(\w{1,80})\.get\(\s{0,80}(\w{0,60}[cC]ache[kK]ey\w{0,60})\s{0,80}\)[^]{0,6000}\b\1\.set\(\s*\2\b/

/**
 * Caches of which nothing is known but the form of their use: read under a key, tested, what is waited for, and then
 * stored under the same key in the same object. Middlewares of servers that are handed their store look so.
 */
export function formPairs(context: Context): readonly FormPair[] {
  return context.program.among(context.program.scan(READ, '.get('), PAIR).flatMap((path) => {
    const file = context.program.unit(path)
    return file ? callsIn(file.ast).flatMap((call) => pairOf(file, call) ?? []) : []
  })
}

function pairOf(file: File, read: ts.CallExpression): FormPair | undefined {
  const fn = enclosingFunction(read)
  const [key] = read.arguments
  if (calledName(read) !== 'get' || !fn?.body || !key || !ts.isIdentifier(key) || !/cache_?key/i.test(key.text) || !ts.isAwaitExpression(read.parent) || !ts.isPropertyAccessExpression(read.expression)) return undefined
  const store = read.expression.expression.getText()
  const calls = callsIn(fn.body)
  const write = calls.find((call) => call.pos > read.end && call.expression.getText() === `${store}.set` && call.arguments[0]?.getText() === key.text)
  const load = write && calls.find((call) => call.pos > read.end && call.end < write.pos && ts.isAwaitExpression(call.parent) && !call.expression.getText().startsWith(`${store}.`))
  return load ? { file, fn, read, load } : undefined
}
