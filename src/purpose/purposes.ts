import { ts } from 'ts-morph'
import { commandOf, deepest, type RawSite } from '../collect/raw-site.js'
import { print } from '../keys/print.js'
import { isTelling, slotOf } from '../keys/slot.js'
import { EMPTY, expand, holesOf, type Template } from '../keys/template.js'
import type { Purpose } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import { enclosingFunction } from '../resolve/frame.js'
import { within } from '../resolve/scope.js'
import { ttlOf } from '../trace/ttl.js'
import { missOf } from '../trace/fills.js'
import { signalsOf } from './commands.js'
import { inOneFunction, isConsumed, isDrained, isHeldAgainstOthers, isInCatch, isLetGoByOwner, isOnFailure, failsWithout, leavesWithout, isScheduled, isStoppedBy, waitsBetween } from './consumption.js'
import type { Signal } from './signal.js'
import { TIME, fixedValueOf, hasFixedValue, hasLifetime, hasRandomValue, hasRecord, heldValueOf, isMadeAtRandom, isStepped } from './values.js'

/** What is known of the program besides the uses of one key. */
interface Scene {
  readonly context: Context
  /** The calls of each wrapper, by the operation in it. */
  readonly callers: ReadonlyMap<RawSite, readonly RawSite[]>
  /** Calls of wrappers that tell no more of the key: where it is read and removed, by their slots. */
  readonly relays: ReadonlyMap<string, readonly RawSite[]>
}

/** A site at one of the keys that it is given. */
interface Use {
  readonly site: RawSite
  /** Which of them, from 0. */
  readonly index: number
  readonly key: Template
}

/**
 * What each key is for, by all that the program does with it: a key that is counted up somewhere is a counter where it is
 * read; one that is taken with NX and deleted by who took it is a lock; one whose value is a fixed word is a flag. Told by
 * commands, options, values, scripts and flow, never by the name of the key.
 */
export function purposesOf(context: Context, sites: readonly RawSite[], relays: readonly RawSite[]): (site: RawSite) => Purpose {
  const scene = { context, callers: callersOf(sites), relays: bySlot(relays.flatMap(usesOf)) }
  const groups = new Map<string, Use[]>()
  for (const use of sites.flatMap(usesOf)) {
    const known = groups.get(slotOfUse(use))
    if (known) known.push(use)
    else groups.set(slotOfUse(use), [use])
  }
  const related = relations([...groups.keys()])
  const told = new Map([...groups].map(([slot, uses]) => [slot, ofKey(scene, isMade(uses) ? uses : [...uses, ...ofWrappers(uses, groups), ...related(slot).flatMap((other) => groups.get(other)!)])] as const))
  const made = new Map([...told].filter(([slot]) => isMade(groups.get(slot)!)))
  for (const [slot, purpose] of told) if (purpose === 'data') told.set(slot, slot.endsWith('*') ? ofMost(slot, made) : related(slot).map((other) => made.get(other) ?? 'data').find((its) => its !== 'data') ?? 'data')
  const toldOf = (site: RawSite): Purpose | undefined => usesOf(site).map((use) => told.get(slotOfUse(use))!).find((purpose) => purpose !== 'data')
  // The code of a new id is what is taken by the id that was handed out.
  for (const [slot, purpose] of told) if (purpose === 'session' && related(slot).some((other) => told.get(other) === 'one-time')) told.set(slot, 'one-time')
  for (const [slot, purpose] of told) if (purpose === 'data') told.set(slot, ofReached(groups.get(slot)!, toldOf) ?? 'data')
  return (site) => toldOf(site) ?? (usesOf(site).length > 0 ? 'data' : ofKey(scene, [{ site, index: 0, key: site.templates[0] ?? EMPTY }]))
}

/** What the wrapper's own key is for, `lock:{name}`, is what each key is for that its calls make: `lock:daily`. */
function ofReached(uses: readonly Use[], toldOf: (site: RawSite) => Purpose | undefined): Purpose | undefined {
  const told = (site: RawSite | undefined): Purpose | undefined => site && (toldOf(site) ?? told(site.through))
  const found = new Set(uses.map(({ site }) => told(site.through)))
  return found.size === 1 ? [...found][0] : undefined
}

