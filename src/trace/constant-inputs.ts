import { ts } from 'ts-morph'
import type { Context } from '../resolve/context.js'
import { bare } from '../resolve/expressions.js'
import { isFunctionNode, nameOfFunction, type FunctionNode } from '../resolve/frame.js'
import { valueNamed } from '../collect/properties.js'
import { allCallersOf } from './callers.js'
import type { Flow } from './flow.js'

/**
 * Do all callers of a function hand in the same constant for one of its parameters, or none at all? Then what depends on it is
 * the same for all of them, until somebody hands in another.
 */
export function isSameForAll(context: Context, flow: Pick<Flow, 'root' | 'path'>): boolean {
  const place = placeOfInput(flow)
  const name = place && nameOfFunction(place.fn)
  if (!place || name === undefined || ts.isMethodDeclaration(place.fn)) return false
  // Who imports it may not have been read yet.
  for (const file of context.program.importing([name])) context.program.unit(file)
  const given = allCallersOf(context, place.fn)?.map(({ node }) => constantIn(node, place)) ?? []
  return given.length > 0 && given.every((each) => each !== undefined && each === given[0])
}

interface Input {
  readonly fn: FunctionNode
  readonly index: number
  /** The member of an object that is taken apart. */
  readonly member?: string
}

function placeOfInput({ root, path }: Pick<Flow, 'root' | 'path'>): Input | undefined {
  if (!ts.isParameter(root) || !isFunctionNode(root.parent)) return undefined
  const input = { fn: root.parent, index: root.parent.parameters.indexOf(root) }
  if (ts.isIdentifier(root.name)) return path[1] === undefined ? input : { ...input, member: path[1] }
  const element = ts.isObjectBindingPattern(root.name) ? root.name.elements.find(({ name }) => name.getText() === path[0]) : undefined
  const name = element && !element.dotDotDotToken ? element.propertyName ?? element.name : undefined
  return name && ts.isIdentifier(name) ? { ...input, member: name.text } : undefined
}

const NONE = 'none'

/** The constant that a call hands in; nothing where it may be another. */
function constantIn({ arguments: args }: ts.CallExpression, { index, member }: Input): string | undefined {
  if (args.slice(0, index + 1).some(ts.isSpreadElement)) return undefined
  const argument = args[index]
  if (!argument || member === undefined) return argument ? constantOf(argument) : NONE
  const object = bare(argument)
  if (!ts.isObjectLiteralExpression(object) || object.properties.some(ts.isSpreadAssignment)) return undefined
  const value = valueNamed(object, member)
  return value ? (ts.isMethodDeclaration(value) ? undefined : constantOf(value)) : NONE
}

function constantOf(node: ts.Expression): string | undefined {
  const plain = bare(node)
  if (ts.isIdentifier(plain)) return plain.text === 'undefined' ? NONE : undefined
  const isWord = plain.kind === ts.SyntaxKind.TrueKeyword || plain.kind === ts.SyntaxKind.FalseKeyword || plain.kind === ts.SyntaxKind.NullKeyword
  return isWord || ts.isStringLiteralLike(plain) || ts.isNumericLiteral(plain) ? plain.getText() : undefined
}
