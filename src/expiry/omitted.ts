import { ts } from 'ts-morph'
import { placeOf, placeOfCall, symbolAt } from '../collect/place.js'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import type { OmittedLifetime } from '../model/expiry.js'
import type { Place } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import { bare } from '../resolve/expressions.js'
import { isFunctionNode } from '../resolve/frame.js'
import { quoted } from '../resolve/quoted.js'
import { declarationOf } from '../resolve/scope.js'
import type { Unit as File } from '../source/program.js'
import { callersOf } from '../trace/callers.js'
import type { Sink } from './sinks.js'

/** Calls that leave out the lifetime which a function, or a cache of the program's own, takes, and which others hand it. */
export function omittedLifetimes(context: Context, sinks: readonly Sink[], sites: readonly RawSite[]): OmittedLifetime[] {
  return [...sinks.flatMap((sink) => ofFunction(context, sink)), ...ofOwnStores(sites)]
}

function ofFunction(context: Context, { node }: Sink): OmittedLifetime[] {
  const plain = bare(node)
  const declaration = ts.isIdentifier(plain) ? declarationOf(plain) : undefined
  // A default is what is meant where nothing is handed in, and so is a branch without a lifetime.
  if (!declaration || !ts.isParameter(declaration) || !declaration.questionToken || !isFunctionNode(declaration.parent) || isGuarded(node, declaration)) return []
  const index = declaration.parent.parameters.indexOf(declaration)
  const callers = callersOf(context, declaration.parent).filter(({ node: call }) => !call.arguments.some(ts.isSpreadElement))
  const omitting = callers.filter(({ node: call }) => call.arguments.length <= index)
  const gives = callers.find(({ node: call }) => call.arguments.length > index)
  return omitting.flatMap(({ file, node: call }) => {
    const other = gives ? placeOfCall(gives.file, gives.node) : atHand(file, call, declaration.name.getText())
    return other ? [{ location: placeOfCall(file, call), symbol: symbolAt(call), parameter: declaration.name.getText(), other }] : []
  })
}

/** Where the file uses a lifetime of the same object that the caller takes its arguments of: `params.ttl`. */
function atHand(file: File, call: ts.CallExpression, name: string): Place | undefined {
  const owners = new Set(call.arguments.flatMap((argument) => (ts.isPropertyAccessExpression(argument) && ts.isIdentifier(argument.expression) ? [typeOf(argument.expression)] : [])).filter(Boolean))
  let found: ts.Node | undefined
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === name && ts.isIdentifier(node.expression) && owners.has(typeOf(node.expression))) found ??= node
    if (!found) ts.forEachChild(node, visit)
  }
  if (owners.size > 0) visit(file.ast)
  return found && placeOf(file, found)
}

function typeOf(node: ts.Identifier): string | undefined {
  const declaration = declarationOf(node)
  return declaration && ts.isParameter(declaration) ? declaration.type?.getText() : undefined
}

function isGuarded(node: ts.Node, parameter: ts.ParameterDeclaration): boolean {
  const name = parameter.name.getText()
  for (let at: ts.Node = node; at !== parameter.parent && at.parent; at = at.parent) {
    const test = ts.isIfStatement(at.parent) ? at.parent.expression : ts.isConditionalExpression(at.parent) ? at.parent.condition : undefined
    if (test && new RegExp(`\\b${quoted(name)}\\b`).test(test.getText())) return true
  }
  return false
}

/** Caches that the program declares, whose `set` takes a lifetime. */
function ofOwnStores(sites: readonly RawSite[]): OmittedLifetime[] {
  const writes = sites.filter((site) => site.spec.op === 'write' && site.client.client.id === 'own-store' && !site.through && site.spec.ttl !== undefined && !site.spec.ttl[0]?.hasDefault)
  const isGiven = (site: RawSite): boolean => argumentsOf(site).length > site.spec.ttl![0]!.arg
  return writes.filter((site) => !isGiven(site)).flatMap((site) => {
    const gives = writes.find((other) => isGiven(other) && receiverOf(other) === receiverOf(site) && other.client.instance === site.client.instance)
    return gives ? [{ location: placeOfCall(site.call.unit, site.call.node), symbol: symbolAt(site.call.node), parameter: 'lifetime', isOwnStore: true, other: placeOfCall(gives.call.unit, gives.call.node) }] : []
  })
}

/** The name that the cache goes by where it is called: `secondaryStorage`. */
function receiverOf({ call: { node } }: RawSite): string | undefined {
  const owner = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : undefined
  return owner && (ts.isPropertyAccessExpression(owner) ? owner.name.text : owner.getText())
}
