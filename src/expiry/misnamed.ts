import { ts } from 'ts-morph'
import { placeOf, symbolAt } from '../collect/place.js'
import type { LifetimeFault } from '../model/expiry.js'
import type { Context } from '../resolve/context.js'
import { lengthNamed, MS_OF, NAME_OF } from '../resolve/unit-names.js'
import type { Unit as File } from '../source/program.js'
import { quantityOf } from './quantity.js'

const NAMED = /\b(?:const|static|readonly)\s{1,40}\w{0,60}(?:second|minute|hour|day)\w{0,60}\s{0,40}(?::\s{0,40}number\s{0,40})?=/i
const ABOUT_CACHES = /cache-control|max-?age|\bttl\b|expire|revalidate|stale-?time|cache/i

/** Constants that hold another time than their name says: `TWO_SECONDS_S = 10`. */
export function misnamed(context: Context): LifetimeFault[] {
  return context.program.among(context.program.scan(NAMED), ABOUT_CACHES).flatMap((path) => {
    const file = context.program.unit(path)
    const found = file ? constantsIn(file).flatMap((node) => misnamedConstant(context, file, node) ?? []) : []
    // Where so many are off, the time in the name is that of something else: how long what is cached for looks back.
    return found.length > 2 ? [] : found
  })
}

function constantsIn(file: File): (ts.VariableDeclaration | ts.PropertyDeclaration)[] {
  const found: (ts.VariableDeclaration | ts.PropertyDeclaration)[] = []
  const visit = (node: ts.Node): void => {
    if ((ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) && node.initializer && ts.isIdentifier(node.name)) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(file.ast)
  return found
}

function misnamedConstant(context: Context, file: File, node: ts.VariableDeclaration | ts.PropertyDeclaration): LifetimeFault | undefined {
  const name = (node.name as ts.Identifier).text
  const length = lengthNamed(name)
  const value = length && node.initializer ? quantityOf(context, file, node.initializer).value : undefined
  if (!length || value === undefined) return undefined
  const units = length.unit ? [length.unit] : (Object.keys(MS_OF) as (keyof typeof MS_OF)[])
  if (units.some((unit) => value * MS_OF[unit] === length.ms)) return undefined
  const unit = length.unit
  return {
    kind: 'misnamed', location: placeOf(file, node), symbol: symbolAt(node), text: name, takes: '',
    because: unit ? `${name} says ${length.ms / MS_OF[unit]} ${NAME_OF[unit]} and holds ${value}` : `${name} holds ${value}, which is that time in no unit`,
  }
}
