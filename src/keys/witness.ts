import { align } from './segments.js'
import { expand, holesOf, mapParts, text, type HolePart, type Part, type Template } from './template.js'

/** The value of a hole, by its name. */
export type Fill = (hole: HolePart) => string

/** The template with its holes filled and its first alternatives taken: a concrete key, or a pattern of one. */
export function filled(template: Template, fill: Fill): Template {
  const [first = template] = expand(template)
  return mapParts(first, (part): Template => {
    if (part.kind === 'hole') return [text(fill(part))]
    return part.kind === 'spread' ? [text(sample(part.name, 0))] : [part]
  })
}

/** A concrete key as people write it. */
export const keyOf = (template: Template): string => template.map(written).join('')

function written(part: Part): string {
  if (part.kind === 'text') return part.text
  if (part.kind === 'list') return `[${part.elements.map(writtenElement).join(', ')}]`
  return part.kind === 'glob' ? '*' : ''
}

// An array within an array is one; within a text it is quoted, and each quotation doubles what is quoted already.
const LONGEST = 2000

function writtenElement(element: Template): string {
  const [only] = element
  return element.length === 1 && only?.kind === 'list' ? written(only) : JSON.stringify(keyOf(element).slice(0, LONGEST))
}

/** Some value for a hole of this name; other numbers give other values, and none holds a separator. */
export function sample(name: string, number: number): string {
  const last = (/^[\w$.[\]]+$/.test(name) ? name.split('.').at(-1)! : name).replace(/[^A-Za-z\d]/g, '')
  if (/(?:id|uuid|count|page|number|version|limit|offset)$/i.test(last)) return String(7 + number)
  if (/^(?:is|has|can|should)[A-Z]|(?:exists|enabled|only)$/.test(last) || /Exists$/.test(last)) return number % 2 === 0 ? 'false' : 'true'
  if (/^(?:env|environment|stage)$/i.test(last)) return ['prod', 'test', 'dev'][number % 3]!
  if (/(?:locale|lang|language)$/i.test(last)) return ['en', 'de', 'fr'][number % 3]!
  if (/(?:user|name|email|author|owner|handle|slug)$/i.test(last)) return ['Ada', 'Bob', 'Cyd'][number % 3]!
  const word = last.length > 16 ? last.slice(0, 16) : last === '' ? 'value' : last
  return number === 0 ? word : `${word}${number + 1}`
}

/** The same value for each name: `{id}` is one thing wherever it stands. */
export const byName = (number = 0): Fill => {
  const values = new Map<string, string>()
  return ({ name }) => {
    const known = values.get(name)
    if (known !== undefined) return known
    const made = formed(name, number) ?? distinct(sample(name, number), new Set(values.values()))
    values.set(name, made)
    return made
  }
}

/** `email.toLowerCase()`: what is done to a value shows in it. */
function formed(name: string, number: number): string | undefined {
  const [, base, form] = /^(.+)\.to(?:Locale)?(Lower|Upper)Case\(\)$/.exec(name) ?? []
  if (base === undefined) return undefined
  const value = formed(base, number) ?? sample(base, number)
  return form === 'Lower' ? value.toLowerCase() : value.toUpperCase()
}

function distinct(value: string, taken: ReadonlySet<string>): string {
  if (!taken.has(value)) return value
  for (let i = 2; ; i++) if (!taken.has(`${value}${i}`)) return /^\d+$/.test(value) ? distinct(String(Number(value) + 1), taken) : `${value}${i}`
}

/** The same arguments for two templates: holes that stand in one place of both are one thing, whatever each calls it. */
export function byPlace(one: Template, other: Template): readonly [Fill, Fill] {
  const fill = byName()
  const twins = new Map<HolePart, HolePart>()
  const { left, right, pairs } = align(expand(one)[0] ?? one, expand(other)[0] ?? other)
  for (const pair of pairs) {
    if (pair.left === undefined || pair.right === undefined) continue
    const [mine, theirs] = [holesOf(left[pair.left]!.parts), holesOf(right[pair.right]!.parts)]
    mine.forEach((hole, i) => { if (theirs[i]) twins.set(theirs[i], hole) })
  }
  const named = new Map([...twins].map(([theirs, mine]) => [theirs.name, mine]))
  return [fill, (hole) => fill(named.get(hole.name) ?? hole)]
}