function bySlot(uses: readonly Use[]): ReadonlyMap<string, readonly RawSite[]> {
  const found = new Map<string, RawSite[]>()
  for (const use of uses) found.set(slotOfUse(use), [...(found.get(slotOfUse(use)) ?? []), use.site])
  return found
}

function callersOf(sites: readonly RawSite[]): Scene['callers'] {
  const found = new Map<RawSite, RawSite[]>()
  for (const site of sites) if (site.through) found.set(site.through, [...(found.get(site.through) ?? []), site])
  return found
}

/** The keys that a site touches, and what else its call does to them. */
const usesOf = (site: RawSite): readonly Use[] => [site, ...(site.beside ?? [])].flatMap(ownUses)

function ownUses(site: RawSite): readonly Use[] {
  if (site.kind === 'tag') return []
  return site.templates.flatMap((template, index) => expand(template).filter(isTelling).map((key) => ({ site, index, key })))
}

const slotOfUse = ({ site, key }: Use): string => slotOf(site.client.client.family, key)

/** Does any of them say what is put there? */
const isMade = (uses: readonly Use[]): boolean => uses.some((use) => signals(use).some((signal) => !TAKING.has(signal)))

const TAKING: ReadonlySet<Signal> = new Set(['releases', 'consumes', 'measures', 'lists'])

/** What the wrappers do with the key that these uses only release. */
const ofWrappers = (uses: readonly Use[], groups: ReadonlyMap<string, readonly Use[]>): readonly Use[] =>
  uses.filter((use) => shows(use, 'releases')).flatMap(({ site }) => (site.through ? usesOf(site.through).flatMap((use) => groups.get(slotOfUse(use)) ?? []) : []))

/** A pattern is for what most of the keys are for that it takes. */
function ofMost(slot: string, made: ReadonlyMap<string, Purpose>): Purpose {
  const taken = [...made].filter(([other]) => other.startsWith(slot.slice(0, -1))).map(([, purpose]) => purpose)
  const known = taken.filter((purpose) => purpose !== 'data')
  return known.length > 0 && known.length * 2 >= taken.length ? known[0]! : 'data'
}

/** The shapes that are one key with another, a text standing where the other has a hole. */
function relations(slots: readonly string[]): (slot: string) => readonly string[] {
  const segments = new Map(slots.map((slot) => [slot, segmentsOf(slot)] as const))
  const ends = (slot: string): string => { const own = segments.get(slot)!; return [own.length, own[0], own.at(-1)!.includes('{') ? VALUE : own.at(-1)].join(' ') }
  const near = new Map<string, string[]>()
  for (const slot of slots) near.set(ends(slot), [...(near.get(ends(slot)) ?? []), slot])
  return (slot) => near.get(ends(slot))!.filter((other) => other !== slot && isOneKey(segments.get(slot)!, segments.get(other)!))
}

/** Segment by segment the same, but for a text where the other has a hole: two texts at least are shared then. */
function isOneKey(own: readonly string[], its: readonly string[]): boolean {
  const shared = own.filter((segment, at) => segment === its[at] && segment !== VALUE)
  // `{id}-code` beside `{id}` is a value too.
  const differ = own.some((segment, at) => segment !== its[at] && !(segment.includes('{') && its[at]!.includes('{')))
  return own.length > 1 && (!differ || shared.length > 1) && own.every((segment, at) => segment === its[at] || segment === VALUE || its[at] === VALUE)
}

const VALUE = '{}'

/** The segments of a key; what says nothing but that there is a value is one of these. */
const segmentsOf = (slot: string): readonly string[] =>
  slot.split(/[:/]/).map((segment) => (/^(?:undefined|null|)$/.test(segment) || (segment.includes('{') && !/[a-z]/i.test(segment)) ? VALUE : segment))

