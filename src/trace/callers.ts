import type { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import type { Context } from '../resolve/context.js'
import { calledNames, type FunctionNode } from '../resolve/frame.js'
import type { Unit as File } from '../source/program.js'
import { functionsAt } from './entities.js'

interface Caller { readonly file: File; readonly node: ts.CallExpression }

const indices = new WeakMap<Context, Map<string, Caller[]>>()

function indexOf(context: Context): ReadonlyMap<string, readonly Caller[]> {
  const known = indices.get(context)
  if (known) return known
  const index = new Map<string, Caller[]>()
  for (const path of context.program.files.filter((each) => context.program.isParsed(each))) {
    const file = context.program.unit(path)
    for (const node of file ? callsIn(file.ast) : []) {
      const name = calledName(node)
      if (name !== undefined) index.set(name, [...(index.get(name) ?? []), { file: file!, node }])
    }
  }
  indices.set(context, index)
  return index
}

const MOST = 60

/** The calls of a function in the files that were read. */
export function callersOf(context: Context, fn: FunctionNode): readonly Caller[] {
  const index = indexOf(context)
  const found = calledNames(fn).flatMap((name) => index.get(name) ?? [])
  return found.slice(0, MOST).filter(({ file, node }) => functionsAt(context, file, node).some((callee) => callee.node === fn))
}
