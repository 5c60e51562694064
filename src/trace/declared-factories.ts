import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import type { Template } from '../keys/template.js'
import type { Factory } from '../model/types.js'
import { moduleFrame, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { bare } from '../resolve/expressions.js'
import { toKey } from '../resolve/to-template.js'
import type { Unit } from '../source/program.js'
import { functionOf, innermostNamed, nameOfOwner, ownTemplate, type Owner } from './provenance.js'

/**
 * The factories that the configuration declares, used or not: what a function builds of its parameters, what a constant
 * is, and the members of an object. @throws Error where there is no such name
 */
export function declaredFactories(context: Context): Factory[] {
  return context.told.factories.flatMap((declared) => {
    const [path, name] = declared.split('#') as [string, string]
    const unit = context.program.unit(context.program.fileOf(path))
    const owner = unit && ownerNamed(unit, name.split('.'))
    if (!unit || !owner) throw new DeclarationError(`factories.declare: ${unit ? `${path} has no ${name}` : `there is no ${path}`}`)
    return membersOf(owner).flatMap((member) => factoryOf(context, unit, member) ?? [])
  })
}

/** A declaration of the configuration that the program does not have. */
export class DeclarationError extends Error {
  override readonly name = 'SourceError'
}

function factoryOf(context: Context, unit: Unit, owner: Owner): Factory | undefined {
  const own = functionOf(owner) ? ownTemplate(context, unit, owner) : constantTemplate(context, unit, owner)
  return own && { name: nameOfOwner(owner), location: placeOf(unit, (owner.name as ts.Node | undefined) ?? owner), template: own, ...(functionOf(owner) ? { own } : {}), uses: 0 }
}

function constantTemplate(context: Context, unit: Unit, owner: Owner): Template | undefined {
  const value = 'initializer' in owner && owner.initializer ? evaluate(context, owner.initializer, moduleFrame(context, unit)) : undefined
  return value?.kind === 'text' || value?.kind === 'array' ? toKey(value) : undefined
}

function ownerNamed(unit: Unit, names: readonly string[]): Owner | undefined {
  let found: Owner | undefined
  const visit = (node: ts.Node): void => {
    if (innermostNamed(node) === node && nameOfOwner(node as Owner) === names.join('.')) found ??= node as Owner
    ts.forEachChild(node, visit)
  }
  visit(unit.ast)
  return found ?? classNamed(unit, names) as Owner | undefined
}

const classNamed = (unit: Unit, [name, ...rest]: readonly string[]): ts.ClassDeclaration | undefined =>
  (rest.length > 0 ? undefined : unit.ast.statements.filter(ts.isClassDeclaration).find((statement) => statement.name?.text === name))

/** The owner itself, or the members of the object or class that it is. */
function membersOf(owner: ts.Node): Owner[] {
  const value = 'initializer' in owner ? owner.initializer as ts.Expression | undefined : undefined
  const object = ts.isClassLike(owner) ? owner.members : value && bare(value)
  if (object === undefined) return [owner as Owner]
  const members = 'kind' in object ? (ts.isObjectLiteralExpression(object) ? object.properties : undefined) : object
  return members ? [...members].filter((member) => innermostNamed(member) === member).flatMap(membersOf) : [owner as Owner]
}
