import { print } from '../keys/print.js'
import { holesOf } from '../keys/template.js'
import { isWriter, keysOf, ownSites, sameSpace, siteReaches } from '../model/relations.js'
import type { EntityWrite, Model, Place, Site } from '../model/types.js'

export type Strategy = 'TTL' | 'event-based' | 'write-through' | "don't cache"

/** A remark on whether the key should be cached at all; never a finding of the gate. */
export interface Note {
  readonly id: 'rapidly-changing' | 'highly-unique' | 'sensitive-value' | 'cheap-source'
  readonly message: string
}

/** What the decision framework of the field says of one key, and on which places the answers rest. */
export interface Advice {
  readonly template: string
  readonly store: string
  readonly strategy: Strategy
  /** The questions of the framework with what the program shows. */
  readonly answers: {
    readonly readMoreThanWritten: boolean | 'unknown'
    readonly mayBeStale: boolean | 'unknown'
    readonly userSpecific: boolean
    readonly expensiveSource: boolean | 'unknown'
  }
  readonly why: string
  readonly notes: readonly Note[]
  readonly sites: readonly (Place & { readonly role: string })[]
}

/** Advises on every data key of the program; what lives less than `floorMs` changes too rapidly for a cache. */
export function advise(model: Model, floorMs: number): Advice[] {
  const groups = new Map<string, Site[]>()
  for (const site of ownSites(model).filter(({ purpose, key }) => purpose === 'data' && key.kind === 'key' && key.resolution !== 'none')) {
    for (const template of site.key.templates.map(print)) {
      const slot = `${site.store.family}\u0000${template}`
      groups.set(slot, [...(groups.get(slot) ?? []), site])
    }
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([slot, sites]) => (sites.some(isWriter) ? [adviceOn(slot.slice(slot.indexOf('\u0000') + 1), sites, model, floorMs)] : []))
}

function adviceOn(template: string, sites: readonly Site[], model: Model, floorMs: number): Advice {
  const entities = new Set(sites.flatMap((site) => site.producer?.reads ?? []))
  const changes = model.writes.filter((write) => entities.has(write.entity))
  const deletes = ownSites(model).filter((site) => site.op === 'delete' && !sites.includes(site) && sites.some((writer) => isWriter(writer) && sameSpace(site, writer) && keysOf(site).some((target) => siteReaches(site, target, writer))))
  const answers = answersOf(sites, changes, deletes.length > 0)
  const notes = notesOn(template, sites, answers.expensiveSource, floorMs)
  const { strategy, why } = decided(answers, sites, changes, notes)
  return {
    template, store: sites[0]!.store.family, strategy, answers, why, notes,
    sites: [...[...sites, ...deletes].map((site) => ({ ...site.location, role: site.op })), ...changes.slice(0, 5).map((write) => ({ ...write.location, role: `change of ${write.entity}` }))],
  }
}

function answersOf(sites: readonly Site[], changes: readonly EntityWrite[], isDeletedElsewhere: boolean): Advice['answers'] {
  const reads = sites.filter(({ op }) => op === 'read' || op === 'read-through').length
  const isDeleted = isDeletedElsewhere || sites.some(({ op }) => op === 'delete')
  const isTimed = sites.some((site) => isWriter(site) && site.ttl !== undefined)
  // Of a value that is handed in it is not known how it was made.
  const produced = sites.flatMap(({ op, producer }) => (producer && (op === 'read-through' || producer.calls.length > 0 || producer.reads.length > 0) ? [producer] : []))
  return {
    readMoreThanWritten: changes.length === 0 && reads === 0 ? 'unknown' : reads >= changes.length,
    mayBeStale: isDeleted || changes.some((write) => write.invalidations.length > 0) ? false : isTimed ? true : 'unknown',
    userSpecific: sites.some((site) => site.key.templates.flatMap(holesOf).some(({ name }) => PERSON.test(name)) || (site.producer?.dependencies ?? []).some(({ kind }) => kind === 'user' || kind === 'token')),
    expensiveSource: produced.length === 0 ? 'unknown' : produced.some(({ reads: rows, calls }) => rows.length > 0 || calls.some((call) => !IN_PROCESS.test(call))),
  }
}

const PERSON = /(?:user|session|viewer|member|account|customer)(?:\.?_?id|\.email)?$/i
/** Calls that do no I/O: the language's own. */
const IN_PROCESS = /^(?:JSON|Math|Object|Array|String|Number|Date|Promise\.resolve|new |structuredClone|format|slugify|parse|compute|build|render)/
const UNIQUE = /(?:request_?id|trace_?id|correlation_?id|nonce|uuid\(\)|randomUUID|Date\.now\(\)|timestamp|nanoid\(\))$/i
const SENSITIVE = /passw(?:or)?d|secret|token|credential|ssn|iban|credit_?card|medical|diagnos|salary|private_?key/i
const CHANGING = /price|quote|score|stock|rate|position|location|presence|balance/i
const LONG_MS = 60_000

function notesOn(template: string, sites: readonly Site[], isExpensive: Advice['answers']['expensiveSource'], floorMs: number): Note[] {
  // `expire(key, 1)` is a delete.
  const ttls = sites.filter(isWriter).flatMap(({ ttl }) => ttl?.ms ?? [])
  const unique = sites.flatMap((site) => site.key.templates.flatMap(holesOf)).find(({ name }) => UNIQUE.test(name))
  const text = template.replace(/\{[^}]*\}/g, '')
  const sensitive = SENSITIVE.exec(text)
  const changing = CHANGING.exec(text)
  return [
    ...(unique ? [{ id: 'highly-unique', message: `{${unique.name}} is never the same again: hardly a read will hit` } as const] : []),
    ...(ttls.some((ms) => ms < floorMs) ? [{ id: 'rapidly-changing', message: `it lives ${Math.min(...ttls) / 1000} s: the cache is filled more often than it is read` } as const]
      : changing && ttls.some((ms) => ms >= LONG_MS) ? [{ id: 'rapidly-changing', message: `what is called ${changing[0]} changes sooner than in ${Math.max(...ttls) / 1000} s` } as const] : []),
    ...(sensitive ? [{ id: 'sensitive-value', message: `what is called ${sensitive[0]} stands in a cache that others may read` } as const] : []),
    ...(isExpensive === false ? [{ id: 'cheap-source', message: 'it is made without asking anybody: the cache costs more than it saves' } as const] : []),
  ]
}

function decided(answers: Advice['answers'], sites: readonly Site[], changes: readonly EntityWrite[], notes: readonly Note[]): { readonly strategy: Strategy; readonly why: string } {
  const against = notes.find(({ id }) => id === 'cheap-source' || id === 'highly-unique')
  if (against) return { strategy: "don't cache", why: against.message }
  if (answers.readMoreThanWritten === false) return { strategy: "don't cache", why: `it is changed at ${changes.length} places, and read at fewer` }
  const isWrittenWith = sites.some((site) => site.op === 'write' && changes.some((write) => write.location.path === site.location.path && write.symbol === site.symbol))
  if (isWrittenWith) return { strategy: 'write-through', why: 'where its rows are written, it is written too' }
  if (answers.mayBeStale === false) return { strategy: 'event-based', why: `it is deleted where it changes${sites.some(({ ttl }) => ttl) ? ', and its TTL is the net below' : '; a TTL would be a net below'}` }
  return { strategy: 'TTL', why: answers.mayBeStale === true ? 'nothing deletes it, and it ends by itself' : 'nothing is known to change it, and nothing deletes it: without a TTL it stays for ever' }
}
