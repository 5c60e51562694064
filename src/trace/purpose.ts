import { ts } from 'ts-morph'
import { argumentsOf, type RawSite } from '../collect/raw-site.js'
import { calledName } from '../collect/calls.js'
import { print } from '../keys/print.js'
import type { Purpose } from '../model/types.js'
import { enclosingFunction } from '../resolve/frame.js'
import { exactText, memberNames, type Element } from '../resolve/value.js'
import { missOf } from './fills.js'

const COUNTERS = /^(?:h?incr\w*|decr\w*|zincrby|pfadd|pfcount)$/i
const QUEUES = /^(?:[lr]push\w*|[lr]pop|b[lr]pop|rpoplpush|lmove|xadd|xread\w*|xlen|xack|zpopmin|zpopmax|bzpop\w*)$/i

/** What the key of a site is for, told by the command, its options and the value: never by the key's name. */
export function purposeOf(site: RawSite): Purpose {
  const method = commandOf(site)
  if (COUNTERS.test(method)) return 'counter'
  if (QUEUES.test(method)) return 'queue'
  if (/^getdel$/i.test(method)) return 'one-time'
  if (isConditional(site.args) || /^setnx$/i.test(method)) return isToken(site.args[1]) ? 'dedupe' : 'lock'
  return 'data'
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
  return (site) => slotsOf(site).map((slot) => told.get(slot)!).find((purpose) => purpose !== 'data') ?? purposeOf(site)
}

const slotsOf = (site: RawSite): readonly string[] => (site.kind === 'tag' ? [] : site.templates.map((template) => `${site.client.client.family} ${print(template)}`))

function ofGroup(group: readonly RawSite[]): Purpose {
  const own = new Set<Purpose>(group.map(purposeOf))
  if (own.has('dedupe') && group.some((site) => site.spec.op === 'delete' && isTakenBeside(site, group))) own.add('lock')
  if (isConsumed(group) && !group.some((site) => site.spec.op === 'write' && missOf(site, group))) own.add('one-time')
  const writes = group.filter((site) => site.spec.op === 'write')
  if (writes.length > 0 && writes.every((site) => hasFixedValue(site)) && !writes.some((site) => missOf(site, group))) own.add('flag')
  if (writes.length > 0 && writes.every(isMadeAtRandom)) own.add('session')
  return RANK.find((purpose) => own.has(purpose)) ?? 'data'
}

/** The delete of a lock stands in the function that takes it. */
const isTakenBeside = (site: RawSite, group: readonly RawSite[]): boolean => {
  const fn = enclosingFunction(site.call.node)
  return fn !== undefined && group.some((other) => purposeOf(other) === 'dedupe' && enclosingFunction(other.call.node) === fn)
}

/** It is read, and then deleted, in one function, and nothing is put in its place: a code, a token, a state of OAuth. */
function isConsumed(group: readonly RawSite[]): boolean {
  const writes = group.filter((site) => site.spec.op === 'write')
  return writes.length > 0 && group.some((site) => site.spec.op === 'delete' && !site.spec.member && group.some((read) => {
    const fn = enclosingFunction(read.call.node)
    return read.spec.op === 'read' && fn !== undefined && read.call.unit === site.call.unit && enclosingFunction(site.call.node) === fn
      && read.call.node.pos < site.call.node.pos && !writes.some((write) => write.call.unit === read.call.unit && enclosingFunction(write.call.node) === fn)
  }))
}

/** `'1'`, `true`, the time: what is stored says nothing but that it is there. */
function hasFixedValue(site: RawSite): boolean {
  if (/^p?expire(?:at)?$/i.test(commandOf(site))) return true
  const inner = deepest(site)
  const at = inner.spec.value
  const value = at === undefined ? undefined : site.args[at]?.value
  const node = at === undefined || site.through ? undefined : argumentsOf(inner)[at]
  if (value && (/^(?:[01]|true|false|ok|yes|no|locked|used|seen|done|sent)$/i.test(exactText(value) ?? '') || (value.kind === 'const' && [0, 1, true, false].includes(value.value as number)))) return true
  return node !== undefined && /^(?:String\()?(?:Date\.now\(\)|new Date\(\)(?:\.\w+\(\))?)(?:\.toString\(\))?\)?$/.test(node.getText())
}

const deepest = (site: RawSite): RawSite => (site.through ? deepest(site.through) : site)

const RANDOM = /\b(?:randomUUID|randomBytes|nanoid|uuidv4|uuid|ulid|cuid|createId|generateId|getRandomChars|generateToken|randomString)\b/

/** A key that is made anew at each write: a session, or a ticket to something. */
function isMadeAtRandom(site: RawSite): boolean {
  const [key] = ts.isCallExpression(site.call.node) ? argumentsOf(site) : []
  return key !== undefined && (RANDOM.test(site.templates.map(print).join()) || RANDOM.test(key.getText()))
}
