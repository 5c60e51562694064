import { ts } from 'ts-morph'
import { dataloader } from '../clients/dataloader.js'
import { hole } from '../keys/template.js'
import { ownerName } from '../resolve/client-value.js'
import { symbolicFrameAt, type Context } from '../resolve/context.js'
import { enclosingFunction } from '../resolve/frame.js'
import type { Unit } from '../source/program.js'
import type { RawSite } from './raw-site.js'

/**
 * A DataLoader that a module makes keeps what it loaded for every request that comes: `new DataLoader(batch)` is a cache
 * by the key that is asked for, and its batch function the loader. One that is made for a request is not.
 */
export function sharedLoaderSites(context: Context, unit: Unit): RawSite[] {
  const name = /import\s{1,40}(\w{1,100})[^'"\n]{0,300}from\s+['"]dataloader['"]/.exec(unit.ast.text)?.[1]
  if (name === undefined) return []
  const found: ts.NewExpression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === name && !enclosingFunction(node) && node.arguments?.length) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(unit.ast)
  return found.map((node) => ({
    call: { unit, node }, frame: symbolicFrameAt(context, unit, node), spec: { op: 'read-through', key: { arg: 0, parameters: { of: 'first', given: 'array' } }, loader: { arg: 0 } },
    client: { kind: 'client', client: dataloader, prefix: [], instance: `${unit.path}#${ownerName(node)}` },
    kind: 'key', match: 'exact', args: [], templates: [[hole('key')]],
  }))
}
