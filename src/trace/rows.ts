import { ts } from 'ts-morph'
import { calledName, callsIn } from '../collect/calls.js'
import { placeOfCall } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import { DATABASES } from '../databases/registry.js'
import { fixedText, holesOf } from '../keys/template.js'
import type { OtherRow } from '../model/types.js'
import { nameOf } from '../resolve/context.js'
import { enclosingFunction } from '../resolve/frame.js'

/** References of a row to another of its own kind; `userId` refers to another kind. */
const TO_ITS_KIND = /^_?(?:parent|orig|source|copied|copy|cloned?|draft|previous|base|root|duplicate|linked|target|live|published)\w*id$/i
const WRITES = new Set(DATABASES.flatMap((database) => database.writes))

/**
 * A delete whose key names one row, in a function that writes another row of the same kind. That they are two is told by
 * how the written one was found: `copy = find({ parentId: original.id })`, then `update({ id: copy.id })`, and the key of
 * `original.id` is deleted.
 */
export function otherRow(site: RawSite): OtherRow | undefined {
  const fn = site.spec.op === 'delete' ? enclosingFunction(site.call.node) : undefined
  if (!fn?.body) return undefined
  const paths = site.templates.flatMap(holesOf).map((hole) => hole.name).filter((name) => /\.\w*id$/i.test(name) && /^[\w.]+$/.test(name))
  const words = site.templates.map((template) => fixedText(template).toLowerCase().replace(/[^a-z:]/g, '')).join(':').split(':').filter((word) => word.length > 3)
  if (paths.length === 0 || words.length === 0) return undefined
  const calls = callsIn(fn.body)
  for (const path of paths) {
    for (const found of rowsFoundBy(calls, path)) {
      const written = calls.find((call) => WRITES.has(calledName(call) ?? '') && isAbout(call, words) && filters(call).some((filter) => filter.text === found.path))
      if (written) return { written: found.path, deleted: path, by: found.by, location: placeOfCall(site.call.unit, written) }
    }
  }
  return undefined
}

/** Is the thing written to named in the key? */
const isAbout = (call: ts.CallExpression, words: readonly string[]): boolean => {
  const receiver = call.expression.getText().toLowerCase().replace(/[^a-z]/g, '')
  return words.some((word) => receiver.includes(word))
}

interface Filter { readonly name: string; readonly text: string }

/** What the objects in a call's arguments ask for: `{ where: { id: item.id } }`. */
function filters(call: ts.CallExpression): Filter[] {
  const of = (node: ts.Node): Filter[] => {
    if (!ts.isObjectLiteralExpression(node)) return []
    return node.properties.flatMap((property) => {
      if (!ts.isPropertyAssignment(property)) return []
      const { initializer } = property
      return ts.isObjectLiteralExpression(initializer) ? of(initializer) : [{ name: property.name.getText(), text: nameOf(initializer) }]
    })
  }
  return call.arguments.flatMap(of)
}

/** The rows that were looked for with a path as a reference of theirs, and not as their own identifier. */
function rowsFoundBy(calls: readonly ts.CallExpression[], path: string): { readonly path: string; readonly by: string }[] {
  const own = path.slice(path.lastIndexOf('.') + 1)
  return calls.flatMap((call) => {
    const by = filters(call).find((filter) => filter.text === path && filter.name !== own && TO_ITS_KIND.test(filter.name))
    const row = by && variableOf(call)
    return by && row ? [{ path: `${row}.${own}`, by: by.name }] : []
  })
}

function variableOf(call: ts.CallExpression): string | undefined {
  const holder = ts.isAwaitExpression(call.parent) ? call.parent.parent : call.parent
  return ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name) ? holder.name.text : undefined
}
