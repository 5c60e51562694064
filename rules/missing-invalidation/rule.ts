import { print, shapeOf } from '../../src/keys/print.js'
import { fixedPrefix, fixedText, holesOf, type Template } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { isSolid, isWriter, keysOf, ownSites, placeKey, sameSpace, siteReaches } from '../../src/model/relations.js'
import { functionOf, isForOther, isShort, mayChange } from '../../src/model/rows.js'
import type { Producer } from '../../src/model/producer.js'
import type { EntityWrite, Model, Site } from '../../src/model/types.js'

export const missingInvalidation: Rule = {
  id: 'missing-invalidation',
  severity: 'warning',
  description: 'Rows that a cached value is made of are written, and the value is not invalidated, as other writes of the same rows do.',
  messages: {
    sibling: 'This {method} of {entity} leaves {key} as it is, which {sibling} invalidates at {place}: what is cached at {reader} goes stale.',
    unreached: 'Nothing invalidates {key}: no delete of the program reaches it, although {entity} is written at {place}.',
  },
  check: (model, { tolerateMs }) => {
    const facts = factsOf(model, tolerateMs)
    return [...byAgreement(model.writes.flatMap((write) => judge(write, model, facts) ?? [])), ...unreached(model, facts)]
  },
}

const MANY = 8

// Where so many writes leave a key as it is, leaving it may be the rule and invalidating it the exception.
function byAgreement(findings: readonly Finding[]): Finding[] {
  const slot = (finding: Finding): string => `${finding.data.entity} ${shapeOf(finding.keys[0]!)}`
  const counts = new Map<string, number>()
  for (const finding of findings) counts.set(slot(finding), (counts.get(slot(finding)) ?? 0) + 1)
  return findings.map((finding) => (counts.get(slot(finding))! > MANY ? { ...finding, severity: 'info', confidence: 'low' } : finding))
}

interface Facts {
  readonly sites: ReadonlyMap<string, Site>
  /** What is cached, with the entities that it is made of. */
  readonly readers: readonly { readonly site: Site; readonly producer: Producer }[]
}

function factsOf(model: Model, tolerateMs: number): Facts {
  const own = ownSites(model)
  const made = own.filter((site) => isWriter(site) && site.purpose === 'data' && !isShort(site, tolerateMs))
  const at = (site: Site): string => placeKey(site.location)
  const producerAt = new Map(made.flatMap((site) => (site.producer && site.producer.reads.length > 0 ? [[at(site), site.producer] as const] : [])))
  // A tag is attached in the call that caches: what that reads, the tag stands for.
  const readers = made.flatMap((site) => (producerAt.has(at(site)) ? [{ site, producer: producerAt.get(at(site))! }] : []))
  return { sites: new Map(model.sites.map((site) => [site.id, site])), readers }
}

const slotOf = (site: Site): string => `${site.store.family} ${site.key.kind === 'tag' ? 'tag ' : ''}${site.key.templates.map(shapeOf).join()}`

const deletesOf = (write: EntityWrite, { sites }: Facts): Site[] => write.invalidations.flatMap((id) => sites.get(id) ?? [])

/**
 * A write that lacks an invalidation which siblings have: one in the same file, or, where this one invalidates nothing at
 * all, two of them anywhere.
 */
function judge(write: EntityWrite, model: Model, facts: Facts): Finding | undefined {
  if (write.isRouter && !CHANGES.test(write.method)) return undefined
  const own = deletesOf(write, facts)
  const siblings = model.writes.filter((other) => other.entity === write.entity && functionOf(other) !== functionOf(write))
  for (const sibling of [...siblings].sort((a, b) => Number(isNear(b, write)) - Number(isNear(a, write)))) {
    for (const site of nearestFirst(deletesOf(sibling, facts).filter(isJudged), sibling)) {
      if (own.some((other) => slotOf(other) === slotOf(site)) || isForNothingNew(write, sibling, site)) continue
      const followers = new Set(siblings.filter((other) => deletesOf(other, facts).some((each) => slotOf(each) === slotOf(site))).map(functionOf))
      if (!isNear(sibling, write) && (own.length > 0 || followers.size < (write.isRouter ? 1 : 2))) continue
      const reader = readerOf(site, { write, sibling, model, facts })
      if (reader && !own.some((other) => reachesSite(other, reader))) return finding(write, sibling, site, reader, isNear(sibling, write))
    }
  }
  return undefined
}

// What a function invalidates itself says more of its write than what its callers do.
const nearestFirst = (sites: readonly Site[], write: EntityWrite): Site[] =>
  [...sites].sort((a, b) => Number(b.location.path === write.location.path) - Number(a.location.path === write.location.path))

// A mutation of a router that only asks, tests or estimates changes nothing.
const CHANGES = /^(?:create|add|update|upsert|edit|rename|set|save|delete|remove|archive|toggle|move)/i

const isNear = (a: EntityWrite, b: EntityWrite): boolean => a.location.path === b.location.path

// Locks, queues and one-time codes are no copies of rows; a key without words may be anything.
const isJudged = (site: Site): boolean => site.purpose === 'data' && isSolid(site) && !/(?<![a-z])undefined(?![a-z])/.test(fixedText(site.key.templates[0]!)) && /[a-z]{3}/i.test(fixedPrefix(site.key.templates[0]!) || fixedText(site.key.templates[0]!).slice(0, 12))

const reachesSite = (site: Site, reader: Site): boolean => sameSpace(site, reader) && keysOf(site).some((target) => siteReaches(site, target, reader))

interface Omission {
  readonly write: EntityWrite
  readonly sibling: EntityWrite
  readonly model: Model
  readonly facts: Facts
}

