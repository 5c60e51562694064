import { ts } from 'ts-morph'
import type { ValueKind } from '../model/producer.js'
import type { Context } from '../resolve/context.js'
import { isFunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import type { Unit } from '../source/program.js'
import { entityCall, functionsAt } from './entities.js'

const DEEPEST = 6

/** What a stored value is to the database, where its flow says so: one row of an entity, several, or a number of them. */
export function kindOfValue(context: Context, unit: Unit, node: ts.Node, depth = 0): ValueKind | undefined {
  if (depth > DEEPEST) return undefined
  const again = (inner: ts.Node, at = unit): ValueKind | undefined => kindOfValue(context, at, inner, depth + 1)
  if (ts.isAwaitExpression(node) || ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)) return again(node.expression)
  if (isFunctionNode(node)) return returnedKind(node, again)
  if (ts.isIdentifier(node)) return kindOfVariable(node, again)
  if (ts.isElementAccessExpression(node)) return kindOfItem(node, again)
  if (!ts.isCallExpression(node)) return undefined
  if (node.expression.getText() === 'JSON.stringify' && node.arguments[0]) return again(node.arguments[0])
  const own = entityCall(context, unit, node)
  const shape = own && shapeOf(own.method)
  if (own) return shape && { entity: own.entity, shape }
  const [fn, ...others] = functionsAt(context, unit, node)
  return fn && others.length === 0 ? again(fn.node, fn.frame.unit) : undefined
}

function shapeOf(method: string): ValueKind['shape'] | undefined {
  if (/^(?:count\w*|\w+Many|\w+Count)$/.test(method) && method !== 'findMany') return 'count'
  if (/^(?:findMany|findAll|getMany|getRawMany)$/.test(method)) return 'rows'
  return /^(?:findUnique|findFirst|findOne|findByPk|findById|getOne)(?:OrThrow|OrFail|By)?$|^(?:create|update|upsert|delete|findByIdAndUpdate|findOneAndUpdate)$/.test(method) ? 'row' : undefined
}

type Again = (node: ts.Node) => ValueKind | undefined

/** What a function returns, where all of its returns are of one kind. */
function returnedKind(fn: ts.FunctionLikeDeclaration, again: Again): ValueKind | undefined {
  if (!fn.body || !ts.isBlock(fn.body)) return fn.body && again(fn.body)
  const returned: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node)) return
    if (ts.isReturnStatement(node) && node.expression && node.expression.kind !== ts.SyntaxKind.NullKeyword) returned.push(node.expression)
    else ts.forEachChild(node, visit)
  }
  visit(fn.body)
  const [first, ...others] = returned.map((each) => again(each))
  return first && others.every((kind) => kind?.entity === first.entity && kind.shape === first.shape) ? first : undefined
}

function kindOfVariable(node: ts.Identifier, again: Again): ValueKind | undefined {
  const declaration = declarationOf(node)
  if (!declaration) return undefined
  if (isFunctionNode(declaration)) return again(declaration)
  if (ts.isVariableDeclaration(declaration)) return declaration.initializer && again(declaration.initializer)
  // `const [website, count] = await Promise.all([…])`
  if (!ts.isBindingElement(declaration) || !ts.isArrayBindingPattern(declaration.parent) || !ts.isVariableDeclaration(declaration.parent.parent)) return undefined
  const items = itemsOf(declaration.parent.parent.initializer)
  const item = items?.[declaration.parent.elements.indexOf(declaration)]
  return item && again(item)
}

/** `data[3]`, where `data` is what a list of calls gave: `transaction([…]).then((data) => …)`. */
function kindOfItem(node: ts.ElementAccessExpression, again: Again): ValueKind | undefined {
  const declaration = ts.isIdentifier(node.expression) ? declarationOf(node.expression) : undefined
  if (!declaration || !ts.isNumericLiteral(node.argumentExpression)) return undefined
  const items = ts.isVariableDeclaration(declaration) ? itemsOf(declaration.initializer) : ts.isParameter(declaration) ? itemsOf(promiseOf(declaration)) : undefined
  const item = items?.[Number(node.argumentExpression.text)]
  return item && again(item)
}

function promiseOf(parameter: ts.ParameterDeclaration): ts.Expression | undefined {
  const call = parameter.parent.parent
  const isThen = ts.isCallExpression(call) && call.arguments[0] === parameter.parent && ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === 'then'
  return isThen ? (call.expression as ts.PropertyAccessExpression).expression : undefined
}

function itemsOf(node: ts.Expression | undefined): readonly ts.Expression[] | undefined {
  if (node && (ts.isAwaitExpression(node) || ts.isParenthesizedExpression(node))) return itemsOf(node.expression)
  const list = node && ts.isCallExpression(node) && /(?:^|\.)(?:all|\$?transaction)$/.test(node.expression.getText()) ? node.arguments[0] : undefined
  return list && ts.isArrayLiteralExpression(list) && !list.elements.some(ts.isSpreadElement) ? list.elements : undefined
}
