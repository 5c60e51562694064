import { ts } from 'ts-morph'
import { quoted } from './quoted.js'

/** The unit of a duration. */
export type Unit = 'ms' | 's' | 'min' | 'h' | 'd'

export const MS_OF: Readonly<Record<Unit, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

export const NAME_OF: Readonly<Record<Unit, string>> = { ms: 'milliseconds', s: 'seconds', min: 'minutes', h: 'hours', d: 'days' }

/** How lifetimes are called. */
export const LIFETIME_NAME = /ttl|max_?age|expir|lifetime|stale/i

const PLURALS: Readonly<Record<string, Unit>> = {
  ms: 'ms', msec: 'ms', msecs: 'ms', millis: 'ms', millisecond: 'ms', milliseconds: 'ms',
  sec: 's', secs: 's', seconds: 's', minutes: 'min', mins: 'min', hours: 'h', hrs: 'h', days: 'd',
}
const SINGULARS: Readonly<Record<string, Unit>> = { ...PLURALS, s: 's', second: 's', minute: 'min', hour: 'h', day: 'd' }
const NUMBERS: Readonly<Record<string, number>> = {
  one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twelve: 12, fifteen: 15, twenty: 20, thirty: 30, sixty: 60, ninety: 90,
}

/** `maxAgeSeconds`, `MAX_AGE_S` → max, age, seconds. */
export const wordsOf = (name: string): readonly string[] =>
  name.replace(/([a-z\d])([A-Z])/g, '$1_$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2').toLowerCase().split(/[^a-z\d]+/).filter(Boolean)

const numberOf = (word: string | undefined): number | undefined => (word === undefined ? undefined : /^\d+$/.test(word) ? Number(word) : NUMBERS[word])

/**
 * The unit that a name ends with: `ttlSeconds`, `timeoutMs`, `ONE_DAY_IN_SECONDS`, `MS_PER_DAY`. `FIVE_SECONDS` says how long,
 * and not in what: that is `lengthNamed`.
 */
export function unitNamed(name: string): Unit | undefined {
  const words = wordsOf(name)
  const [last, before] = [words.at(-1) ?? '', words.at(-2)]
  if (words.length > 2 && ['per', 'in'].includes(words[1]!) && PLURALS[words[0]!] && words[1] === 'per') return PLURALS[words[0]!]
  if (before === undefined) return words[0] === 'seconds' || words[0] === 'milliseconds' || words[0] === 'ms' ? PLURALS[words[0]] : undefined
  if (numberOf(before) !== undefined) return undefined
  // `S` alone is a unit only behind another: `TWO_SECONDS_S`.
  if (last === 's' && SINGULARS[before] && /^[A-Z\d_]+$/.test(name)) return 's'
  return PLURALS[last]
}

/** How long `TWO_SECONDS_S` or `FIVE_MINUTES` says that it is, in milliseconds, and in what unit the number is, if it says. */
export function lengthNamed(name: string): { readonly ms: number; readonly unit?: Unit } | undefined {
  const words = wordsOf(name)
  const at = words.findIndex((word, i) => numberOf(word) !== undefined && SINGULARS[words[i + 1] ?? ''] !== undefined && words[i + 1] !== 's')
  // `ATTEMPTS_IN_ONE_DAY` counts something else.
  if (at === -1 || (at > 0 && (numberOf(words[at - 1]) !== undefined || /^(?:in|per|last|past|max|min|within|every|of)$/.test(words[at - 1]!)))) return undefined
  const rest = words.slice(at + 2).filter((word) => word !== 'in')
  const unit = rest.length === 1 ? SINGULARS[rest[0]!] : undefined
  if (rest.length > 0 && !unit) return undefined
  return { ms: numberOf(words[at])! * MS_OF[SINGULARS[words[at + 1]!]!], ...(unit ? { unit } : {}) }
}

/** The unit that words of a comment tell, where they tell of one: `Time to live in seconds`. */
export function unitTold(text: string): Unit | undefined {
  const isMs = /\bmilli-?seconds?\b|\bmillis\b|\bms\b/i.test(text)
  const isS = /\bseconds?\b|\bsecs?\b/i.test(text.replace(/milli-?seconds?/gi, ''))
  return isMs === isS ? undefined : isMs ? 'ms' : 's'
}

const TYPES: Readonly<Record<string, Unit>> = { Milliseconds: 'ms', Millis: 'ms', Millisecond: 'ms', MilliSeconds: 'ms', Seconds: 's', Second: 's', Minutes: 'min' }

/** What a declaration of a number says of its unit: its type, its comment, its name. */
export function unitDeclared(node: ts.ParameterDeclaration | ts.PropertySignature | ts.PropertyDeclaration | ts.VariableDeclaration): { readonly unit: Unit; readonly because: string } | undefined {
  const { name } = node
  if (!ts.isIdentifier(name) && !ts.isPrivateIdentifier(name)) return undefined
  const typed = node.type && TYPES[node.type.getText().replace(/\s{0,40}\|\s{0,40}(?:undefined|null)$/, '')]
  if (typed) return { unit: typed, because: `${name.text} is declared in ${NAME_OF[typed]}` }
  const told = unitTold(commentOf(node, name.text))
  if (told) return { unit: told, because: `the comment of ${name.text} says ${NAME_OF[told]}` }
  const named = unitNamed(name.text)
  return named && { unit: named, because: `${name.text} is named in ${NAME_OF[named]}` }
}

const WRITTEN = /\b(?:in|as)\s+(milliseconds|millis|ms|seconds|secs)\b|^\W{0,10}(milliseconds|millis|ms|seconds|secs)\W{0,10}$/im

/** The unit that the comment beside a constant tells: `const ttl = 5 * 60 // 5 minutes, in seconds`. How long it is says nothing of that. */
export function unitWritten(declaration: ts.VariableDeclaration): Unit | undefined {
  const statement = declaration.parent.parent
  const { text } = statement.getSourceFile()
  const comments = [...ts.getLeadingCommentRanges(text, statement.pos) ?? [], ...ts.getTrailingCommentRanges(text, statement.end) ?? []]
  const [, behind, alone] = WRITTEN.exec(comments.map(({ pos, end }) => text.slice(pos, end)).join('\n')) ?? []
  return PLURALS[(behind ?? alone ?? '').toLowerCase()]
}

/** The comment of a parameter (`@param ttl …`) or of a member. */
function commentOf(node: ts.Node, name: string): string {
  const owner = ts.isParameter(node) ? node.parent : node
  const comments = commentsBefore(owner) + (ts.isParameter(node) && ts.isPropertySignature(owner.parent) ? commentsBefore(owner.parent) : '')
  if (!ts.isParameter(node)) return comments
  const tag = new RegExp(`@param\\s+(?:\\{[^}]*\\}\\s*)?\\[?${quoted(name)}\\b([^@]*)`).exec(comments)
  return tag?.[1] ?? commentsBefore(node)
}

/** The comments before a declaration; of a function in a constant, those of the constant. */
export function commentsBefore(node: ts.Node): string {
  const holder = ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent) ? node.parent.parent.parent : node
  const text = holder.getSourceFile().text
  return (ts.getLeadingCommentRanges(text, holder.pos) ?? []).map(({ pos, end }) => text.slice(pos, end)).join('\n')
}
