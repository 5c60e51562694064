import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { refill, symbolicFrameAt, withinStack, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { declarationOf } from '../resolve/scope.js'
import { bareUpToBang, type KeyPart } from './part.js'

type Fault = { readonly kind: 'time' | 'random' | 'unordered' | 'locale'; readonly because: string }

const RANDOM = /^(?:randomUUID|uuid|uuidv4|v4|nanoid|ulid|cuid|createId|randomBytes)$/

/** Why a part is another each time that the same is asked for. */
export function unstableOf(context: Context, part: KeyPart): Fault | undefined {
  const { node, how, via = [] } = part
  if (how === 'json') return undefined
  const made = madeBy(node)
  const name = calledName(made) ?? ''
  const text = made.getText()
  if (/^Date\.now\(\)$|^new Date\(\)(?:\.(?:getTime|valueOf|toISOString|toString|toJSON)\(\))?$|^\+new Date\(\)$|^performance\.now\(\)$/.test(text)) return { kind: 'time', because: 'it is the time of the call' }
  if (text === 'Math.random()' || (RANDOM.test(name) && isOfPackage(made) && !isHeld(node, via))) return { kind: 'random', because: 'it is made anew at each call' }
  const chain = chainOf(made)
  if (chain.includes('join') && /^Object\.(?:values|keys|entries)\(/.test(text) && !chain.some((each) => /^(?:sort|toSorted)$/.test(each)) && !isWrittenOut(context, part, made)) return { kind: 'unordered', because: 'it is in the order in which the object was filled' }
  return /\.(?:sort|toSorted)\(\s*\(?\w+,\s*\w+\)?\s*=>\s*\w+\.localeCompare\(\w+\)/.test(text) ? { kind: 'locale', because: 'localeCompare sorts by the language of the machine' } : undefined
}

/** What a constant holds, where it is no more than another name. */
function madeBy(node: ts.Expression): ts.Expression {
  const declaration = ts.isIdentifier(node) ? declarationOf(node) : undefined
  const isConst = declaration && ts.isVariableDeclaration(declaration) && (declaration.parent.flags & ts.NodeFlags.Const) !== 0
  return isConst && declaration.initializer ? bareUpToBang(declaration.initializer) : bareUpToBang(node)
}

/** `Object.keys(params)` of an object whose members are written out: they are always in that order. */
function isWrittenOut(context: Context, { file, binding }: KeyPart, made: ts.Expression): boolean {
  let at = made
  while (ts.isCallExpression(at) && ts.isPropertyAccessExpression(at.expression) && at.expression.expression.getText() !== 'Object') at = at.expression.expression
  const object = ts.isCallExpression(at) ? at.arguments[0] : undefined
  const declaration = object && ts.isIdentifier(object) ? declarationOf(object) : undefined
  const given = declaration && binding && ts.isParameter(declaration) && declaration.parent === binding.fn ? binding.args[binding.fn.parameters.indexOf(declaration)] : undefined
  const [unit, node] = given && binding ? [binding.file, given] : [file, object]
  if (!node) return false
  refill(context, 'receiver')
  const value = withinStack(() => evaluate(context, node, symbolicFrameAt(context, unit, node)), () => undefined)
  return value?.kind === 'object' && !value.rest && value.props.size > 0
}

/** The methods called one after the other, the last first. */
function chainOf(node: ts.Expression): readonly string[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  return [node.expression.name.text, ...chainOf(node.expression.expression)]
}

/** Is the value held by a variable of its own? Then it goes elsewhere too, and whoever is handed it can ask again. */
const isHeld = (node: ts.Expression, via: readonly ts.Identifier[]): boolean => ts.isIdentifier(node) || via.some((each) => {
  const declaration = declarationOf(each)
  const made = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? bareUpToBang(declaration.initializer) : undefined
  return made !== undefined && !ts.isTemplateExpression(made) && !ts.isArrayLiteralExpression(made) && !/\.join\(|\+/.test(made.getText())
})

// A function of the program that is called `v4` may be anything.
function isOfPackage(node: ts.Expression): boolean {
  if (!ts.isCallExpression(node)) return false
  const root = ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : node.expression
  const declaration = ts.isIdentifier(root) ? declarationOf(root) : undefined
  return declaration === undefined ? root.getText() === 'crypto' : ts.isImportSpecifier(declaration) || ts.isImportClause(declaration) || ts.isNamespaceImport(declaration)
}
