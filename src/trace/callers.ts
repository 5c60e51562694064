import type { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import type { Context } from '../resolve/context.js'
import { calledNames, type FunctionNode } from '../resolve/frame.js'
import type { Unit as File } from '../source/program.js'
import { functionsAt } from './entities.js'

export interface Caller {
  readonly file: File
  readonly node: ts.CallExpression
}

interface Index {
  readonly byName: Map<string, Caller[]>
  /** How many files are in it: the interpreter reads more of them while it works. */
  files: number
}

const indices = new WeakMap<Context, Index>()

/** The calls of these names in the files that were read, file by file in the order of their paths. */
export function callsNamed(context: Context, names: readonly string[]): readonly Caller[] {
  const { byName } = upToDate(context)
  const found = names.flatMap((name) => byName.get(name) ?? [])
  return found.sort((a, b) => (a.file === b.file ? a.node.pos - b.node.pos : a.file.path < b.file.path ? -1 : 1))
}

function upToDate(context: Context): Index {
  const index = indices.get(context) ?? { byName: new Map<string, Caller[]>(), files: 0 }
  indices.set(context, index)
  if (context.program.parsed === index.files) return index
  for (const file of context.program.parsedAfter(index.files)) {
    index.files++
    for (const node of callsIn(file.ast)) {
      const name = calledName(node)
      if (name === undefined) continue
      const known = index.byName.get(name)
      if (known) known.push({ file, node })
      else index.byName.set(name, [{ file, node }])
    }
  }
  return index
}

const MOST = 60

/** All calls of a function in the files that were read; nothing where its name is called too often to tell. */
export const allCallersOf = (context: Context, fn: FunctionNode): readonly Caller[] | undefined =>
  (callsNamed(context, calledNames(fn)).length > MOST ? undefined : callersOf(context, fn))

/** The calls of a function in the files that were read. */
export const callersOf = (context: Context, fn: FunctionNode): readonly Caller[] =>
  callsNamed(context, calledNames(fn)).slice(0, MOST).filter(({ file, node }) => functionsAt(context, file, node).some((callee) => callee.node === fn))
