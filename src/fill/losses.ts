import { ts } from 'ts-morph'
import { placeOf, placeOfCall, symbolAt } from '../collect/place.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { LossFault } from '../model/fill.js'
import type { Context } from '../resolve/context.js'
import { enclosingFunction, isFunctionNode } from '../resolve/frame.js'
import { declarationsOf, type Located } from '../resolve/types.js'
import type { Unit as File } from '../source/program.js'
import { functionsAt } from '../trace/entities.js'
import { around, heldBy, type Written } from './types.js'

/** Stores that keep what they are given as JSON by themselves. */
const SERIALISING = new Set(['unstable_cache'])
const LOST = new Set(['Date', 'Map', 'Set', 'bigint', 'BigInt', 'RegExp'])

/** Values that come out of JSON as something else than their declared type says. */
export function lossFaults(context: Context, sites: readonly RawSite[]): LossFault[] {
  return sites.filter((site) => !site.through && ts.isCallExpression(site.call.node)).flatMap((site) => producedLoss(context, site) ?? parsedLoss(context, site) ?? [])
}

/** `unstable_cache(async (): Promise<User> => …)` of a user with a Date. */
function producedLoss(context: Context, site: RawSite): LossFault | undefined {
  const node = site.call.node as ts.CallExpression
  if (site.spec.op !== 'read-through' || !SERIALISING.has(node.expression.getText())) return undefined
  const loader = site.spec.loader && argumentsOf(site)[site.spec.loader.arg]
  const type = loader && returnedType(context, site.call.unit, loader)
  const lost = type && lostIn(context, type)
  return lost ? { kind: 'lossy', location: placeOfCall(site.call.unit, node), symbol: symbolAt(node), type: lost.type, because: `${lost.path} is declared as ${lost.type}, and JSON gives back something else`, ...(site.templates[0] ? { key: site.templates[0] } : {}) } : undefined
}

function returnedType(context: Context, file: File, node: ts.Expression): Written | undefined {
  if (isFunctionNode(node) && node.type) return { node: node.type, file }
  const body = isFunctionNode(node) ? node.body : undefined
  const call = body && !ts.isBlock(body) ? body : body?.statements.length === 1 && ts.isReturnStatement(body.statements[0]!) ? body.statements[0].expression : undefined
  const plain = call && ts.isAwaitExpression(call) ? call.expression : call
  const [fn] = plain && ts.isCallExpression(plain) ? functionsAt(context, file, plain) : []
  return fn?.node.type && { node: fn.node.type, file: fn.frame.unit }
}

/** `JSON.parse(hit) as User`, of a user with a Date. */
function parsedLoss(context: Context, site: RawSite): LossFault | undefined {
  if (site.spec.op !== 'read') return undefined
  const held = heldBy(site.call.node as ts.CallExpression)
  const scope = held && enclosingFunction(held)
  const parse = scope && parseOf(scope, held.name.getText())
  const type = parse && typeOfParse(parse)
  const lost = type && !/\bnew Date\(|revive/i.test(scope.getText()) ? lostIn(context, { node: type, file: site.call.unit }) : undefined
  return lost ? { kind: 'lossy', location: placeOf(site.call.unit, parse!), symbol: symbolAt(parse!), type: lost.type, because: `${lost.path} is declared as ${lost.type}, and JSON gives back something else`, related: placeOfCall(site.call.unit, site.call.node), ...(site.templates[0] ? { key: site.templates[0] } : {}) } : undefined
}

function parseOf(scope: ts.Node, name: string): ts.CallExpression | undefined {
  let found: ts.CallExpression | undefined
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'JSON.parse' && node.arguments.length === 1 && node.arguments[0]!.getText() === name) found ??= node
    ts.forEachChild(node, visit)
  }
  visit(scope)
  return found
}

function typeOfParse(parse: ts.CallExpression): ts.TypeNode | undefined {
  const outer = around(parse)
  if (ts.isAsExpression(outer)) return outer.type
  if (ts.isVariableDeclaration(outer.parent)) return outer.parent.type
  return ts.isReturnStatement(outer.parent) ? enclosingFunction(parse)?.type : undefined
}

/** A member of a type that JSON has no notation for. */
function lostIn(context: Context, { node, file }: Written, path = 'the value', depth = 0): { readonly path: string; readonly type: string } | undefined {
  if (depth > 5) return undefined
  const again = (inner: ts.TypeNode, at = file, to = path): ReturnType<typeof lostIn> => lostIn(context, { node: inner, file: at }, to, depth + 1)
  if (node.kind === ts.SyntaxKind.BigIntKeyword) return { path, type: 'bigint' }
  if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node)) {
    // What may be text already is known to be.
    if (node.types.some((each) => each.kind === ts.SyntaxKind.StringKeyword)) return undefined
    return node.types.map((each) => again(each)).find((each) => each !== undefined)
  }
  if (ts.isArrayTypeNode(node)) return again(node.elementType)
  if (ts.isTypeLiteralNode(node)) return lostMember(context, node.members, file, depth)
  if (!ts.isTypeReferenceNode(node) || !ts.isIdentifier(node.typeName)) return undefined
  const [first] = node.typeArguments ?? []
  if (first && /^(?:Promise|Array|ReadonlyArray|Readonly|Partial)$/.test(node.typeName.text)) return again(first)
  const located = declarationsOf(context, node.typeName, file)
  if (!located) return LOST.has(node.typeName.text) ? { path, type: node.typeName.text } : undefined
  return ofDeclaration(context, located, depth)
}

function ofDeclaration(context: Context, { node, unit }: Located, depth: number): ReturnType<typeof lostIn> {
  if (ts.isClassLike(node) && node.name && node.members.some((member) => ts.isMethodDeclaration(member) || ts.isGetAccessor(member))) return { path: 'the value', type: `the class ${node.name.text}` }
  if (ts.isInterfaceDeclaration(node)) return lostMember(context, node.members, unit, depth)
  return ts.isTypeAliasDeclaration(node) ? lostIn(context, { node: node.type, file: unit }, 'the value', depth + 1) : undefined
}

function lostMember(context: Context, members: readonly ts.TypeElement[], file: File, depth: number): ReturnType<typeof lostIn> {
  for (const member of members) {
    const lost = ts.isPropertySignature(member) && member.type ? lostIn(context, { node: member.type, file }, member.name.getText(), depth + 1) : undefined
    if (lost) return lost
  }
  return undefined
}
