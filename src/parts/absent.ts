import { ts } from 'ts-morph'
import { calledName } from '../collect/calls.js'
import { refill, symbolicFrameAt, withinStack, type Context } from '../resolve/context.js'
import { evaluate } from '../resolve/evaluate.js'
import { holderOf, returnedBy } from '../resolve/expressions.js'
import { enclosingFunction, isFunctionNode, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf } from '../resolve/scope.js'
import { alternatives } from '../resolve/value.js'
import type { Unit as File } from '../source/program.js'
import { functionsAt } from '../trace/entities.js'
import { isOptionalBySchema } from './schema.js'
import { isGuarded } from './guarded.js'
import { bareUpToBang, type KeyPart } from './part.js'

export interface Absence { readonly node: ts.Node; readonly file: File; readonly because: string; readonly isDeclared?: boolean; readonly isCertain?: boolean }

/** Why a part that is written into text may not be there; nothing where the code has made sure of it. */
export function absenceOf(context: Context, { node, file, how, binding, via = [] }: KeyPart): Absence | undefined {
  if (how !== 'text' || ts.isNonNullExpression(node) || via.some((each) => isGuarded(each, [each.text]))) return undefined
  const plain = bareUpToBang(node)
  const omitted = binding && ts.isIdentifier(plain) ? omittedArgument(plain, binding.args, binding.fn) : undefined
  if (omitted) return isGuarded(plain, [plain.getText()]) ? undefined : { node: plain, file, because: omitted, isCertain: true }
  const named = ts.isIdentifier(plain) ? initialiserOf(plain) : undefined
  const chain = chained(plain) ?? (named && chained(bareUpToBang(named)))
  if (chain) return isGuarded(plain, [plain.getText(), chain]) || isText(context, file, plain) ? undefined : { node: plain, file, because: `${chain} may be undefined, and then so is this` }
  const known = knownAbsence(plain)
  const because = known ?? (named && knownAbsence(bareUpToBang(named)))
  if (because) return isGuarded(plain, [plain.getText()]) ? undefined : { node: plain, file, because }
  return declaredAbsence(context, file, plain)
}

/** Does the program show which text it is? Then the mark is there for nothing. */
function isText(context: Context, file: File, node: ts.Expression): boolean {
  refill(context, 'receiver')
  const value = withinStack(() => evaluate(context, node, symbolicFrameAt(context, file, node)), () => undefined)
  return value !== undefined && alternatives(value).every((option) => option.kind === 'text' || (option.kind === 'external' && option.name.startsWith('process.env.')))
}

/** `user?.id`: what stands before the mark may be absent. */
function chained(node: ts.Expression): string | undefined {
  for (let at: ts.Expression = node; ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at) || ts.isCallExpression(at); at = at.expression) {
    if ('questionDotToken' in at && at.questionDotToken) return at.expression.getText()
    if (ts.isNonNullExpression(at.expression)) return undefined
  }
  return undefined
}

function omittedArgument(node: ts.Identifier, args: readonly ts.Expression[], fn: FunctionNode): string | undefined {
  const declaration = declarationOf(node)
  if (!declaration || !ts.isParameter(declaration) || declaration.parent !== fn || declaration.initializer || declaration.dotDotDotToken) return undefined
  return fn.parameters.indexOf(declaration) >= args.length ? `this call does not hand ${node.text} in` : undefined
}

function initialiserOf(node: ts.Identifier): ts.Expression | undefined {
  const declaration = declarationOf(node)
  return declaration && ts.isVariableDeclaration(declaration) && (declaration.parent.flags & ts.NodeFlags.Const) !== 0 ? declaration.initializer : undefined
}

/** What well-known functions give where they find nothing. */
function knownAbsence(node: ts.Expression): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const owner = node.expression.expression.getText()
  const name = calledName(node)
  if (name === 'get' && /(?:^|\.|\b)(?:headers(?:\(\))?|searchParams)$/.test(owner)) return `${owner}.get() gives null where there is none`
  return name === 'find' && node.arguments.length > 0 && isFunctionNode(node.arguments[0]!) ? 'find() gives undefined where there is none' : undefined
}

function declaredAbsence(context: Context, file: File, node: ts.Expression): Absence | undefined {
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return undefined
  if (/^process\.env\.\w+$/.test(node.getText())) return isGuarded(node, [node.getText()]) ? undefined : { node, file, because: 'a variable of the environment need not be set', isDeclared: true }
  if (/\benv\b/i.test(node.getText())) return undefined
  if (isOptionalBySchema(node)) return isGuarded(node, [node.getText()]) ? undefined : { node, file, because: `the schema lets ${node.getText()} be absent`, isDeclared: true }
  const declaration = ts.isIdentifier(node) ? declarationOf(node) : undefined
  if (declaration && ts.isBindingElement(declaration) && declaration.initializer) return undefined
  refill(context, 'receiver')
  const value = withinStack(() => evaluate(context, node, symbolicFrameAt(context, file, node)), () => undefined)
  if (value?.kind !== 'opaque' || value.presence !== 'maybe' || isGuarded(node, [node.getText()])) return undefined
  return { node, file, because: `${node.getText()} is declared so that it may be absent`, isDeclared: true }
}

/** A builder of keys that returns text on one way and nothing on another, and is not asked which. */
export function emptyReturn(context: Context, file: File, call: ts.CallExpression): Absence | undefined {
  const [fn] = functionsAt(context, file, call)
  if (!fn || !fn.node.body || !ts.isBlock(fn.node.body) || (fn.node.type && !/^string$/.test(fn.node.type.getText()))) return undefined
  const empty = emptyReturnIn(fn.node)
  const holder = holderOf(call)
  if (!empty || returnedBy(fn.node).length === 0 || (holder && ts.isIdentifier(holder) && isAsked(call, holder.text))) return undefined
  return { node: empty, file: fn.frame.unit, because: `${calledName(call)}() returns nothing here, which becomes the word \`undefined\` in the key` }
}

function emptyReturnIn(fn: FunctionNode): ts.ReturnStatement | undefined {
  let found: ts.ReturnStatement | undefined
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node)) return
    if (ts.isReturnStatement(node) && (!node.expression || node.expression.getText() === 'undefined')) found ??= node
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(fn.body!, visit)
  return found
}

function isAsked(call: ts.CallExpression, name: string): boolean {
  const scope = enclosingFunction(call)?.body ?? call.getSourceFile()
  return new RegExp(`(?:if|while)\\s*\\([^)]*\\b${quoted(name)}\\b|\\b${quoted(name)}\\s*(?:\\?|&&|\\|\\|)|[!]${quoted(name)}\\b`).test(scope.getText())
}
