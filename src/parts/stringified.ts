import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import type { Context } from '../resolve/context.js'
import { refill, symbolicFrameAt, withinStack } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { bareUpToBang, type KeyPart } from './part.js'
import { writtenType } from './textless.js'

type Fault = { readonly kind: 'lossy' | 'stringified'; readonly because: string }

/** What mongoose keeps of a query or an aggregation: values of the database, regular expressions among them. */
const OF_QUERIES = /^(?:getQuery|getFilter|getUpdate|pipeline)$/

const SORTED = /sort|stable|canonical|normali[sz]e|parse\(/i

/** What JSON makes of a part: it drops what it has no notation for, and keeps the order in which an object was filled. */
export function stringifiedOf(context: Context, part: KeyPart): Fault | undefined {
  if (part.how !== 'json') return undefined
  const call = part.node.parent
  const replacer = ts.isCallExpression(call) ? call.arguments[1] : undefined
  const values = valuesIn(part.node)
  const lost = replacer ? undefined : values.map((value) => lossOf(context, part, value)).find((each) => each !== undefined)
  if (lost) return { kind: 'lossy', because: lost }
  if (replacer && /sort|stable|order/i.test(replacer.getText())) return undefined
  const loose = defaultsToObject(part.node) ? part.node : values.find((value) => isLoose(context, part, value))
  return loose && { kind: 'stringified', because: `its order is that in which ${loose.getText().slice(0, 60)} was filled` }
}

/** `variables ?? {}`. */
function defaultsToObject(node: ts.Expression): boolean {
  const plain = bareUpToBang(node)
  return ts.isBinaryExpression(plain) && /^(?:\?\?|\|\|)$/.test(plain.operatorToken.getText()) && ts.isObjectLiteralExpression(bareUpToBang(plain.right)) && !SORTED.test(plain.getText())
}

/** The values of an object literal, and what is spread into it; else the expression itself. */
function valuesIn(node: ts.Expression): readonly ts.Expression[] {
  const plain = bareUpToBang(node)
  if (ts.isBinaryExpression(plain) && plain.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) return valuesIn(plain.left)
  if (ts.isArrayLiteralExpression(plain)) return plain.elements.flatMap((each) => (ts.isSpreadElement(each) ? [] : valuesIn(each)))
  if (!ts.isObjectLiteralExpression(plain)) return [plain]
  return plain.properties.flatMap((property) => {
    if (ts.isSpreadAssignment(property)) return valuesIn(property.expression)
    if (ts.isPropertyAssignment(property)) return valuesIn(property.initializer)
    return ts.isShorthandPropertyAssignment(property) ? [property.name] : []
  })
}

function lossOf(context: Context, { file }: KeyPart, value: ts.Expression): string | undefined {
  const name = calledName(value)
  if (name && OF_QUERIES.test(name) && /from ['"]mongoose['"]/.test(file.ast.text)) return `${name}() may hold regular expressions, of which JSON makes {}`
  const type = writtenType(context, file, value)?.getText() ?? ''
  const lost = /\b(Map|Set|RegExp|bigint)\b/.exec(type)?.[1]
  return lost && !/\[\]|Record/.test(type) ? `${value.getText()} is declared as ${type.slice(0, 60)}, of which JSON makes ${lost === 'bigint' ? 'an error' : '{}'}` : undefined
}

/** Is it an object that somebody else filled, in whatever order? */
function isLoose(context: Context, { file }: KeyPart, value: ts.Expression): boolean {
  if (!ts.isIdentifier(value) && !ts.isPropertyAccessExpression(value) && !ts.isCallExpression(value)) return false
  if (SORTED.test(value.getText())) return false
  if (ts.isCallExpression(value)) return /^get\w*(?:Options|Query|Filter)$/.test(calledName(value) ?? '')
  refill(context, 'receiver')
  const known = withinStack(() => evaluate(context, value, symbolicFrameAt(context, file, value)), () => undefined)
  if (known?.kind !== 'opaque') return false
  const type = known.type?.node
  return type !== undefined && (/^(?:Record|Partial)\b|^object$|^any$|^unknown$|\bVariables\b|^\{/.test(type.getText().replace(/\s{0,40}\|\s{0,40}(?:undefined|null)/g, '')) || isNamedObject(type))
}

const isNamedObject = (type: ts.TypeNode): boolean => ts.isTypeReferenceNode(type) && /(?:Params|Options|Filters?|Query|Args|Input|Variables|Where)$/.test(type.typeName.getText())
