import { ts } from 'ts-morph'
import { callsIn } from '../collect/calls.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { Context } from '../resolve/context.js'
import { memberAt } from '../resolve/expressions.js'
import type { KeyPart } from './part.js'
import { writtenType } from './textless.js'

/** An element of an array key that is data of any size: nothing is declared of it, and the query works on it as a whole. */
export function payloadOf(context: Context, site: RawSite, part: KeyPart): string | undefined {
  if (part.how !== 'element' || !ts.isIdentifier(part.node) && !ts.isPropertyAccessExpression(part.node)) return undefined
  const type = writtenType(context, part.file, part.node)
  const isAny = type !== undefined && /^(?:unknown|any|Json(?:Value)?|Prisma\.JsonValue)(?:\s*\|\s*(?:null|undefined))*$/.test(type.getText())
  const loader = site.spec.loader && argumentsOf(site)[site.spec.loader.arg]
  const load = loader && site.spec.loader?.property ? memberAt(loader, site.spec.loader.property) : loader
  const isHanded = load && callsIn(load).some((call) => call.arguments.some((argument) => argument.getText() === part.node.getText()))
  return isAny && isHanded ? 'it is what the query works on, of any size, and is written into the key at each use' : undefined
}
