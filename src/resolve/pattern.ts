import { GLOB, mapParts, text, type Part, type Template } from '../keys/template.js'

/** A pattern of SCAN or KEYS: its `*` stand for any text. */
export function asPattern(template: Template): Template {
  return mapParts(template, (part) => (part.kind === 'text' ? globbed(part.text) : [part]))
}

function globbed(source: string): Part[] {
  return source.split(/(\*+)/).filter(Boolean).map((piece) => (piece.startsWith('*') ? GLOB : text(piece)))
}
