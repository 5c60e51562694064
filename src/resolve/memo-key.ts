import { ts } from 'ts-morph'
import type { KeyPosition, Parameters } from '../clients/spec.js'
import { callFunction } from './call.js'
import { symbolicFrame, type Context } from './context.js'
import { evaluateDeclaration } from './identifier.js'
import { argumentAt } from './key-argument.js'
import { arrayOf, opaque, type Element, type FunctionValue, type Value } from './value.js'

/**
 * The key that a memoizer makes of the arguments of the function in the key's place: the first of them or all, or what
 * the function in one of the places `by` makes of them.
 */
export function memoKey(context: Context, position: KeyPosition, { of, by = [], given = 'spread' }: Parameters, args: readonly Element[], node: ts.Node): Value {
  const fn = argumentAt(context, position, args, node)
  const parameters = fn?.kind === 'function' ? parametersOf(context, fn) : undefined
  const maker = by.map((place) => argumentAt(context, place, args, node)).find((value): value is FunctionValue => value?.kind === 'function')
  if (maker) return callFunction(context, maker, handed(parameters ?? parametersOf(context, maker), given), 'key')
  const shown = by.map((place) => argumentAt(context, place, args, node)).find((value) => value?.kind === 'text')
  if (shown) return shown
  if (!parameters) return opaque('arguments', { wild: true })
  const used = of === 'first' ? parameters.slice(0, 1) : parameters
  return used.length === 1 ? used[0]!.value : arrayOf(used)
}

function handed(parameters: readonly Element[], given: NonNullable<Parameters['given']>): readonly Element[] {
  return given === 'array' ? [{ value: arrayOf(parameters) }] : parameters
}

/** The parameters of a function that a library calls, as far as their names and types tell. */
export function parametersOf(context: Context, fn: FunctionValue): Element[] {
  const frame = symbolicFrame(context, fn.frame.unit, fn.node)
  return fn.node.parameters.filter((parameter) => parameter.name.getText() !== 'this').map((parameter) => {
    const value = evaluateDeclaration(context, parameter, frame)
    const name = ts.isIdentifier(parameter.name) ? parameter.name.text : 'argument'
    // A parameter here is filled at the memoized function's own calls, not at those of the function around the memoizer.
    return { value: value.kind === 'opaque' ? opaque(name, value.type ? { type: value.type } : {}) : value }
  })
}
