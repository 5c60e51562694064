import { ts } from 'ts-morph'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import { calledName } from '../collect/calls.js'
import { print, shapeOf } from '../keys/print.js'
import { expand, fixedText } from '../keys/template.js'
import type { Purpose } from '../model/types.js'
import { enclosingFunction } from '../resolve/frame.js'
import { declarationOf, within } from '../resolve/scope.js'
import { exactText, memberNames, type Element } from '../resolve/value.js'
import { missOf } from './fills.js'

const COUNTERS = /^(?:h?incr\w*|decr\w*|zincrby|pfadd|pfcount)$/i
const QUEUES = /^(?:[lr]push\w*|[lr]pop|b[lr]pop|rpoplpush|lmove|xadd|xread\w*|xlen|xack|zpopmin|zpopmax|bzpop\w*)$/i

/** What the key of a site is for, told by the command, its options and the value: never by the key's name. */
export function purposeOf(site: RawSite): Purpose {
  const method = commandOf(site)
  if (/^eval(?:sha)?$/i.test(method)) return ofScript(site)
  if (COUNTERS.test(method)) return 'counter'
  if (QUEUES.test(method)) return 'queue'
  if (/^getdel$/i.test(method)) return 'one-time'
  if (isConditional(site.args) || /^setnx$/i.test(method)) return isToken(site.args[1]) ? 'dedupe' : 'lock'
  return 'data'
}

/** What the script of an EVAL does: it counts against a limit, or takes what nobody holds. */
function ofScript(site: RawSite): Purpose {
  const script = deepest(site).args[0]?.value
  const text = script && exactText(script) || scriptText(site)
  if (/\b(?:INCR|INCRBY|ZCARD|SCARD|DECR)\b/i.test(text)) return 'counter'
  return /\bNX\b/.test(text) ? 'lock' : 'data'
}

/** The text of the script, or of the constant that holds it. */
function scriptText(site: RawSite): string {
  const [script] = argumentsOf(deepest(site))
  const declaration = script && ts.isIdentifier(script) ? declarationOf(script) : undefined
  return (declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : script)?.getText() ?? ''
}

const commandOf = (site: RawSite): string => (site.through ? commandOf(site.through) : calledName(site.call.node) ?? '')

// SET … NX: taken only where nobody holds it.
function isConditional(args: readonly Element[]): boolean {
  return args.slice(2).some((arg) => exactText(arg.value)?.toUpperCase() === 'NX' || memberNames(arg.value).some((name) => name.toUpperCase() === 'NX'))
}

const isToken = (value: Element | undefined): boolean => value !== undefined && exactText(value.value) !== undefined

/** Of several sites of one key the first of these that any of them tells. */
const RANK: readonly Purpose[] = ['lock', 'counter', 'queue', 'one-time', 'dedupe', 'session', 'flag']

/**
 * What each key is for, by all that the program does with it: a key that is counted up somewhere is a counter where it is
 * read; one that is taken with NX and deleted in the same function is a lock; one whose value is a fixed word is a flag.
 */
export function purposesOf(sites: readonly RawSite[]): (site: RawSite) => Purpose {
  const groups = new Map<string, RawSite[]>()
  for (const site of sites) for (const slot of slotsOf(site)) groups.set(slot, [...(groups.get(slot) ?? []), site])
  const told = new Map([...groups].map(([slot, group]) => [slot, ofGroup(group)] as const))
  // A pattern is for what the keys are for that it takes.
  for (const [slot, purpose] of told) if (purpose === 'data' && slot.endsWith('*')) told.set(slot, [...told].find(([other, its]) => its !== 'data' && other !== slot && other.startsWith(slot.slice(0, -1)))?.[1] ?? 'data')
  return (site) => slotsOf(site).map((slot) => told.get(slot)!).find((purpose) => purpose !== 'data') ?? purposeOf(site)
}

const slotsOf = (site: RawSite): readonly string[] => (site.kind === 'tag' ? [] : site.templates.flatMap(expand).map((template) => `${site.client.client.family} ${/[a-z]/i.test(fixedText(template)) ? shapeOf(template) : ''}`)).filter((slot) => !slot.endsWith(' '))

function ofGroup(group: readonly RawSite[]): Purpose {
  const own = new Set<Purpose>(group.map(purposeOf))
  const releases = group.filter((site) => site.spec.op === 'delete' && !site.spec.member)
  if (own.has('dedupe') && releases.some((site) => isTakenBeside(site, group) && !isInCatch(site))) own.add('lock')
  // What is let go only where something failed is a mark that is taken back.
  if (own.has('lock') && releases.length > 0 && releases.every(isInCatch)) return 'dedupe'
  if (isConsumed(group) && !group.some((site) => site.spec.op === 'write' && missOf(site, group))) own.add('one-time')
  const writes = group.filter((site) => site.spec.op === 'write' && !/^p?expire(?:at)?$/i.test(commandOf(site)))
  if (writes.length > 0 && writes.every((site) => hasFixedValue(site)) && !writes.some((site) => missOf(site, group))) own.add('flag')
  if (writes.length > 0 && writes.every(hasRandomValue)) own.add('one-time')
  if (writes.length > 0 && writes.every((site) => isMadeAtRandom(site) && (site.spec.ttl ?? []).length > 0 && hasLifetime(site) && !isReadBack(site, group))) own.add('session')
  return RANK.find((purpose) => own.has(purpose)) ?? 'data'
}

