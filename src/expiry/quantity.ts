import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { refill, symbolicFrameAt, withinStack, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { bare, returnedBy } from '../resolve/expressions.js'
import { isFunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import type { Unit as File } from '../source/program.js'
import { functionsAt } from '../trace/entities.js'
import { MS_OF, NAME_OF, unitDeclared, unitNamed, unitWritten, type Unit } from '../resolve/unit-names.js'

/** What a number is, as far as the program tells: a dimension, and what could be wrong with it. */
export interface Quantity {
  /** Its number, where the program tells it. */
  readonly value?: number
  readonly unit?: Unit
  /** A point in time, and no duration. */
  readonly isAbsolute?: boolean
  /** May have a fraction. */
  readonly isFraction?: boolean
  /** The expression of another function that it comes from. */
  readonly origin?: { readonly file: File; readonly node: ts.Node }
  /** Why it is thought to be of this unit. */
  readonly because?: string
  /** A name alone says so, and nothing that is done with it. */
  readonly isNamed?: boolean
  /** It is this parameter, times `scale`: its callers know more. */
  readonly parameter?: { readonly node: ts.ParameterDeclaration; readonly scale: number }
}

const DEEPEST = 8
const NOTHING: Quantity = {}

/** What an expression in a duration's place is. */
export function quantityOf(context: Context, file: File, node: ts.Expression, depth = 0): Quantity {
  if (depth > DEEPEST) return NOTHING
  const again = (inner: ts.Expression): Quantity => quantityOf(context, file, inner, depth + 1)
  const plain = bare(node)
  if (ts.isNumericLiteral(plain)) return { value: Number(plain.text) }
  if (ts.isPrefixUnaryExpression(plain)) return plain.operator === ts.SyntaxKind.PlusToken && isDate(plain.operand) ? ABSOLUTE : NOTHING
  if (ts.isBinaryExpression(plain)) return ofBinary(plain, again)
  if (ts.isConditionalExpression(plain)) return either(again(plain.whenTrue), again(plain.whenFalse))
  if (ts.isIdentifier(plain)) return ofIdentifier(context, file, plain, again)
  if (ts.isPropertyAccessExpression(plain)) return ofMember(context, file, plain)
  return ts.isCallExpression(plain) ? ofCall(context, file, plain, again, depth) : NOTHING
}

const ABSOLUTE: Quantity = { unit: 'ms', isAbsolute: true, because: 'it is a point in time, in milliseconds since 1970' }

const isDate = (node: ts.Expression): boolean => ts.isNewExpression(node) && node.expression.getText() === 'Date'

function ofBinary(node: ts.BinaryExpression, again: (inner: ts.Expression) => Quantity): Quantity {
  const [left, right] = [again(node.left), again(node.right)]
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.AsteriskToken: return product(node, left, right)
    case ts.SyntaxKind.SlashToken: return quotient(left, right)
    case ts.SyntaxKind.MinusToken: return difference(left, right)
    case ts.SyntaxKind.PlusToken: return sum(left, right)
    case ts.SyntaxKind.BarToken: return right.value === 0 ? whole(left) : NOTHING
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.BarBarToken: return either(left, right)
    default: return NOTHING
  }
}

/** Either of two: what both say, or what the one says of which anything is known. */
function either(left: Quantity, right: Quantity): Quantity {
  if (left.unit && right.unit && left.unit !== right.unit) return NOTHING
  return left.unit || left.parameter ? left : right.unit ? right : { ...(left.isFraction || right.isFraction ? { isFraction: true } : {}) }
}

function product(node: ts.BinaryExpression, left: Quantity, right: Quantity): Quantity {
  const value = left.value !== undefined && right.value !== undefined ? { value: left.value * right.value } : {}
  const isFraction = [left, right].some((each) => each.isFraction || (each.value !== undefined && !Number.isInteger(each.value))) && !Number.isInteger(value.value)
  const fraction = isFraction ? { isFraction } : {}
  const factors = factorsOf(node)
  if (factors.every((factor) => factor !== undefined)) return { ...value, ...fraction, ...byFactors(factors) }
  const [known, other] = left.unit ? [left, right] : [right, left]
  if (known.unit && !other.unit && other.value === 1000 && known.unit === 's') return { ...value, ...fraction, unit: 'ms', because: `${known.because}, times 1000` }
  if (known.unit && !other.unit && other.value === 60 && (known.unit === 'min' || known.unit === 'h')) return { ...value, ...fraction, unit: known.unit === 'min' ? 's' : 'min', because: `${known.because}, times 60` }
  if (known.unit && !other.unit) return other.value !== undefined && [1000, 3600, 60_000].includes(other.value) ? { ...value, ...fraction } : { ...known, ...value, ...fraction }
  const scaled = [left, right].find((each) => each.parameter)
  const by = [left, right].find((each) => !each.parameter)?.value
  if (scaled?.parameter && by !== undefined) return { ...fraction, parameter: { ...scaled.parameter, scale: scaled.parameter.scale * by } }
  return { ...value, ...fraction, ...(left.unit && right.unit ? {} : byFactors(factors)) }
}

/** `60 * 60 * 1000`: what a product of plain numbers is in, by the custom of writing it so. */
function byFactors(factors: readonly (number | undefined)[]): Quantity {
  const known = factors.filter((factor) => factor !== undefined)
  const sixties = known.filter((factor) => factor === 60).length
  const isTime = sixties > 0 || known.includes(3600)
  const text = factors.map((factor) => factor ?? '…').join(' * ')
  if (isTime && known.includes(1000)) return { unit: 'ms', because: `\`${text}\` counts milliseconds` }
  if (known.length === factors.length && known.length === 2 && known.includes(1000)) return { unit: 'ms', because: `\`${text}\` counts milliseconds` }
  if (sixties > 1 || known.includes(3600) || known.includes(86_400)) return { unit: 's', because: `\`${text}\` counts seconds` }
  return NOTHING
}

function factorsOf(node: ts.Expression): readonly (number | undefined)[] {
  const plain = bare(node)
  if (ts.isBinaryExpression(plain) && plain.operatorToken.kind === ts.SyntaxKind.AsteriskToken) return [...factorsOf(plain.left), ...factorsOf(plain.right)]
  return [ts.isNumericLiteral(plain) ? Number(plain.text) : undefined]
}

function quotient(left: Quantity, right: Quantity): Quantity {
  const value = left.value !== undefined && right.value ? left.value / right.value : undefined
  const isFraction = value === undefined ? right.value !== undefined && Math.abs(right.value) !== 1 : !Number.isInteger(value)
  const rest = { ...(value === undefined ? {} : { value }), ...(isFraction ? { isFraction } : {}) }
  if (right.value === 1000 && left.unit === 'ms') return { ...rest, unit: 's', ...(left.isAbsolute ? { isAbsolute: true } : {}), because: `${left.because}, divided by 1000` }
  if (right.value === 60 && left.unit === 's') return { ...rest, unit: 'min', because: `${left.because}, divided by 60` }
  if (left.parameter && right.value) return { ...rest, parameter: { ...left.parameter, scale: left.parameter.scale / right.value } }
  return right.value !== undefined && [1000, 3600, 60_000].includes(right.value) ? rest : { ...rest, ...(left.unit ? { unit: left.unit, because: left.because! } : {}) }
}

function difference(left: Quantity, right: Quantity): Quantity {
  const isFraction = left.isFraction || right.isFraction ? { isFraction: true } : {}
  if (left.isAbsolute && right.isAbsolute && left.unit === right.unit) return { unit: left.unit!, because: `the difference of two times in ${NAME_OF[left.unit!]} is in ${NAME_OF[left.unit!]}`, ...isFraction }
  if (left.isAbsolute || right.isAbsolute) return { ...(right.isAbsolute && right.unit ? { unit: right.unit, because: 'it is measured from a point in time' } : {}), ...isFraction }
  return sum(left, right)
}

function sum(left: Quantity, right: Quantity): Quantity {
  const isFraction = left.isFraction || right.isFraction ? { isFraction: true } : {}
  const value = left.value !== undefined && right.value !== undefined ? { value: left.value + right.value } : {}
  if (left.isAbsolute || right.isAbsolute) return { ...(left.isAbsolute ? left : right), ...isFraction }
  const known = left.unit ? left : right
  return known.unit && (left.unit ?? known.unit) === (right.unit ?? known.unit) ? { unit: known.unit, because: known.because!, ...value, ...isFraction } : { ...value, ...isFraction }
}

function whole({ isFraction: _, ...quantity }: Quantity): Quantity {
  return { ...quantity, ...(quantity.value === undefined ? {} : { value: Math.round(quantity.value) }) }
}

function ofIdentifier(context: Context, file: File, node: ts.Identifier, again: (inner: ts.Expression) => Quantity): Quantity {
  const declaration = declarationOf(node)
  if (declaration && ts.isParameter(declaration) && ts.isIdentifier(declaration.name)) {
    const declared = unitDeclared(declaration)
    return { parameter: { node: declaration, scale: 1 }, ...(declared ? { ...declared, isNamed: declared.because.includes(' is named ') } : {}) }
  }
  const initialiser = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined
  // A variable that is assigned again is not what it began as.
  const made = initialiser && (declaration!.parent.flags & ts.NodeFlags.Const) !== 0 ? again(initialiser) : NOTHING
  const isTold = made.unit !== undefined || made.value !== undefined || made.isFraction === true
  const origin = isTold && initialiser ? { origin: made.origin ?? { file, node: initialiser } } : {}
  const found = named(node.text, isTold ? { ...made, ...origin } : { ...made, ...constantAt(context, file, node) })
  const written = found.unit === undefined && initialiser ? unitWritten(declaration as ts.VariableDeclaration) : undefined
  return written ? { ...found, unit: written, because: `the comment of ${node.text} says ${NAME_OF[written]}`, isNamed: true } : found
}

/** A quantity under a name: what is done to make it says more than what it is called. */
function named(name: string, made: Quantity): Quantity {
  if (made.unit) return made
  const unit = unitNamed(name)
  if (unit) return { ...made, unit, because: `${name} is named in ${NAME_OF[unit]}`, isNamed: true }
  return made
}

function constantAt(context: Context, file: File, node: ts.Expression): Quantity {
  refill(context, 'receiver')
  const value = withinStack(() => evaluate(context, node, symbolicFrameAt(context, file, node)), () => undefined)
  return value?.kind === 'const' && typeof value.value === 'number' ? { value: value.value } : NOTHING
}

const ofMember = (context: Context, file: File, node: ts.PropertyAccessExpression): Quantity => named(node.name.text, constantAt(context, file, node))

const ROUNDING = /^(?:floor|ceil|round|trunc|parseInt|min|max|abs|Number|toFixed)$/

function ofCall(context: Context, file: File, node: ts.CallExpression, again: (inner: ts.Expression) => Quantity, depth: number): Quantity {
  const name = calledName(node) ?? ''
  const text = node.expression.getText()
  if (text === 'Date.now' || text === 'performance.now' || name === 'getTime' || (name === 'valueOf' && node.arguments.length === 0)) return ABSOLUTE
  if (name === 'unix' && node.arguments.length === 0) return { unit: 's', isAbsolute: true, because: 'it is a point in time, in seconds since 1970' }
  if (text === 'Math.random') return { isFraction: true }
  if (ROUNDING.test(name) && node.arguments.length > 0) return rounded(name, node.arguments.map(again))
  if (name === 'ms' && node.arguments.length === 1) return { unit: 'ms', because: '`ms()` gives milliseconds' }
  // What a Date has on its clock is no duration.
  if (/^(?:get|set)(?:UTC)?(?:Milliseconds|Seconds|Minutes|Hours|Day|Date)$/.test(name)) return NOTHING
  const unit = unitNamed(name)
  if (unit) return { unit, because: `${name}() gives ${NAME_OF[unit]}` }
  return returned(context, file, node, depth)
}

function rounded(name: string, [first = NOTHING, ...others]: readonly Quantity[]): Quantity {
  if (/^(?:min|max)$/.test(name)) {
    const known = [first, ...others].find((each) => each.unit) ?? first
    return { ...known, ...([first, ...others].some((each) => each.isFraction) ? { isFraction: true } : {}) }
  }
  return /^(?:floor|ceil|round|trunc|parseInt|toFixed)$/.test(name) ? whole(first) : first
}

/** What a function of the program returns, where its returns agree. */
function returned(context: Context, file: File, node: ts.CallExpression, depth: number): Quantity {
  const [fn, ...others] = functionsAt(context, file, node)
  if (!fn || others.length > 0 || !isFunctionNode(fn.node)) return NOTHING
  const found = returnedBy(fn.node).map((each) => quantityOf(context, fn.frame.unit, each, depth + 1))
  const [first = NOTHING] = found
  const { parameter: _, ...rest } = first
  if (!found.every((each) => each.unit === first.unit && each.isAbsolute === first.isAbsolute)) return NOTHING
  const made = returnedBy(fn.node)[Math.max(0, found.findIndex((each) => each.isFraction))]
  return { ...rest, ...(found.some((each) => each.isFraction) ? { isFraction: true } : {}), ...(made ? { origin: { file: fn.frame.unit, node: made } } : {}) }
}

/** Milliseconds of a quantity, where both number and unit are known. */
export const msOf = ({ value, unit }: Quantity): number | undefined => (value === undefined || unit === undefined ? undefined : value * MS_OF[unit])
