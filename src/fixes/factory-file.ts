import { print, shapeOf } from '../keys/print.js'
import { fixedText, holesOf, type HolePart, type Template } from '../keys/template.js'
import type { Model, Site } from '../model/types.js'

/** One key of a factory: where it stands in it, and what builds it. */
interface Entry {
  readonly group: string
  readonly name: string
  readonly template: Template
  readonly places: readonly string[]
}

/**
 * The text of a key factory (TypeScript) for the keys that are spelled by hand: one function a template, grouped by their
 * first word; nothing where there are none. `name` is what the factory is called.
 */
export function factoryFile(model: Model, name: string): string | undefined {
  const entries = entriesOf(model.sites.filter(isSpelled))
  if (entries.length === 0) return undefined
  const groups = [...new Set(entries.map(({ group }) => group))]
  const blocks = groups.map((group) => `  ${group}: {\n${entries.filter((entry) => entry.group === group).map(lineOf).join('\n')}\n  },`)
  return `/** The keys of the caches: their single source of truth. */\nexport const ${name} = {\n${blocks.join('\n')}\n}\n`
}

/** A key with words of its own, all of it known, and no factory behind it. */
function isSpelled({ built, key, echo, passThrough }: Site): boolean {
  const [template] = key.templates
  return built !== undefined && !built.factory && echo !== true && !passThrough && key.kind === 'key' && key.templates.length === 1 && /[a-z]{2}/i.test(fixedText(template!)) && isPlain(template!)
}

const isPlain = (template: Template): boolean =>
  template.every((part) => (part.kind === 'list' ? part.elements.every((element) => element.length === 1 && isPlain(element)) : part.kind === 'text' || (part.kind === 'hole' && part.unresolved === undefined)))

function entriesOf(sites: readonly Site[]): readonly Entry[] {
  const byShape = new Map<string, Site[]>()
  for (const site of sites) byShape.set(shapeOf(site.key.templates[0]!), [...(byShape.get(shapeOf(site.key.templates[0]!)) ?? []), site])
  const taken = new Set<string>()
  return [...byShape].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => {
    const template = group[0]!.key.templates[0]!
    const [first, ...rest] = wordsOf(template)
    const named = rest.length > 0 ? camel(rest) : holesOf(template).length > 0 ? camel(['by', ...parametersOf(template)]) : 'all'
    const name = free(`${first!}.${named}`, taken)
    return { group: first!, name: name.split('.')[1]!, template, places: [...new Set(group.map(({ location }) => `${location.path}:${location.startLine}`))] }
  })
}

/** A name that nothing else has: numbered from 2 on. */
function free(name: string, taken: Set<string>): string {
  const found = [name, ...Array.from({ length: taken.size }, (_, i) => `${name}${i + 2}`)].find((candidate) => !taken.has(candidate))!
  taken.add(found)
  return found
}

const wordsOf = (template: Template): readonly string[] => {
  const words = textsOf(template).flatMap((text) => text.split(/[^A-Za-z0-9]+/)).filter((word) => /[A-Za-z]/.test(word))
  return words.map((word, i) => (i === 0 ? identifier(word) : word))
}

const textsOf = (template: Template): readonly string[] =>
  template.flatMap((part) => (part.kind === 'text' ? [part.text] : part.kind === 'list' ? part.elements.flatMap(textsOf) : []))

const identifier = (word: string): string => (/^\d/.test(word) ? `_${word}` : word.charAt(0).toLowerCase() + word.slice(1))

const camel = (words: readonly string[]): string => identifier(words.map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join(''))

/** A parameter for each hole, named after the end of what fills it. */
function parametersOf(template: Template): readonly string[] {
  const taken = new Set<string>()
  return holesOf(template).map((hole) => free(parameterName(hole), taken))
}

const RESERVED = new Set(['default', 'new', 'class', 'delete', 'in', 'function', 'return', 'this', 'null', 'true', 'false', 'typeof', 'void', 'with', 'enum', 'export', 'import', 'package', 'public', 'private', 'static'])

/** `user.id` is `userId`; what is no path of names is a `value`. */
function parameterName({ name }: HolePart): string {
  if (!/^[A-Za-z_$][\w$]*(?:\.[\w$]+)*$/.test(name)) return 'value'
  const path = name.split('.').filter((part) => part !== 'this' && /^[A-Za-z]/.test(part))
  const last = path.at(-1) ?? 'value'
  const made = path.length > 1 && /^(?:id|key|name|slug)$/i.test(last) ? camel(path.slice(-2)) : last
  return RESERVED.has(made) ? `${made}Of` : made
}

function lineOf({ name, template, places }: Entry): string {
  const parameters = parametersOf(template)
  const type = template[0]?.kind === 'list' ? 'unknown' : 'string | number'
  const value = valueOf(template, [...parameters])
  const body = parameters.length === 0 ? value : `(${parameters.map((parameter) => `${parameter}: ${type}`).join(', ')}) => ${value}`
  return `    /** \`${print(template)}\`: ${places.slice(0, MOST).join(', ')}${places.length > MOST ? `, and ${places.length - MOST} more` : ''}. */\n    ${name}: ${body},`
}

const MOST = 3

/** The expression that builds a key; takes the names of its holes from `names`, one after the other. */
function valueOf(template: Template, names: string[]): string {
  const [only] = template
  if (template.length === 1 && only?.kind === 'list') return `[${only.elements.map((element) => valueOf(element, names)).join(', ')}] as const`
  if (template.length === 1 && only?.kind === 'hole') return names.shift()!
  const hasHoles = template.some(({ kind }) => kind === 'hole')
  const text = template.map((part) => (part.kind === 'text' ? escaped(part.text, hasHoles) : `\${${names.shift()!}}`)).join('')
  return hasHoles ? `\`${text}\`` : `'${text}'`
}

const escaped = (text: string, isTemplate: boolean): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(isTemplate ? /`|\$\{/g : /'/g, (found) => `\\${found}`)
