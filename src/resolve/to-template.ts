import { choice, hole, list, mapParts, mayBeEmpty, normalise, text, unresolved, type Part, type Template } from '../keys/template.js'
import { print } from '../keys/print.js'
import { isShort, type ArrayValue, type Element, type ObjectValue, type OpaqueValue, type Value } from './value.js'

// A value of this name may be a whole key or a path, separators and all; taking it so can only silence a finding.
const HOLDS_SEPARATORS = /(?:^|[._])(?:\w*key|prefix|suffix|namespace|pattern|url|uri|path|pathname|href|query|search|route)s?$/i

/** A value as the text of a key: what a template literal or `+` makes of it. */
export function toTemplate(value: Value): Template {
  switch (value.kind) {
    case 'text': return value.parts
    case 'const': return [{ kind: 'text', text: String(value.value) }]
    case 'opaque': return [holeOf(value)]
    case 'union': return boundedChoice(value.options.map(toTemplate), value.coalesced)
    case 'array': return joined(value.elements, ',')
    case 'external': return [hole(value.module === 'global' ? value.name : value.name.replace(/^default\.?/, '') || value.module)]
    case 'object': return [hole('object')]
    case 'function': return [hole('function')]
    case 'native': return [hole(value.name)]
    case 'class': return [hole(value.node.name?.text ?? 'class')]
    case 'instance': return [hole(value.cls.node.name?.text ?? 'instance')]
    case 'namespace':
    case 'client':
    case 'operation': return [hole(value.kind)]
  }
}

// Alternatives of alternatives double with each step: what is beyond any key that a person would write is given up.
function boundedChoice(options: readonly Template[], coalesced = false): Template {
  if (coalesced && options.every(isShort)) return normalise([{ kind: 'choice', options, coalesced }])
  return options.every(isShort) && isShort(options.flat()) ? choice(options) : [unresolved('the text has too many alternatives')]
}

export function holeOf(value: OpaqueValue): Part {
  if (value.reason !== undefined) return { ...unresolved(value.reason), ...(value.parameter ? { parameter: value.parameter } : {}) }
  const wild = value.wild === true || HOLDS_SEPARATORS.test(value.name)
  return hole(value.name, {
    ...(wild ? { wild } : {}), ...(value.parameter ? { parameter: value.parameter } : {}), ...(value.readFrom ? { epoch: print(value.readFrom) } : {}), ...(value.mixed ? { mixed: value.mixed } : {}),
  })
}

/**
 * Elements joined into one text. Any number of elements is a wild hole: it holds separators. An element that may be
 * missing takes its separator with it: `lead:{id}(|:{event})`.
 */
export function joined(elements: readonly Element[], separator: string): Template {
  const glue: Template = separator === '' ? [] : [{ kind: 'text', text: separator }]
  const bodies = elements.map((element) => bodyOf(element, separator))
  const anchor = elements.findIndex((element) => !element.maybe)
  if (anchor === -1) return joinedMaybes(bodies, glue)
  return bodies.flatMap((body, i) => {
    const isMaybe = elements[i]!.maybe === true
    if (i < anchor) return [optional([...body, ...glue])]
    if (i === anchor) return body
    return isMaybe ? [optional([...glue, ...body])] : [...glue, ...body]
  })
}

const optional = (body: Template): Part => ({ kind: 'choice', options: [[], body] })

// None of them need be there: whichever comes first has no separator before it.
function joinedMaybes(bodies: readonly Template[], glue: Template): Template {
  if (bodies.length === 0) return []
  const rows = bodies.map((body, first) => [...body, ...bodies.slice(first + 1).map((later) => optional([...glue, ...later]))])
  return [{ kind: 'choice', options: [[], ...rows] }]
}

function bodyOf(element: Element, separator: string): Template {
  const isAbsent = element.value.kind === 'const' && element.value.value == null
  if (!element.many) return isAbsent ? [] : toTemplate(element.value)
  // Of what is empty, one or none of it makes no text.
  const hole = manyHole(element.value, separator)
  return [isAbsent || mayBeEmpty(toTemplate(element.value)) ? optional([hole]) : hole]
}

function manyHole(value: Value, separator: string): Part {
  const name = value.kind === 'opaque' ? value.name : 'items'
  return hole(`${name}.join(${JSON.stringify(separator)})`, { wild: true })
}

/** Text whose literal pieces are changed and whose holes are named after the change: `{email.toLowerCase()}`. */
export function relabelled(parts: Template, change: (text: string) => string, label: (hole: string) => string): Template {
  return mapParts(parts, (part) => {
    if (part.kind === 'text') return [text(change(part.text), part.origins)]
    return part.kind === 'hole' && part.unresolved === undefined ? [{ ...part, name: hole(label(part.name)).name }] : [part]
  })
}

/** A value as a key: text, or an array key where the value is an array. */
export function toKey(value: Value): Template {
  if (value.kind === 'union') return choice(value.options.map(toKey))
  if (value.kind === 'array') return list(elementsOf(value))
  return normalise(toTemplate(value))
}

function elementsOf(value: ArrayValue): Template[] {
  return value.elements.map((element) => (element.many || element.maybe ? [spreadPart(element.value)] : elementKey(element.value)))
}

function spreadPart(value: Value): Part {
  if (value.kind !== 'opaque') return { kind: 'spread', name: 'items' }
  return { kind: 'spread', name: value.name, ...(value.parameter ? { parameter: value.parameter } : {}) }
}

function elementKey(value: Value): Template {
  if (value.kind === 'array') return toKey(value)
  if (value.kind === 'object') return [objectHole(value)]
  return normalise(toTemplate(value))
}

// An object in an array key is hashed by its content as JSON: one hole that names its fields, without those that are undefined.
function objectHole({ props }: ObjectValue): Part {
  const names = [...props].filter(([, valueOf]) => !isUndefined(valueOf())).map(([name]) => name)
  return hole(`{ ${listed(names)} }`, { wild: true })
}

const MOST_LISTED = 52

/** As many of the names as a hole has room for. */
function listed(names: readonly string[]): string {
  const text = names.join(', ')
  if (text.length <= MOST_LISTED) return text
  return `${text.slice(0, text.lastIndexOf(',', MOST_LISTED - 1) + 1)} …`.trimStart()
}

const isUndefined = (value: Value): boolean => value.kind === 'const' && value.value === undefined
