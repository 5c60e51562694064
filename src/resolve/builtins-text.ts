import type { ts } from 'ts-morph'
import { hole, mapParts, text, type Template } from '../keys/template.js'
import { nameOf } from './context.js'
import { toTemplate } from './to-template.js'
import { arrayOf, boundedText, constant, exactText, literal, opaque, textOf, type Element, type TextValue, type Value } from './value.js'

/** String methods on text that is known in part. Nothing of the audited code is run: a regular expression makes a hole. */
export function textMethod(self: TextValue, name: string, args: readonly Element[], node: ts.CallExpression): Value | undefined {
  const known = exactText(self)
  switch (name) {
    case 'toString':
    case 'valueOf':
    case 'trim':
    case 'normalize': return known === undefined ? self : literal(name === 'trim' ? known.trim() : known)
    case 'concat': return boundedText([...self.parts, ...args.flatMap((arg) => toTemplate(arg.value))])
    case 'toLowerCase':
    case 'toLocaleLowerCase': return textOf(cased(self.parts, (s) => s.toLowerCase(), 'toLowerCase()'))
    case 'toUpperCase':
    case 'toLocaleUpperCase': return textOf(cased(self.parts, (s) => s.toUpperCase(), 'toUpperCase()'))
    case 'startsWith': return startsWith(self, args, node)
    case 'replace':
    case 'replaceAll': return replaced(self, name, args, node)
    case 'split': return split(known, args, node)
    case 'slice':
    case 'substring': return sliced(known, name, args, node)
    default: return undefined
  }
}

function cased(parts: Template, change: (text: string) => string, label: string): Template {
  return mapParts(parts, (part) => {
    if (part.kind === 'text') return [text(change(part.text), part.origins)]
    return part.kind === 'hole' && part.unresolved === undefined ? [{ ...part, name: hole(`${part.name}.${label}`).name }] : [part]
  })
}

function startsWith(self: TextValue, args: readonly Element[], node: ts.Node): Value {
  const wanted = args[0] && exactText(args[0].value)
  const [first] = self.parts
  if (wanted === undefined || first?.kind !== 'text') return opaque(nameOf(node))
  if (first.text.length >= wanted.length) return constant(first.text.startsWith(wanted))
  return wanted.startsWith(first.text) && exactText(self) === undefined ? opaque(nameOf(node)) : constant(false)
}

function replaced(self: TextValue, name: string, args: readonly Element[], node: ts.Node): Value {
  const [from, to] = args.map((arg) => exactText(arg.value))
  if (from === undefined || to === undefined || from === '') return holed(self, node)
  const change = (s: string): string => (name === 'replaceAll' ? s.replaceAll(from, () => to) : s.replace(from, () => to))
  const known = exactText(self)
  if (known !== undefined) return literal(change(known))
  return textOf(mapParts(self.parts, (part) => (part.kind === 'text' ? [text(change(part.text))] : [part])))
}

// What becomes of the text is not known: the fixed beginning would be a guess.
function holed(_self: TextValue, node: ts.Node): Value {
  return opaque(nameOf(node), { wild: true })
}

function split(known: string | undefined, args: readonly Element[], node: ts.Node): Value {
  const separator = args[0] && exactText(args[0].value)
  return known === undefined || separator === undefined ? opaque(nameOf(node)) : arrayOf(known.split(separator).map((value) => ({ value: literal(value) })))
}

function sliced(known: string | undefined, name: string, args: readonly Element[], node: ts.Node): Value {
  const [from = 0, to] = args.map((arg) => (arg.value.kind === 'const' && typeof arg.value.value === 'number' ? arg.value.value : Number.NaN))
  if (known === undefined || Number.isNaN(from) || Number.isNaN(to)) return opaque(nameOf(node))
  return literal(name === 'slice' ? known.slice(from, to) : known.substring(from, to))
}
