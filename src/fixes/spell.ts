import { ts } from 'ts-morph'
import { align } from '../keys/segments.js'
import type { HolePart, Template } from '../keys/template.js'
import type { Edit } from '../model/finding.js'
import { isFunctionNode } from '../resolve/frame.js'
import { declarationNamed, type Declaration } from '../resolve/scope.js'
import { placeOfLiteral, type KeyLiteral } from './literal.js'
import { isOfOneName } from './names.js'

/**
 * The edit that spells a key as another one is: its words, and in its holes what stands in those of the key at hand, or a
 * variable of that name that is in scope there. `seen` is where the other key is written, for what its names mean.
 */
export function spelledAs(literal: KeyLiteral, own: Template, key: Template, seen: ts.Node | undefined): Edit | undefined {
  if (ts.isArrayLiteralExpression(literal.node)) return undefined
  const pieces = key.map((part) => (part.kind === 'text' ? escaped(part.text, literal) : part.kind === 'hole' ? filling(part, literal, own, key, seen) : undefined))
  if (pieces.some((piece) => piece === undefined)) return undefined
  const text = pieces.join('')
  return { path: literal.unit.path, range: placeOfLiteral(literal), text: key.some(({ kind }) => kind === 'hole') ? `\`${text}\`` : quoted(text, literal) }
}

const quoted = (text: string, { node }: KeyLiteral): string => (ts.isStringLiteral(node) ? `${node.getText()[0]!}${text}${node.getText()[0]!}` : `\`${text}\``)

const escaped = (text: string, { node }: KeyLiteral): string | undefined => (/[\\`'"]|\$\{/.test(text) || !node.getText() ? undefined : text)

function filling(hole: HolePart, literal: KeyLiteral, own: Template, key: Template, seen: ts.Node | undefined): string | undefined {
  const expression = counterpart(hole, literal, own, key)
  const text = expression ?? inScope(hole.name, literal.node, seen)
  return text === undefined ? undefined : `\${${text}}`
}

/** What fills the hole of the key at hand that means the same: of the same last name, the only one of it, or the one opposite. */
function counterpart(hole: HolePart, literal: KeyLiteral, own: Template, key: Template): string | undefined {
  const holes = own.filter((part): part is HolePart => part.kind === 'hole')
  if (holes.length !== literal.holes.length || own.some(({ kind }) => kind !== 'hole' && kind !== 'text')) return undefined
  const named = holes.filter((other) => isOfOneName(other, hole))
  const isOnly = named.length === 1 && key.filter((part) => part.kind === 'hole' && isOfOneName(part, hole)).length === 1
  const { left, right, pairs } = align(key, own)
  const facing = pairs.find((pair) => pair.left !== undefined && pair.right !== undefined && left[pair.left]!.parts.includes(hole))
  const found = isOnly ? named[0] : named.find((other) => facing && right[facing.right!]!.parts.length === 1 && right[facing.right!]!.parts[0] === other)
  return found && literal.holes[holes.indexOf(found)]!.getText()
}

/** An expression that means the same at another place: a variable in scope there, and of the same declaration or declared type. */
function inScope(name: string, at: ts.Node, seen: ts.Node | undefined): string | undefined {
  if (!/^[A-Za-z_$][\w$]*(?:\.[\w$]+)*$/.test(name)) return undefined
  const [root, ...path] = name.split('.')
  const here = declarationNamed(root!, at)
  const there = seen && declarationNamed(root!, seen)
  if (here && isVariable(here) && (path.length === 0 || here === there || isOfOneType(here, there))) return name
  const last = path.at(-1)
  const plain = last === undefined ? undefined : declarationNamed(last, at)
  return plain && isVariable(plain) && !isFunctionValued(plain) && !GENERAL.test(last!) ? last : undefined
}

// Of these names there is one for everything.
const GENERAL = /^(?:id|key|name|slug|type|kind|value|data|item|index|page|status)$/i

const isVariable = (declaration: Declaration): boolean => ts.isVariableDeclaration(declaration) || ts.isParameter(declaration) || ts.isBindingElement(declaration)

const isFunctionValued = (declaration: Declaration): boolean => ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && isFunctionNode(declaration.initializer)

const typeOf = (declaration: Declaration | undefined): string | undefined => (declaration && 'type' in declaration ? declaration.type?.getText() : undefined)

const isOfOneType = (here: Declaration, there: Declaration | undefined): boolean => typeOf(here) !== undefined && typeOf(here) === typeOf(there)
