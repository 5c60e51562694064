import { memoised } from './memoised.js'
import { visible } from './visible.js'
import type { Part, Template } from './template.js'

/** Writes a template in keyproof's notation. `parse` reads it back. */
export const print: (template: Template) => string = memoised((template) => template.map((part) => printPart(part, '')).join(''))

/** The template with its holes unnamed: two keys of one shape differ in nothing but what fills the holes. */
export const shapeOf: (template: Template) => string = memoised((template) => template.map((part) => printShape(part)).join(''))

function printPart(part: Part, also: string): string {
  switch (part.kind) {
    case 'text': return escape(part.text, also)
    case 'hole': return part.unresolved === undefined ? `{${visible(part.name)}}` : '{?}'
    case 'glob': return '*'
    case 'spread': return `{...${visible(part.name)}}`
    case 'choice': return `(${part.options.map((option) => option.map((p) => printPart(p, also)).join('')).join('|')})`
    case 'list': return `[${part.elements.map((element) => element.map((p) => printPart(p, ',')).join('')).join(', ')}]`
  }
}

function printShape(part: Part): string {
  switch (part.kind) {
    case 'hole': return '{}'
    case 'spread': return '{...}'
    case 'choice': return `(${part.options.map(shapeOf).sort().join('|')})`
    case 'list': return `[${part.elements.map(shapeOf).join(', ')}]`
    default: return printPart(part, '')
  }
}

// A key may hold the characters of the notation: Redis Cluster hash tags are literal braces.
function escape(value: string, also: string): string {
  const special = also === '' ? /[\\{}()*|[\]]/g : /[\\{}()*|[\],]/g
  return visible(value.replace(special, '\\$&'))
}