const isInCatch = ({ call, through }: RawSite): boolean => {
  if (through && isInCatch(through)) return true
  for (let at: ts.Node = call.node; at.parent; at = at.parent) if (ts.isCatchClause(at)) return true
  return false
}

/** A probe: what is written is read in the same function. */
const isReadBack = (site: RawSite, group: readonly RawSite[]): boolean =>
  group.some((other) => other.spec.op === 'read' && enclosingFunction(other.call.node) === enclosingFunction(site.call.node))

/** The delete of a lock stands in the function, or the class, that takes it. */
const isTakenBeside = (site: RawSite, group: readonly RawSite[]): boolean => {
  const fn = enclosingFunction(site.call.node)
  return fn !== undefined && group.some((other) => purposeOf(other) === 'dedupe' && (enclosingFunction(other.call.node) === fn || (ts.isMethodDeclaration(fn) && within(other.call.node, fn.parent))))
}

/** It is read, and then deleted, in one function, and nothing is put in its place: a code, a token, a state of OAuth. */
function isConsumed(group: readonly RawSite[]): boolean {
  const writes = group.filter((site) => site.spec.op === 'write')
  return writes.length > 0 && group.some((site) => site.spec.op === 'delete' && !site.spec.member && group.some((read) => {
    const fn = enclosingFunction(read.call.node)
    return read.spec.op === 'read' && /^(?:get|hget|getitem)$/i.test(commandOf(read)) && fn !== undefined && workBetween(read, site) < 2 && read.call.unit === site.call.unit && enclosingFunction(site.call.node) === fn
      && read.call.node.pos < site.call.node.pos && !writes.some((write) => write.call.unit === read.call.unit && enclosingFunction(write.call.node) === fn)
  }))
}

/** How much is waited for between the read and the delete: who consumes a code does it at once. */
const workBetween = (read: RawSite, removal: RawSite): number => {
  const text = read.call.unit.ast.text.slice(read.call.node.end, removal.call.node.getStart())
  return [...text.matchAll(/\bawait\b/g)].length - 1
}

/** `'1'`, `true`, the time: what is stored says nothing but that it is there. */
function hasFixedValue(site: RawSite): boolean {
  const inner = deepest(site)
  const at = inner.spec.value
  const value = at === undefined ? undefined : site.args[at]?.value
  const node = at === undefined || site.through ? undefined : argumentsOf(inner)[at]
  if (value && (/^(?:[01]|true|false|ok|yes|no|locked|used|seen|done|sent)$/i.test(exactText(value) ?? '') || (value.kind === 'const' && [0, 1, true, false].includes(value.value as number)))) return true
  return node !== undefined && /^(?:String\()?(?:Date\.now\(\)|new Date\(\)(?:\.\w+\(\))?)(?:\.toString\(\))?\)?$/.test(node.getText())
}

/** A nonce, or a code: what is stored was made at random. */
function hasRandomValue(site: RawSite): boolean {
  const at = site.spec.value
  const node = at === undefined || site.through ? undefined : argumentsOf(site)[at]
  const declaration = node && ts.isIdentifier(node) ? declarationOf(node) : undefined
  const made = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : node
  return made !== undefined && (ts.isCallExpression(made) || ts.isTemplateExpression(made)) && RANDOM.test(made.getText()) && !isConditional(site.args)
}

const hasLifetime = (site: RawSite): boolean => site.args.length > deepestValue(site) + 1

const deepestValue = (site: RawSite): number => deepest(site).spec.value ?? 1

/** `create({ id: teamId })` beside `team:${teamId}`: the id of a row that is new. */
const namesRow = (key: ts.Node): boolean =>
  [...key.getText().matchAll(/\$\{(\w+)\}/g)].some(([, name]) => new RegExp(`\\bid:\\s*${name}\\b`).test(key.getSourceFile().text))

const deepest = (site: RawSite): RawSite => (site.through ? deepest(site.through) : site)

const RANDOM = /(?<![.\w])(?:crypto\.)?(?:randomUUID|randomBytes|nanoid|uuidv4|uuid|ulid|cuid|createId|getRandomChars|generateToken|randomString)\(/

/** A key that is made anew at each write: a session, or a ticket to something. */
function isMadeAtRandom(site: RawSite): boolean {
  const [key] = ts.isCallExpression(site.call.node) ? argumentsOf(site) : []
  // A record of many fields is data under an id that is new.
  if (/^h/i.test(commandOf(site))) return false
  return key !== undefined && (RANDOM.test(site.templates.map(print).join()) || RANDOM.test(key.getText())) && !namesRow(key)
}
