import { ts } from 'ts-morph'
import { placeOf, symbolAt } from '../collect/place.js'
import type { LifetimeFault } from '../model/expiry.js'
import type { Context } from '../resolve/context.js'
import { bare } from '../resolve/expressions.js'
import { MS_OF, NAME_OF, unitDeclared, type Unit } from '../resolve/unit-names.js'
import type { Unit as File } from '../source/program.js'
import { callersOf } from '../trace/callers.js'
import { customaryUnit } from './customs.js'
import { misnamed } from './misnamed.js'
import { deadNullTests } from './not-a-number.js'
import { msOf, quantityOf, type Quantity } from './quantity.js'
import { siblingFaults } from './siblings.js'
import type { Sink } from './sinks.js'

const DEEPEST = 3

/** Lifetimes that are not what their place takes, in all of the program that has to do with caches. */
export function lifetimeFaults(context: Context, sinks: readonly Sink[]): LifetimeFault[] {
  return [...sinks.flatMap((each) => judge(context, each, each.file, each.node, 1, 0)), ...siblingFaults(sinks), ...misnamed(context), ...deadNullTests(context)]
}

/** Judges what is handed to a sink; a parameter by its declaration, and by what its callers hand it, each times `scale`. */
function judge(context: Context, sink: Sink, file: File, node: ts.Expression, scale: number, depth: number): readonly LifetimeFault[] {
  const plain = bare(node)
  const again = (inner: ts.Expression): readonly LifetimeFault[] => judge(context, sink, file, inner, scale, depth)
  if (ts.isConditionalExpression(plain)) return [...again(plain.whenTrue), ...again(plain.whenFalse)]
  const isEither = ts.isBinaryExpression(plain) && [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(plain.operatorToken.kind)
  if (isEither) return [...again(plain.left), ...again(plain.right)]
  const quantity = quantityOf(context, file, plain)
  const taken = sink.unit && unitTimes(sink.unit, scale)
  const fault = !sink.unit && quantity.isAbsolute ? { kind: 'absolute' as const, because: quantity.because ?? '' } : taken && faultOf(sink, quantity, taken, scale)
  if (fault) return [{ ...fault, ...described(file, plain, sink), ...(quantity.origin ? { origin: placeOf(quantity.origin.file, quantity.origin.node) } : {}), ...(file === sink.file && plain === bare(sink.node) ? {} : { sink: placeOf(sink.file, sink.node) }) }]
  return quantity.parameter && depth < DEEPEST ? handedIn(context, sink, quantity, scale, depth) : []
}

const described = (file: File, node: ts.Expression, { key, takes }: Sink): Pick<LifetimeFault, 'location' | 'symbol' | 'takes' | 'text' | 'key'> => ({
  location: placeOf(file, node), symbol: symbolAt(node), takes, text: node.getText().replace(/\s+/g, ' ').slice(0, 80), ...(key ? { key } : {}),
})

/** The unit of what becomes a number of `unit` when it is multiplied with `scale`. */
function unitTimes(unit: Unit, scale: number): Unit | undefined {
  const ms = MS_OF[unit] * scale
  return (Object.keys(MS_OF) as Unit[]).find((each) => MS_OF[each] === ms)
}

type Found = Pick<LifetimeFault, 'kind' | 'because' | 'isGuess' | 'meantMs' | 'takenMs'>

function faultOf(sink: Sink, quantity: Quantity, taken: Unit, scale: number): Found | undefined {
  const { unit, because = '' } = quantity
  if (quantity.isAbsolute && !sink.isAbsolute) return { kind: 'absolute', because }
  if (!quantity.isAbsolute && sink.isAbsolute) return relative(quantity, taken)
  const custom = unit ? undefined : customaryUnit(quantity.value, taken)
  const meant = unit ?? custom
  if (meant && meant !== taken) return mistaken({ ...quantity, unit: meant }, taken, custom ? `\`${quantity.value}\` is a usual time in ${NAME_OF[custom]}` : because, custom !== undefined || quantity.isNamed === true, scale)
  if (quantity.isFraction && sink.isWhole && scale === 1) return { kind: 'fraction', because: 'it is not rounded' }
  // A sixth of a second hurts nobody who counts in thousandths.
  return quantity.isFraction && sink.unit === 's' && scale === 1 && sink.takes.startsWith('this cache') ? { kind: 'fraction', because: 'it is not rounded', isGuess: true } : undefined
}

const YEAR = 31_536_000

// A number so small is no point in time of this century.
const relative = ({ value }: Quantity, taken: Unit): Found | undefined =>
  (value !== undefined && value * (MS_OF[taken] / 1000) < YEAR ? { kind: 'relative', because: `\`${value}\` is a duration` } : undefined)

function mistaken(quantity: Quantity, taken: Unit, because: string, isGuess: boolean, scale: number): Found {
  const meantMs = msOf(quantity)
  const takenMs = quantity.value === undefined ? undefined : quantity.value * MS_OF[taken]
  const times = meantMs !== undefined && takenMs !== undefined && scale > 0 ? { meantMs, takenMs } : {}
  return { kind: 'unit', because, ...(isGuess ? { isGuess } : {}), ...times }
}

/** What callers hand to the parameter. Where its declaration says another unit than the sink, the fault is the function's own. */
function handedIn(context: Context, sink: Sink, { parameter }: Quantity, scale: number, depth: number): readonly LifetimeFault[] {
  const { node, scale: own } = parameter!
  const total = scale * own
  const taken = sink.unit && unitTimes(sink.unit, total)
  const declared = unitDeclared(node)
  const file = context.program.unit(node.getSourceFile().fileName) ?? sink.file
  if (taken && declared && declared.unit !== taken && !sink.isAbsolute) {
    return [{ kind: 'unit', because: declared.because, ...described(sink.file, sink.node, sink), ...(declared.because.includes(' is named ') ? { isGuess: true } : {}) }]
  }
  const defaults = node.initializer ? judge(context, sink, file, node.initializer, total, depth + 1) : []
  const index = node.parent.parameters.indexOf(node)
  const callers = 'body' in node.parent && node.parent.body ? callersOf(context, node.parent as ts.FunctionLikeDeclaration) : []
  return [...defaults, ...callers.flatMap(({ file: at, node: call }) => {
    const given = call.arguments[index]
    return given && !call.arguments.slice(0, index).some(ts.isSpreadElement) ? judge(context, sink, at, given, total, depth + 1) : []
  })]
}
