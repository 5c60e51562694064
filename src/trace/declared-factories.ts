import { ts } from 'ts-morph'
import type { Factory } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import { bare } from '../resolve/expressions.js'
import type { Unit } from '../source/program.js'
import { factoryNamed, functionOf, innermostNamed, nameOfOwner, ownTemplate, type Owner } from './provenance.js'

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
  const template = ownTemplate(context, unit, owner)
  return template && { ...factoryNamed(unit, owner), template, [functionOf(owner) ? 'own' : 'written']: template, uses: 0 }
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