/** What is cached under a key that the site deletes, and made of what is written. */
function readerOf(site: Site, { write, sibling, model, facts }: Omission): Site | undefined {
  if (write.isRouter) return namesWhole(site, write.entity) || isListFor(write, site) ? [...facts.sites.values()].find((other) => isWriter(other) && sameSpace(site, other) && isOfRouter(other, write.entity) && reachesSite(site, other)) : undefined
  return facts.readers.find(({ site: reader, producer }) => mayChange(write, producer) && !isOfOneRow(write, sibling, producer)
    && reachesSite(site, reader) && !isForOther(model, sibling, site, producer))?.site
}

// A row that is new is none that was found before; that none was found is what is deleted where rows are made.
const isOfOneRow = (write: EntityWrite, sibling: EntityWrite, { kind }: Producer): boolean =>
  isCreating(write) && !isCreating(sibling) && kind?.shape === 'row' && kind.entity === write.entity

const isCreating = ({ method }: EntityWrite): boolean => /^(?:create|insert)/i.test(method)

/** A mutation may change any query of its router, or none: only who invalidates them all says that they belong together. */
function namesWhole(site: Site, path: string): boolean {
  const [only] = site.key.templates[0] ?? []
  return isOfRouter(site, path) && only?.kind === 'list' && only.elements.length === path.split('.').length
}

/** A row more or less changes every list of them: `post.all`, `post.list`. */
function isListFor(write: EntityWrite, site: Site): boolean {
  const [only] = site.key.templates[0] ?? []
  const name = only?.kind === 'list' && isOfRouter(site, write.entity) ? fixedText(only.elements[write.entity.split('.').length] ?? []) : ''
  return /^(?:create|add|delete|remove)/i.test(write.method) && /^(?:all|list|getAll|getMany|findMany)/.test(name)
}

function isOfRouter(site: Site, path: string): boolean {
  const [only] = site.key.templates[0] ?? []
  const names = only?.kind === 'list' ? only.elements.map(fixedText) : []
  return path.split('.').every((name, i) => names[i] === name)
}

// A row that is new has no entry of its own yet: nothing is cached under its id.
function isForNothingNew(write: EntityWrite, sibling: EntityWrite, site: Site): boolean {
  return isCreating(write) && !isCreating(sibling) && site.key.templates.every((template) => holdsOwnId(template, write.entity))
}

function holdsOwnId(template: Template, entity: string): boolean {
  return holesOf(template).some((hole) => {
    const [owner = '', last = ''] = hole.name.split('.').slice(-2)
    return last === '' ? owner === 'id' || owner.toLowerCase() === `${entity}id` : last === 'id' || last.toLowerCase() === `${entity}id`
  })
}

function finding(write: EntityWrite, sibling: EntityWrite, site: Site, reader: Site, isClose: boolean): Finding {
  const key = site.key.templates[0]!
  return {
    messageId: 'sibling', confidence: isClose ? 'high' : 'medium',
    // A browser asks again when a component is mounted: stale is what stays on the screen.
    ...(write.isRouter ? { severity: 'info' as const } : {}),
    data: {
      method: write.method, entity: write.entity, key: print(key), sibling: sibling.symbol || sibling.method,
      place: `${site.location.path}:${site.location.startLine}`, reader: `${reader.location.path}:${reader.location.startLine}`,
    },
    keys: [key], location: write.location, scenario: { kind: 'unchanged', key, of: write.entity },
    related: [
      { ...site.location, role: 'delete', message: `${sibling.symbol || sibling.method} invalidates ${print(key)}` },
      { ...reader.location, role: 'reader', message: `caches what is made of ${write.entity} under ${print(reader.key.templates[0]!)}` },
      { ...sibling.location, role: 'sibling', message: `${sibling.method} of ${sibling.entity}` },
    ],
    symbol: write.symbol,
  }
}

/** A delete inside a wrapper that is called, but never in a way that reaches it: `if (userId) revalidateTag(…)`. */
function isNeverReached(site: Site, model: Model): boolean {
  if (site.through) return false
  const reached = new Set(model.sites.flatMap((other) => (other.through ? [placeKey(other.through)] : [])))
  const isCalled = model.sites.some((other) => !other.through && other.scope === site.scope && reached.has(placeKey(other.location)))
  return isCalled && !reached.has(placeKey(site.location))
}

/** A tag that no delete reaches, made of an entity whose writes invalidate other tags. */
function unreached(model: Model, facts: Facts): Finding[] {
  const deletes = ownSites(model).filter((site) => site.op === 'delete' && !isNeverReached(site, model))
  return facts.readers.flatMap(({ site, producer: { reads } }): Finding[] => {
    if (site.op !== 'tag' || site.key.resolution !== 'full' || deletes.some((other) => reachesSite(other, site))) return []
    const write = model.writes.find((candidate) => reads.includes(candidate.entity) && deletesOf(candidate, facts).some((other) => other.key.kind === 'tag'))
    // Another tag of the same call may be the one that is used.
    const isReachedOtherwise = facts.readers.some((other) => other.site !== site && other.site.op === 'tag' && other.site.location.startLine === site.location.startLine
      && other.site.location.path === site.location.path && deletes.some((d) => reachesSite(d, other.site)))
    if (!write || isReachedOtherwise) return []
    const key = site.key.templates[0]!
    return [{
      messageId: 'unreached', confidence: 'medium',
      data: { key: print(key), entity: write.entity, place: `${write.location.path}:${write.location.startLine}` },
      keys: [key], location: site.location, scenario: { kind: 'unchanged', key, of: write.entity },
      related: [{ ...write.location, role: 'write', message: `${write.method} of ${write.entity}` }], symbol: site.symbol,
    }]
  })
}
