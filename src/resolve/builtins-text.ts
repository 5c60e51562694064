import type { ts } from 'ts-morph'
import { mayBeEmpty, mapParts, normalise, text, type Part, type Template } from '../keys/template.js'
import { nameOf } from './context.js'
import { simplePattern, type SimplePattern } from './simple-pattern.js'
import { relabelled, toTemplate } from './to-template.js'
import { arrayOf, boundedText, constant, exactText, literal, opaque, textOf, union, type Element, type TextValue, type Value } from './value.js'

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
    case 'toLocaleLowerCase': return textOf(relabelled(self.parts, (s) => s.toLowerCase(), (hole) => `${hole}.toLowerCase()`))
    case 'toUpperCase':
    case 'toLocaleUpperCase': return textOf(relabelled(self.parts, (s) => s.toUpperCase(), (hole) => `${hole}.toUpperCase()`))
    case 'startsWith': return startsWith(self, args, node)
    case 'endsWith': return endsWith(self, args, node)
    case 'includes': return includes(self, args, node)
    case 'replace':
    case 'replaceAll': return replaced(self, name, args, node)
    case 'split': return split(self, args, node)
    case 'slice':
    case 'substring': return sliced(self, name, args, node)
    case 'padStart':
    case 'padEnd': return padded(self, name, args, node)
    case 'repeat': return repeated(self, args, node)
    case 'at':
    case 'charAt': return charAt(self, known, name, args, node)
    case 'trimStart':
    case 'trimEnd': return known === undefined ? derived(self, node) : literal(known[name]())
    case 'substr': return derived(self, node)
    default: return undefined
  }
}

function charAt(self: TextValue, known: string | undefined, name: 'at' | 'charAt', args: readonly Element[], node: ts.Node): Value {
  const index = args.length === 0 ? 0 : numberAt(args, 0)
  return known === undefined || index === undefined || (name === 'at' && known.at(index) === undefined) ? derived(self, node) : literal(known[name](index) ?? '')
}

/** What is made of the text is not known: only whether it can hold separators. */
function derived(self: TextValue, node: ts.Node): Value {
  const isSegment = self.parts.every((part) => part.kind === 'hole' && part.wild !== true)
  if (isSegment) return opaque(nameOf(node))
  const made = opaque(nameOf(node), { wild: true })
  // Of a text that is known nothing may be left; that something is left of a hole is taken for granted.
  return exactText(self) === undefined && !mayBeEmpty(self.parts) ? made : union([literal(''), made])
}

function startsWith(self: TextValue, args: readonly Element[], node: ts.Node): Value {
  const wanted = args[0] && exactText(args[0].value)
  const [first] = self.parts
  if (wanted === undefined || first?.kind !== 'text') return opaque(nameOf(node))
  if (first.text.length >= wanted.length) return constant(first.text.startsWith(wanted))
  return wanted.startsWith(first.text) && exactText(self) === undefined ? opaque(nameOf(node)) : constant(false)
}

function endsWith(self: TextValue, args: readonly Element[], node: ts.Node): Value {
  const wanted = args[0] && exactText(args[0].value)
  const last = self.parts.at(-1)
  if (wanted === undefined || last?.kind !== 'text') return opaque(nameOf(node))
  if (last.text.length >= wanted.length) return constant(last.text.endsWith(wanted))
  return wanted.endsWith(last.text) && exactText(self) === undefined ? opaque(nameOf(node)) : constant(false)
}

// A hole may hold anything: only that the text is there is certain.
function includes(self: TextValue, args: readonly Element[], node: ts.Node): Value {
  const wanted = args[0] && exactText(args[0].value)
  if (wanted === undefined || args.length !== 1) return opaque(nameOf(node))
  if (normalise(self.parts).some((part) => part.kind === 'text' && part.text.includes(wanted))) return constant(true)
  return exactText(self) === undefined ? opaque(nameOf(node)) : constant(false)
}

function replaced(self: TextValue, name: string, args: readonly Element[], node: ts.CallExpression): Value {
  const [from, to] = args.map((arg) => exactText(arg.value))
  const pattern = to === undefined || to.includes('$') ? undefined : simplePattern(node.arguments[0])
  if (pattern && to !== undefined) return substituted(self, pattern, to) ?? derived(self, node)
  if (from === undefined || to === undefined || from === '') return derived(self, node)
  const change = (s: string): string => (name === 'replaceAll' ? s.replaceAll(from, () => to) : s.replace(from, () => to))
  const known = exactText(self)
  if (known !== undefined) return literal(change(known))
  const isOnce = name === 'replace' && self.parts.length > 1
  return isOnce ? derived(self, node) : textOf(mapParts(normalise(self.parts), (part) => (part.kind === 'text' ? [text(change(part.text))] : [part])))
}

