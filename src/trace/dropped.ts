import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { DroppedInput } from '../model/producer.js'
import type { Context } from '../resolve/context.js'
import { nameOfFunction, type FunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf } from '../resolve/scope.js'
import { functionsAt } from './entities.js'

/** What the function that builds the key of a site takes, and leaves out of it. */
export function droppedInput(context: Context, site: RawSite): DroppedInput | undefined {
  const call = builderCall(site)
  const [builder] = call ? functionsAt(context, site.call.unit, call) : []
  const { node, frame } = builder ?? {}
  if (!node?.body || !frame) return undefined
  const dropped = unusedParameter(node) ?? unusedMember(node) ?? unusedItem(node) ?? overwrittenQuery(node)
  return dropped && { builder: nameOfFunction(node) ?? 'the function', path: dropped.path, location: placeOf(frame.unit, dropped.node), returned: placeOf(frame.unit, lastReturned(node)) }
}

interface Drop { readonly path: string; readonly node: ts.Node }

/** `keyOf(user, page)`, in the call or made before it. */
function builderCall(site: RawSite): ts.CallExpression | undefined {
  if (!ts.isCallExpression(site.call.node) || site.through) return undefined
  const argument = argumentsOf(site)[site.spec.key.arg]
  const declaration = argument && ts.isIdentifier(argument) ? declarationOf(argument) : undefined
  const made = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : argument
  return made && ts.isCallExpression(made) ? made : undefined
}

function lastReturned({ body }: FunctionNode): ts.Node {
  const returned = body && ts.isBlock(body) ? body.statements.findLast(ts.isReturnStatement)?.expression : body
  return returned ?? body!
}

/** A parameter that the body does not mention. One with an underscore, or of a method that others override, is there for its type. */
function unusedParameter(fn: FunctionNode): Drop | undefined {
  if (ts.isClassLike(fn.parent) && (fn.parent.heritageClauses?.length ?? 0) > 0) return undefined
  const last = fn.parameters.findLastIndex((each) => ts.isIdentifier(each.name) && uses(fn.body!, each.name.text))
  const unused = fn.parameters.find((each, i) => ts.isIdentifier(each.name) && i > last && !/^_|^this$/.test(each.name.text) && !/\barguments\b/.test(fn.body!.getText()))
  return unused && { path: unused.name.getText(), node: unused.name }
}

/** A member that the type of a parameter picks or writes out, and that the body does not ask for. */
function unusedMember(fn: FunctionNode): Drop | undefined {
  for (const parameter of fn.parameters) {
    if (!parameter.type || !ts.isIdentifier(parameter.name)) continue
    const declared = membersOf(parameter.type)
    const used = declared.length > 1 ? membersUsed(fn.body!, parameter.name) : undefined
    const unused = used && used.size > 0 ? declared.find(({ name }) => !used.has(name)) : undefined
    if (unused) return { path: `${parameter.name.text}.${unused.name}`, node: unused.node }
  }
  return undefined
}

function membersOf(type: ts.TypeNode): { readonly name: string; readonly node: ts.Node }[] {
  if (ts.isTypeLiteralNode(type)) return type.members.flatMap((member) => (ts.isPropertySignature(member) ? [{ name: member.name.getText(), node: member.name }] : []))
  const picked = ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Pick' ? type.typeArguments?.[1] : undefined
  const names = picked && ts.isUnionTypeNode(picked) ? picked.types : []
  return names.flatMap((each) => (ts.isLiteralTypeNode(each) && ts.isStringLiteral(each.literal) ? [{ name: each.literal.text, node: each }] : []))
}

/** The members of a variable that a body asks for; nothing where it hands the variable on as a whole. */
function membersUsed(body: ts.Node, name: ts.Identifier): ReadonlySet<string> | undefined {
  const used = new Set<string>()
  let isWhole = false
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name.text && declarationOf(node) === name.parent) {
      const member = ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node ? node.parent.name.text : undefined
      if (member === undefined) isWhole = true
      else used.add(member)
    }
    ts.forEachChild(node, visit)
  }
  visit(body)
  return isWhole ? undefined : used
}

/** `names.forEach((name) => { key += … })` where the body does not ask for the name. */
function unusedItem(fn: FunctionNode): Drop | undefined {
  let found: Drop | undefined
  const visit = (node: ts.Node): void => {
    const item = ts.isArrowFunction(node) && ts.isCallExpression(node.parent) && /\.(?:forEach|map|reduce)$/.test(node.parent.expression.getText()) ? node.parameters.at(/\.reduce$/.test(node.parent.expression.getText()) ? 1 : 0)?.name : undefined
    if (item && ts.isIdentifier(item) && !item.text.startsWith('_') && ts.isArrowFunction(node) && !uses(node.body, item.text)) found = { path: item.text, node: item }
    if (!found) ts.forEachChild(node, visit)
  }
  visit(fn.body!)
  return found
}

/** `url.search = params.toString()` of a URL that came with a query of its own. */
function overwrittenQuery(fn: FunctionNode): Drop | undefined {
  let found: Drop | undefined
  const visit = (node: ts.Node): void => {
    const target = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isPropertyAccessExpression(node.left) && node.left.name.text === 'search' ? node.left.expression : undefined
    const made = target && ts.isIdentifier(target) ? declarationOf(target) : undefined
    const isUrl = made !== undefined && ts.isVariableDeclaration(made) && /^new URL\([^'"`]/.test(made.initializer?.getText() ?? '')
    if (isUrl && target && !new RegExp(`\\b${quoted(target.getText())}\\.search(?:Params)?\\b`).test(before(fn, node))) found = { path: `${target.getText()}.search`, node }
    if (!found) ts.forEachChild(node, visit)
  }
  visit(fn.body!)
  return found
}

const before = (fn: FunctionNode, node: ts.Node): string => fn.getSourceFile().text.slice(fn.pos, node.getStart())

const uses = (node: ts.Node, name: string): boolean =>
  (ts.isIdentifier(node) && node.text === name && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) || (ts.forEachChild(node, (child) => uses(child, name) || undefined) ?? false)