/** Of several that a key may be, the first of these. */
function ofKey(scene: Scene, uses: readonly Use[]): Purpose {
  const group = uses.map(({ site }) => site)
  const shown = new Set<Signal>(uses.flatMap(signals))
  const stores = uses.filter((use) => shows(use, 'stores'))
  if (shown.has('claims') || shown.has('marks')) return ofClaimed(scene, uses, shown, stores.map(({ site }) => site))
  if (shown.has('adds')) return 'dedupe'
  if (shown.has('releases') && stores.length === 0) return 'lock'
  if (shown.has('counts') || (!shown.has('queues') && isWindow(group)) || stores.some(({ site }) => isStepped(site) && missOf(site, group))) return 'counter'
  if (stores.some((use) => missOf(use.site, group)) && isLetGoByOwner(group)) return 'lock'
  if (group.some(({ spec }) => spec.op === 'delete') && isHeldAgainstOthers(group)) return 'lock'
  const handled = [...group, ...relaysOf(scene, uses)]
  if (isQueue(group, shown) || isDrained(handled)) return 'queue'
  // How many there are is all that anybody asks.
  if (shown.has('gathers') && shown.has('measures') && !shown.has('lists')) return 'counter'
  if (group.every((site) => /^[sz]card$/.test(commandOf(site)))) return 'counter'
  const isFilled = stores.some((use) => isFill(use.site, group) && !isAnew(scene, use))
  if (shown.has('consumes') || (!isFilled && isConsumed(handled))) return 'one-time'
  return ofStored(scene, group, stores)
}

const relaysOf = (scene: Scene, uses: readonly Use[]): readonly RawSite[] => [...new Set(uses.map(slotOfUse))].flatMap((slot) => scene.relays.get(slot) ?? [])

/** Is it what a miss leads to? Not where the function is left on a miss. */
function isFill(site: RawSite, group: readonly RawSite[]): boolean {
  const miss = missOf(site, group)
  return miss !== undefined && !leavesWithout(miss)
}

const shows = (use: Use, ...wanted: readonly Signal[]): boolean => use.site.spec.op !== 'read' && signals(use).some((signal) => wanted.includes(signal))

const signals = ({ site, index }: Use): readonly Signal[] => signalsOf(site, index)

const isAnew = ({ context }: Scene, { site, key }: Use): boolean => isMadeAtRandom(context, site, print(key))

const LONG = 60 * 60 * 1000

/** What is taken only where nobody holds it: a lock where it is let go again, or a mark that it was done. */
function ofClaimed(scene: Scene, uses: readonly Use[], signals: ReadonlySet<Signal>, stores: readonly RawSite[]): Purpose {
  const group = uses.map(({ site }) => site)
  const claiming = uses.filter((use) => shows(use, 'claims', 'marks'))
  const claims = claiming.map(({ site }) => site)
  if (signals.has('consumes')) return 'one-time'
  if (signals.has('counts')) return 'counter'
  if (claiming.length > 0 && claiming.every((use) => isAnew(scene, use))) return 'session'
  const isLong = claims.some((site) => (ttlOf(scene.context, deepest(site))?.ms ?? 0) >= LONG)
  const holders = new Set(claims.flatMap((site) => heldValueOf(site) ?? []))
  // The same value, set again: who holds it holds it for longer.
  const isKept = stores.some((site) => fixedValueOf(site) === undefined && !holders.has(heldValueOf(site) ?? ''))
  const removals = group.filter((site) => site.spec.op === 'delete' && !site.spec.member).flatMap((site) => scene.callers.get(site) ?? [site])
  // Who failed lets it go, so that it may be tried again: it was claimed for good.
  if (isKept && removals.length > 0 && removals.every(isInCatch)) return 'dedupe'
  // The result is kept where it was marked as begun; a value that is merely made by who comes first is data.
  if (isKept) return claims.some((site) => hasFixedValue(site) && fixedValueOf(site) !== TIME) || signals.has('releases') || claims.some(hasRecord) ? 'dedupe' : 'data'
  if (signals.has('releases')) return 'lock'
  // Nobody works for so long under a lock: what is let go is one that failed.
  if (isLong || (removals.length > 0 && removals.every(isOnFailure))) return 'dedupe'
  if (removals.some((site) => !isInCatch(site) && claims.some((claim) => isBeside(site, claim)))) return 'lock'
  return signals.has('claims') && !claims.every(hasRecord) ? 'lock' : 'dedupe'
}

