import { overlaps, reaches } from '../keys/match.js'
import { expand, type HolePart, type Template } from '../keys/template.js'
import { byName, byPlace, filled, keyOf, sample, type Fill } from '../keys/witness.js'
import type { Scenario } from '../model/scenario.js'
import { KeyError } from '../runtime/index.js'
import { ReplayStore, type Step } from './replay-store.js'

/** What was seen when a finding's claim was done on the reference runtime. */
export interface Replay {
  readonly steps: readonly Step[]
  /** What went wrong; `refuted` where nothing did. */
  readonly verdict: 'stale read' | 'never read' | 'leak' | 'wrong value' | 'wrong lifetime' | 'stampede' | 'refuted'
}

/**
 * Does what the scenario tells on the in-memory runtime, under the store's own match rule, with one set of arguments.
 * Nothing where a key comes out that no store takes, such as an empty one.
 */
export async function replay(scenario: Scenario): Promise<Replay | undefined> {
  const store = new ReplayStore()
  try {
    return await PLAYS[scenario.kind](scenario as never, store)
  } catch (error) {
    if (error instanceof KeyError) return undefined
    throw error
  } finally {
    await store.close()
  }
}

const YEAR_MS = 31_536_000_000

type Play<K extends Scenario['kind']> = (scenario: Extract<Scenario, { kind: K }>, store: ReplayStore) => Promise<Replay>

const PLAYS: { readonly [K in Scenario['kind']]: Play<K> } = {
  async stale({ written, deleted, match, pairs }, store) {
    const named = byName()
    const [mine, theirs] = pairs === 'places' ? byPlace(written, deleted) : [named, named]
    const entry = filled(written, mine)
    await store.set(keyOf(entry), 'old')
    // Whichever of its alternatives the delete makes, it has to miss.
    for (const target of expand(deleted).map((each) => filled(each, theirs))) {
      await store.delete(keyOf(target), (key) => (key === keyOf(entry) && match !== 'exact' && match !== 'tag' ? reaches(match, target, entry) : key === keyOf(target)))
    }
    return seen(store, await store.get(keyOf(entry)) === 'old', 'stale read')
  },
  async miss({ written, read }, store) {
    const [mine, theirs] = byPlace(written, read)
    await store.set(keyOf(filled(written, mine)), 'value')
    return seen(store, await store.get(keyOf(filled(read, theirs))) === undefined, 'never read')
  },
  async leak({ key, missing, who }, store) {
    const [one, other] = [0, 1].map((number) => filled(key, forOne(missing, number)))
    const name = (number: number): string => (who === 'users' ? ['Ada', 'Bob'][number]! : `${missing[0]} = ${sample(missing[0]!, number)}`)
    const value = `data for ${name(0)}`
    await store.set(keyOf(one!), value, name(0))
    return seen(store, await store.get(keyOf(other!), name(1)) === value, 'leak')
  },
  async flattened({ key, part, word }, store) {
    const fill = byName()
    const entry = keyOf(filled(key, (hole) => (hole.name === part ? word : fill(hole))))
    await store.set(entry, 'made for one', 'one')
    return seen(store, entry !== keyOf(filled(key, fill)) && await store.get(entry, 'another') === 'made for one', 'leak')
  },
  async changing({ key, part }, store) {
    const [now, later] = [byName(), byName(1)]
    await store.set(keyOf(filled(key, now)), 'value', 'one call')
    return seen(store, await store.get(keyOf(filled(key, (hole) => (hole.name === part ? later : now)(hole))), 'the next') === undefined, 'never read')
  },
  async collision({ one, other }, store) {
    const [first, second] = sameText(one, other)
    await store.set(keyOf(first), 'one kind of value', 'first')
    return seen(store, await store.get(keyOf(second), 'second') === 'one kind of value', 'wrong value')
  },
  async unchanged({ key, of }, store) {
    const entry = keyOf(filled(key, byName()))
    await store.set(entry, 'old')
    store.note(`${of} is changed`)
    return seen(store, await store.get(entry) === 'old', 'stale read')
  },
  async early({ key, of }, store) {
    const entry = keyOf(filled(key, byName()))
    await store.set(entry, 'old')
    await store.delete(entry, (each) => each === entry)
    await store.load(entry, 'old', 'somebody else')
    store.note(`${of} is changed`)
    return seen(store, await store.get(entry) === 'old', 'stale read')
  },
  async ambiguous({ key, first, second, separator }, store) {
    const pair = (a: string, b: string): Fill => (hole) => (hole.name === first ? a : hole.name === second ? b : sample(hole.name, 0))
    await store.set(keyOf(filled(key, pair('ab', `c${separator}d`))), 'of ab', 'ab')
    return seen(store, await store.get(keyOf(filled(key, pair(`ab${separator}c`, 'd'))), 'another') === 'of ab', 'wrong value')
  },
  async lifetime({ key, meantMs, takenMs }, store) {
    const entry = keyOf(filled(key, byName()))
    await store.set(entry, 'value', undefined, takenMs)
    // Between the two it is there and should not be, or is gone and should be there.
    store.wait(Math.round((Math.min(meantMs, takenMs) + Math.max(meantMs, takenMs)) / 2))
    const isThere = await store.get(entry) !== undefined
    return seen(store, meantMs !== takenMs && isThere === (takenMs > meantMs), 'wrong lifetime')
  },
  async immortal({ key }, store) {
    const entry = keyOf(filled(key, byName()))
    await store.set(entry, 'old')
    store.wait(YEAR_MS)
    return seen(store, await store.get(entry) === 'old', 'stale read')
  },
  async stampede({ key }, store) {
    const entry = keyOf(filled(key, byName()))
    const askers = ['Ada', 'Bob', 'Cyd']
    const missed: string[] = []
    for (const asker of askers) if (await store.get(entry, asker) === undefined) missed.push(asker)
    for (const asker of missed) await store.set(entry, `loaded by ${asker}`, asker)
    return seen(store, missed.length === askers.length, 'stampede')
  },
  async list({ keys }, store) {
    const fill = byName()
    const entries = keys.map((key) => keyOf(filled(key, fill)))
    for (const entry of entries) await store.set(entry, 'old')
    await store.delete(entries.join(','), (key) => key === entries.join(','))
    return seen(store, await store.get(entries[0]!) === 'old', 'stale read')
  },
}

