import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import type { Step } from '../model/producer.js'
import type { Context } from '../resolve/context.js'
import { enclosingFunction } from '../resolve/frame.js'
import { declarationOf, within, type Declaration } from '../resolve/scope.js'
import type { Unit } from '../source/program.js'
import { functionsAt } from './entities.js'
import { makersOf } from './makers.js'
import { firstReference, isParameterLike } from './variables.js'

const DEEPEST = 3

/**
 * The way that an input takes into a value, step by step: where it comes in, where it stands, the variables that carry it
 * on, and the functions that are handed it.
 */
export function wayOf(context: Context, unit: Unit, value: ts.Node, path: string, use: ts.Node, root?: Declaration): Step[] {
  const readings = readingsOf(value, use, new Set())?.reverse() ?? []
  return oncePerLine([
    ...(root && isParameterLike(root) ? [step(unit, root, `${path.split('.')[0]} comes in here`)] : []),
    { ...placeOf(unit, use), role: 'dependency', message: `${path} reaches the value here` },
    ...readings.map((reading) => step(unit, reading, `by way of ${reading.text}`)),
    ...handedOn(context, unit, readings.at(-1) ?? use, 0),
  ])
}

const step = (unit: Unit, node: ts.Node, message: string): Step => ({ ...placeOf(unit, node), role: 'step', message })

/** Where the variables are read that carry an input into a value, the last reading first; none where it stands in the value. */
function readingsOf(value: ts.Node, use: ts.Node, seen: Set<ts.Node>): ts.Identifier[] | undefined {
  if (within(use, value)) return []
  for (const { reading, variable } of readingsIn(value)) {
    if (seen.has(variable)) continue
    seen.add(variable)
    for (const maker of makersOf(variable)) {
      const rest = readingsOf(maker, use, seen)
      if (rest) return [reading, ...rest]
    }
  }
  return undefined
}

interface Reading { readonly reading: ts.Identifier; readonly variable: ts.VariableDeclaration }

/** The local variables that an expression reads. */
function readingsIn(node: ts.Node): Reading[] {
  const found: Reading[] = []
  const visit = (at: ts.Node): void => {
    const variable = ts.isIdentifier(at) ? variableOf(at) : undefined
    if (variable && !within(at, variable)) found.push({ reading: at as ts.Identifier, variable })
    ts.forEachChild(at, visit)
  }
  visit(node)
  return found
}

function variableOf(name: ts.Identifier): ts.VariableDeclaration | undefined {
  let at: ts.Node | undefined = declarationOf(name)
  while (at && ts.isBindingElement(at)) at = at.parent.parent
  return at && ts.isVariableDeclaration(at) && enclosingFunction(at) ? at : undefined
}

/** Where the functions that are handed the input use it. */
function handedOn(context: Context, unit: Unit, use: ts.Node, depth: number): Step[] {
  const argument = outermost(use)
  const call = argument.parent
  if (depth >= DEEPEST || !ts.isCallExpression(call) || !enclosingFunction(call)) return []
  const [fn] = functionsAt(context, unit, call)
  const name = fn?.node.parameters[call.arguments.indexOf(argument as ts.Expression)]?.name
  const inside = fn?.node.body && name && ts.isIdentifier(name) ? firstReference(fn.node.body, name) : undefined
  if (!fn || !inside) return []
  return [step(fn.frame.unit, inside, `${call.expression.getText()} uses it here`), ...handedOn(context, fn.frame.unit, inside, depth + 1)]
}

/** `options.skip` around `options`. */
function outermost(node: ts.Node): ts.Node {
  const { parent } = node
  const isAround = (ts.isPropertyAccessExpression(parent) || ts.isNonNullExpression(parent) || ts.isAsExpression(parent)) && parent.expression === node
  return isAround ? outermost(parent) : node
}

/** Who looks at a line sees all of its steps. */
function oncePerLine(steps: readonly Step[]): Step[] {
  const isSameLine = (a: Step, b: Step): boolean => a.path === b.path && a.startLine === b.startLine
  return steps.filter((each, i) => each.role === 'dependency' || !steps.some((other, j) => isSameLine(each, other) && (other.role === 'dependency' || j < i)))
}
