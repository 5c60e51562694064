import { ts } from 'ts-morph'
import type { Context } from '../resolve/context.js'
import { enclosingFunction, type FunctionNode } from '../resolve/frame.js'
import { declarationOf } from '../resolve/scope.js'
import type { Unit } from '../source/program.js'
import { functionsAt } from './entities.js'
import { isOfData, type Usage } from './flow.js'

const DEEPEST = 3

/** Where the use of an argument is looked for. */
interface Asked {
  readonly context: Context
  /** Of a loader a test that chooses what it gives is a use; a key does not hold what it only tests. */
  readonly tests: boolean
}

/** What a called function of the program uses of an argument: a factory that drops one does not hold it in the key. */
export function usageIn(asked: Asked, unit: Unit, call: ts.CallExpression, index: number, depth = 0): Usage {
  const functions = depth < DEEPEST ? functionsAt(asked.context, unit, call) : []
  if (functions.length === 0) return 'whole'
  const usages = functions.map((fn) => usageOfParameter(asked, fn.frame.unit, fn.node, index, depth))
  return usages.includes('whole') ? 'whole' : usages.flatMap((usage) => usage as readonly (readonly string[])[])
}

function usageOfParameter(asked: Asked, unit: Unit, fn: FunctionNode, index: number, depth: number): Usage {
  const parameters = fn.parameters.filter((parameter) => parameter.name.getText() !== 'this')
  const parameter = parameters[index] ?? (parameters.at(-1)?.dotDotDotToken ? parameters.at(-1) : undefined)
  if (!parameter || !fn.body) return []
  if (parameter.dotDotDotToken) return 'whole'
  if (ts.isIdentifier(parameter.name)) return usesOf(asked, unit, parameter.name, parameter, fn.body, depth)
  if (!ts.isObjectBindingPattern(parameter.name)) return 'whole'
  const usages = parameter.name.elements.map((element) => memberUsage(asked, unit, element, fn, depth))
  return usages.includes('whole') ? 'whole' : usages.flatMap((usage) => usage as readonly (readonly string[])[])
}

function memberUsage(asked: Asked, unit: Unit, element: ts.BindingElement, fn: FunctionNode, depth: number): Usage {
  if (element.dotDotDotToken || !ts.isIdentifier(element.name)) return 'whole'
  const name = (element.propertyName ?? element.name).getText()
  const inner = usesOf(asked, unit, element.name, element, fn.body!, depth)
  return inner === 'whole' ? [[name]] : inner.map((members) => [name, ...members])
}

/** The members of a variable that a body uses; all of it where it stands by itself. */
function usesOf(asked: Asked, unit: Unit, name: ts.Identifier, declaration: ts.Node, body: ts.Node, depth: number): Usage {
  const found: (readonly string[])[] = []
  let isWhole = false
  const visit = (node: ts.Node): void => {
    // What an error says is no part of what is given.
    if (isWhole || ts.isThrowStatement(node)) return
    if (!ts.isIdentifier(node) || node.text !== name.text || node === name || isName(node)) return ts.forEachChild(node, visit)
    if (declarationOf(node) !== declaration) return
    const usage = useAt(asked, unit, node, depth)
    if (usage === 'whole') isWhole = true
    else found.push(...usage)
  }
  visit(body)
  return isWhole ? 'whole' : found
}

// `user.name` in `x.user.name`, and the name of a property, refer to no variable.
const isName = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) || (ts.isPropertyAssignment(node.parent) && node.parent.name === node)

function useAt(asked: Asked, unit: Unit, node: ts.Identifier, depth: number): Usage {
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
  if (isTest(at)) return asked.tests && chooses(at) ? [[]] : []
  if (ts.isCallExpression(parent) && enclosingFunction(parent)) {
    return usageIn(asked, unit, parent, parent.arguments.indexOf(at as ts.Expression), depth + 1)
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

/** Does a test choose what is given, and not only whether anything is? `if (!id) return null` and `if (debug) log()` do not. */
function chooses(node: ts.Node): boolean {
  let at = node
  while (ts.isPrefixUnaryExpression(at.parent) || ts.isParenthesizedExpression(at.parent)) at = at.parent
  const { parent } = at
  if (ts.isConditionalExpression(parent)) return true
  return ts.isIfStatement(parent) && (gives(parent.thenStatement) || (parent.elseStatement !== undefined && gives(parent.elseStatement)))
}

const NOTHING = /^(?:null|undefined|false|true|\[\]|\{\}|''|""|0)?$/

/** A branch that returns something, or changes what will be. */
function gives(branch: ts.Node): boolean {
  if (ts.isReturnStatement(branch)) return !NOTHING.test(branch.expression?.getText() ?? '')
  if (ts.isBinaryExpression(branch) && branch.operatorToken.kind === ts.SyntaxKind.EqualsToken) return true
  return ts.forEachChild(branch, (child) => gives(child) || undefined) ?? false
}
