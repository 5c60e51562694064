import { ts } from 'ts-morph'
import type { Context } from '../resolve/context.js'
import { enclosingFunction, type FunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import type { Unit } from '../source/program.js'
import { functionsAt } from './entities.js'
import { isOfData, type Usage } from './flow.js'

const DEEPEST = 3

/** What a called function of the program uses of an argument: a factory that drops one does not hold it in the key. */
export function usageIn(context: Context, unit: Unit, call: ts.CallExpression, index: number, depth = 0): Usage {
  const functions = depth < DEEPEST ? functionsAt(context, unit, call) : []
  if (functions.length === 0) return 'whole'
  const usages = functions.map((fn) => usageOfParameter(context, fn.frame.unit, fn.node, index, depth))
  return usages.includes('whole') ? 'whole' : usages.flatMap((usage) => usage as readonly (readonly string[])[])
}

function usageOfParameter(context: Context, unit: Unit, fn: FunctionNode, index: number, depth: number): Usage {
  const parameters = fn.parameters.filter((parameter) => parameter.name.getText() !== 'this')
  const parameter = parameters[index] ?? (parameters.at(-1)?.dotDotDotToken ? parameters.at(-1) : undefined)
  if (!parameter || !fn.body) return []
  if (parameter.dotDotDotToken) return 'whole'
  if (ts.isIdentifier(parameter.name)) return usesOf(context, unit, parameter.name, parameter, fn.body, depth)
  if (!ts.isObjectBindingPattern(parameter.name)) return 'whole'
  const usages = parameter.name.elements.map((element) => memberUsage(context, unit, element, fn, depth))
  return usages.includes('whole') ? 'whole' : usages.flatMap((usage) => usage as readonly (readonly string[])[])
}

function memberUsage(context: Context, unit: Unit, element: ts.BindingElement, fn: FunctionNode, depth: number): Usage {
  if (element.dotDotDotToken || !ts.isIdentifier(element.name)) return 'whole'
  const name = (element.propertyName ?? element.name).getText()
  const inner = usesOf(context, unit, element.name, element, fn.body!, depth)
  return inner === 'whole' ? [[name]] : inner.map((members) => [name, ...members])
}

/** The members of a variable that a body uses; all of it where it stands by itself. */
function usesOf(context: Context, unit: Unit, name: ts.Identifier, declaration: ts.Node, body: ts.Node, depth: number): Usage {
  const found: (readonly string[])[] = []
  let isWhole = false
  const visit = (node: ts.Node): void => {
    if (isWhole) return
    if (!ts.isIdentifier(node) || node.text !== name.text || node === name || isName(node)) return ts.forEachChild(node, visit)
    if (declarationOf(node) !== declaration) return
    const usage = useAt(context, unit, node, depth)
    if (usage === 'whole') isWhole = true
    else found.push(...usage)
  }
  visit(body)
  return isWhole ? 'whole' : found
}

// `user.name` in `x.user.name`, and the name of a property, refer to no variable.
const isName = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) || (ts.isPropertyAssignment(node.parent) && node.parent.name === node)

function useAt(context: Context, unit: Unit, node: ts.Identifier, depth: number): Usage {
  const path: string[] = []
  let at: ts.Node = node
  while (ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at || ts.isNonNullExpression(at.parent)) {
    at = at.parent
    if (ts.isPropertyAccessExpression(at)) path.push(at.name.text)
  }
  const { parent } = at
  // A method that gives the thing in another form, or one that tells something of it.
  if (ts.isCallExpression(parent) && parent.expression === at) return !isOfData(path.at(-1) ?? '') ? [path] : path.length > 1 ? [path.slice(0, -1)] : 'whole'
  if (path.length > 0) return [path]
  if (isTest(at)) return []
  if (ts.isCallExpression(parent) && enclosingFunction(parent)) {
    return usageIn(context, unit, parent, parent.arguments.indexOf(at as ts.Expression), depth + 1)
  }
  return 'whole'
}

/** Only asked whether it is there. */
function isTest(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isPrefixUnaryExpression(parent) && parent.operator === ts.SyntaxKind.ExclamationToken) return true
  if (ts.isConditionalExpression(parent)) return parent.condition === node
  return (ts.isIfStatement(parent) && parent.expression === node) || ts.isTypeOfExpression(parent)
}