/** The delete of a lock stands in the function, the class or the file that takes it. */
function isBeside(removal: RawSite, claim: RawSite): boolean {
  const fn = enclosingFunction(removal.call.node)
  return inOneFunction(removal, claim) || removal.call.unit === claim.call.unit || (fn !== undefined && ts.isMethodDeclaration(fn) && within(claim.call.node, fn.parent))
}

/** A list is one where something is taken out, or nobody reads it here; what is read and kept, or cut to a length, is data. */
function isQueue(group: readonly RawSite[], signals: ReadonlySet<Signal>): boolean {
  if (isScheduled(group)) return true
  const does = (pattern: RegExp): boolean => group.some((site) => pattern.test(commandOf(site)))
  if (!signals.has('queues')) return group.every((site) => /^(?:llen|xlen)$/.test(commandOf(site)))
  if (does(/pop|move|^x(?:add|read|ack|len)/)) return true
  return !does(/^lrange$/) || group.some((site) => commandOf(site) === 'ltrim' && !cutsToLength(site))
}

/** `LTRIM key 0 99`: only the newest are kept. */
const cutsToLength = (site: RawSite): boolean => commandOf(site) === 'ltrim' && /,\s*0\s*,/.test(deepest(site).call.node.getText())

/** A window that slides: what is too old falls out, and what is left is counted. */
const isWindow = (group: readonly RawSite[]): boolean => [/^zadd$/, /^zremrangebyscore$/, /^z(?:card|count|rangebyscore)$/].every((command) => group.some((site) => command.test(commandOf(site))))

/** What is told by what is stored. */
function ofStored(scene: Scene, group: readonly RawSite[], made: readonly Use[]): Purpose {
  const stores = made.map(({ site }) => site)
  if (stores.length === 0 || stores.every((site) => isProbe(scene, site, group))) return 'data'
  if (stores.every(hasFixedValue)) {
    const words = stores.map(fixedValueOf)
    const misses = stores.map((site) => [site, missOf(site, group)] as const).filter(([, miss]) => miss)
    if (stores.some((site) => isAskedFirst(site, group))) return 'dedupe'
    if (misses.length === 0) return 'flag'
    // Who marks at once that it was done, or does nothing where it was, looked whether it was; who waits first caches an answer.
    return new Set(words).size === 1 && misses.every(([site, miss]) => waitsBetween(miss!, site) < 1 || isStoppedBy(miss!)) ? 'dedupe' : 'data'
  }
  if (stores.every(hasRandomValue)) return 'one-time'
  // A token, and nothing beside it.
  const isWanted = group.some((site) => site.spec.op === 'read' && failsWithout(site))
  const isTicket = (use: Use): boolean => isAnew(scene, use) && holesOf(use.key).length === 1 && (hasLifetime(use.site) || isWanted) && !isReadBack(use.site, group)
  // What a wrapper stores its callers name.
  const named = made.filter(({ site }) => !scene.callers.has(site))
  return named.some(isTicket) && named.every((use) => isTicket(use) || isRewritten(use.site, group)) ? 'session' : 'data'
}

/** Whether it is there is asked before it is marked, and what it says is never read. */
const isAskedFirst = (site: RawSite, group: readonly RawSite[]): boolean =>
  group.some((other) => /^(?:exists|has)/.test(commandOf(other)) && inOneFunction(other, site) && other.call.node.end < site.call.node.end)

/** What is stored takes the place of what was read before, here or in the wrapper. */
const isRewritten = (site: RawSite, group: readonly RawSite[]): boolean => missOf(site, group) !== undefined || (site.through !== undefined && isRewritten(site.through, group))

/** What is written is read in the same function, */
const isReadBack = (site: RawSite, group: readonly RawSite[], op: RawSite['spec']['op'] = 'read'): boolean =>
  group.some((other) => other.spec.op === op && inOneFunction(other, site) && other.call.node.end > site.call.node.end)

/** and removed again, or found by nobody else, as its key is made at random: to see whether the store answers. */
const isProbe = ({ context }: Scene, site: RawSite, group: readonly RawSite[]): boolean =>
  isReadBack(site, group) && (isReadBack(site, group, 'delete') || (site.templates.every((template) => isMadeAtRandom(context, site, print(template))) && group.every((other) => inOneFunction(other, site))))
