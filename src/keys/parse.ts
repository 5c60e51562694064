import { hole, GLOB, normalise, text, unresolved, type Part, type Template } from './template.js'

/** A text that is not in keyproof's notation. */
export class NotationError extends Error {
  constructor(readonly source: string, readonly at: number, expected: string) {
    super(`key template ${JSON.stringify(source)}: ${expected} at character ${at + 1}`)
    this.name = 'NotationError'
  }
}

/** A character that shows nothing: `\u{1b}`. */
const WRITTEN_OUT = /^\\u\{([\da-f]{1,4})\}/

interface Cursor {
  readonly source: string
  at: number
}

/** Reads a template in keyproof's notation. @throws NotationError where a bracket is missing. */
export function parse(source: string): Template {
  const cursor: Cursor = { source, at: 0 }
  const template = sequence(cursor, '')
  if (cursor.at < source.length) throw new NotationError(source, cursor.at, `unexpected ${source[cursor.at]}`)
  return normalise(template)
}

function sequence(cursor: Cursor, stops: string): Part[] {
  const parts: Part[] = []
  while (cursor.at < cursor.source.length && !stops.includes(cursor.source[cursor.at]!)) parts.push(part(cursor, stops))
  return parts
}

function part(cursor: Cursor, stops: string): Part {
  switch (cursor.source[cursor.at]) {
    case '{': return holeAt(cursor)
    case '(': return { kind: 'choice', options: group(cursor, ')', '|') }
    case '[': return { kind: 'list', elements: group(cursor, ']', ',') }
    case '*': cursor.at++; return GLOB
    default: return textAt(cursor, stops)
  }
}

function textAt(cursor: Cursor, stops: string): Part {
  let value = ''
  while (cursor.at < cursor.source.length) {
    const char = cursor.source[cursor.at]!
    const code = char === '\\' ? WRITTEN_OUT.exec(cursor.source.slice(cursor.at, cursor.at + 10)) : null
    if (code) {
      value += String.fromCharCode(Number.parseInt(code[1]!, 16))
      cursor.at += code[0].length - 1
    } else if (char === '\\' && cursor.at + 1 < cursor.source.length) value += cursor.source[++cursor.at]
    else if ('{(*['.includes(char) || stops.includes(char)) break
    else value += char
    cursor.at++
  }
  return text(value)
}

function holeAt(cursor: Cursor): Part {
  const start = cursor.at
  let depth = 0
  do {
    const char = cursor.source[cursor.at++]
    if (char === undefined) throw new NotationError(cursor.source, start, 'no } for the { ')
    if (char === '{') depth++
    if (char === '}') depth--
  } while (depth > 0)
  const name = cursor.source.slice(start + 1, cursor.at - 1)
  if (name === '?') return unresolved('unknown')
  return name.startsWith('...') ? { kind: 'spread', name: name.slice(3) } : hole(name)
}

function group(cursor: Cursor, close: ')' | ']', separator: '|' | ','): Template[] {
  const start = cursor.at++
  const members: Template[] = []
  if (close === ']' && cursor.source[cursor.at] === ']') { cursor.at++; return members }
  for (;;) {
    members.push(sequence(cursor, close + separator))
    const char = cursor.source[cursor.at++]
    if (char === undefined) throw new NotationError(cursor.source, start, `no ${close} for the bracket`)
    if (char === close) return members
    if (separator === ',' && cursor.source[cursor.at] === ' ') cursor.at++
  }
}