const seen = (store: ReplayStore, isShown: boolean, verdict: Exclude<Replay['verdict'], 'refuted'>): Replay => ({ steps: store.steps, verdict: isShown ? verdict : 'refuted' })

/** The arguments of one who asks: what belongs to what is missing differs from one to the next, the rest does not. */
function forOne(missing: readonly string[], number: number): Fill {
  const fill = [byName(0), byName(number)] as const
  const owners = missing.map((path) => (path.endsWith(')') ? path : path.split('.').slice(0, -1).join('.'))).filter((owner) => PERSON.test(owner))
  const isTheirs = ({ name }: HolePart): boolean => missing.includes(name) || owners.some((owner) => name.startsWith(`${owner}.`))
  return (hole) => fill[isTheirs(hole) ? 1 : 0](hole)
}

/** `session.user`, `auth()`: all that belongs to it is of one person. */
const PERSON = /(?:user|session|viewer|account|member|auth|identity|principal|me|subscriber|customer)(?:\(\))?$/i

/** Two templates, or two alternatives of one, filled so that they make one text, where they can. */
function sameText(one: Template, other: Template): readonly [Template, Template] {
  const [a, b] = one === other ? [expand(one)[0]!, expand(one).at(-1)!] : [one, other]
  const plain: Fill = () => '7'
  return overlaps(a, b) ? [filled(a, plain), filled(b, plain)] : [filled(a, byName()), filled(b, byName())]
}