/** A simple pattern replaced in text known in part: anchored at an end that is text, or in every piece. */
function substituted(self: TextValue, { alternatives, isGlobal }: SimplePattern, to: string): Value | undefined {
  const inside = alternatives.filter(({ atStart, atEnd }) => !atStart && !atEnd)
  const parts = normalise(self.parts)
  if (!isGlobal && inside.length > 0 && exactText(self) === undefined) return undefined
  // Which end an alternative leaves is not known of a choice at that end.
  if (alternatives.some(({ atStart, atEnd }) => (atStart && parts[0]?.kind === 'choice') || (atEnd && parts.at(-1)?.kind === 'choice'))) return undefined
  const replace = (s: string, regex: RegExp): string => (isGlobal ? s.replaceAll(regex, () => to) : replaceOnce(s, regex, to))
  const trimmed = parts.map((part, i): Part => {
    if (part.kind !== 'text') return part
    const fitting = alternatives.filter(({ atStart, atEnd }) => (atStart && i === 0) || (atEnd && i === parts.length - 1))
    return text(fitting.reduce((s, { regex }) => replace(s, regex), part.text), part.origins)
  })
  if (inside.length === 0) return textOf(normalise(trimmed))
  // What only makes one separator of several changes no identity.
  const label = (name: string): string => (inside.every(({ regex }) => regex.source.replace(/\\|\+$/g, '') === to) ? name : `${name}.replace()`)
  return textOf(relabelled(normalise(trimmed), (s) => inside.reduce((t, { regex }) => replace(t, regex), s), label))
}

const replaceOnce = (s: string, regex: RegExp, to: string): string => s.replace(new RegExp(regex.source, regex.flags.replace('g', '')), () => to)

/**
 * The pieces between the separators of the literal text; holes hold none, unless they are wild. From a wild hole on there
 * may be any number of pieces.
 */
function split(self: TextValue, args: readonly Element[], node: ts.Node): Value {
  const separator = args[0] && exactText(args[0].value)
  if (separator === undefined || separator === '') return opaque(nameOf(node), { wild: true })
  const pieces: Template[] = [[]]
  for (const part of normalise(self.parts)) {
    if (!holdsNo(separator, part)) return pieces.length === 1 ? opaque(nameOf(node), { wild: true }) : openEnded(pieces.slice(0, -1), node)
    const [first, ...others] = part.kind === 'text' ? part.text.split(separator).map((s): Part[] => (s === '' ? [] : [text(s)])) : [[part]]
    pieces[pieces.length - 1] = [...pieces.at(-1)!, ...first!]
    pieces.push(...others)
  }
  return arrayOf(pieces.map((parts) => ({ value: textOf(parts) })))
}

function openEnded(pieces: readonly Template[], node: ts.Node): Value {
  const rest: Element = { value: opaque(nameOf(node), { wild: true }), many: true }
  return arrayOf([...pieces.map((parts) => ({ value: textOf(parts) })), rest])
}

const holdsNo = (separator: string, part: Part): boolean =>
  part.kind === 'text' || (part.kind === 'hole' && part.wild !== true)
  || (part.kind === 'choice' && part.options.every((option) => option.every((each) => holdsNo(separator, each) && !(each.kind === 'text' && each.text.includes(separator)))))

const numberAt = (args: readonly Element[], index: number): number | undefined => {
  const value = args[index]?.value
  return value?.kind === 'const' && typeof value.value === 'number' ? value.value : undefined
}

function sliced(self: TextValue, name: string, args: readonly Element[], node: ts.Node): Value {
  const [from, to] = [numberAt(args, 0), numberAt(args, 1)]
  if (from === undefined || (args.length > 1 && to === undefined)) return derived(self, node)
  const cut = (s: string): string => (name === 'slice' ? s.slice(from, to) : s.substring(from, to))
  const known = exactText(self)
  if (known !== undefined) return literal(cut(known))
  const [head, ...rest] = self.parts
  if (head?.kind !== 'text' || from < 0 || head.text.length < Math.max(from, to ?? 0) || (to !== undefined && to < 0)) return derived(self, node)
  return to === undefined ? textOf([text(head.text.slice(from)), ...rest]) : literal(cut(head.text))
}

function padded(self: TextValue, name: 'padStart' | 'padEnd', args: readonly Element[], node: ts.Node): Value {
  const known = exactText(self)
  const width = numberAt(args, 0)
  const filler = args[1] ? exactText(args[1].value) : ' '
  return known === undefined || width === undefined || width > 256 || filler === undefined ? derived(self, node) : literal(known[name](width, filler))
}

function repeated(self: TextValue, args: readonly Element[], node: ts.Node): Value {
  const times = numberAt(args, 0)
  if (times === undefined || times < 0 || times > 16) return derived(self, node)
  return boundedText(Array.from({ length: times }, () => self.parts).flat())
}
