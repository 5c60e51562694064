import { print } from '../../src/keys/print.js'
import { holesOf } from '../../src/keys/template.js'
import type { OmittedLifetime } from '../../src/model/expiry.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { isSolid, keysOf, ownSites, placeKey, sameStore, siteReaches } from '../../src/model/relations.js'
import type { Model, Site } from '../../src/model/types.js'

export const ttlMissing: Rule = {
  id: 'ttl-missing',
  severity: 'info',
  description: 'An entry is written without a lifetime, and nothing else ends it.',
  messages: {
    uneven: 'This {command} of {key} gives no lifetime, which the one at {place} does: what it writes stays for ever.',
    unbounded: '{key} is written without a lifetime, once for each {holes}, and nothing deletes it: the store fills up.',
    omitted: 'This call hands no {parameter} on, as the one at {place} does: what it writes stays for ever.',
  },
  check: (model) => {
    const deleted = new Set(deletedPlaces(model))
    const left = model.omitted.filter(({ location, isOwnStore }) => !isOwnStore || !deleted.has(placeKey(location))).map(omitted)
    const told = new Set(left.map(({ location }) => placeKey(location)))
    return [...left, ...[...uneven(model), ...unbounded(model)].filter(({ location }) => !told.has(placeKey(location)))]
  },
}

/** Where keys are written that a delete of the program reaches. */
function deletedPlaces(model: Model): string[] {
  const deletes = ownSites(model).filter((site) => site.op === 'delete' && site.key.kind === 'key' && isSolid(site))
  return model.sites.filter((site) => site.op === 'write' && isSolid(site) && deletes.some((other) => reaches(other, site))).map((site) => placeKey(site.location))
}

/** Stores that keep what they are given until they are told otherwise, and outlive the process. */
const KEEPING = new Set(['redis', 'memcached', 'cloudflare-kv', 'unstorage'])

const isExpiry = (site: Site): boolean => /^p?expire(?:at)?$/.test(site.command)

const isFill = (site: Site): boolean => (site.op === 'write' || site.op === 'read-through') && !isExpiry(site) && !/^(?:eval|evalsha|fcall)$/.test(site.command) && KEEPING.has(site.store.family) && isSolid(site)

/** Is an end set by the write itself, or by an EXPIRE that reaches what it writes? */
function ends(site: Site, model: Model): boolean {
  // A wrapper with two ways, one of them with a lifetime, is two sites at one call.
  const isOtherWay = model.sites.some((other) => other.ttl !== undefined && other !== site && placeKey(other.location) === placeKey(site.location))
  return site.ttl !== undefined || isOtherWay || model.sites.some((other) => isExpiry(other) && reaches(other, site))
}

const reaches = (other: Site, site: Site): boolean => sameStore(other.store, site.store) && keysOf(other).some((target) => siteReaches(other, target, site))

/** One write of a template has a lifetime, and another has none. */
function uneven(model: Model): Finding[] {
  const writes = ownSites(model).filter((site) => isFill(site) && /^set/.test(site.command) && site.purpose === 'data')
  const shape = (site: Site): string => `${site.store.family} ${site.key.templates.map(print).join()}`
  return writes.filter((site) => !ends(site, model)).flatMap((site): Finding[] => {
    // Two in one function are two branches of one test.
    const other = writes.find((each) => each.scope !== site.scope && each.ttl !== undefined && shape(each) === shape(site))
    if (!other) return []
    const key = site.key.templates[0]!
    return [{
      messageId: 'uneven', severity: 'warning', confidence: 'medium',
      data: { command: site.command, key: print(key), place: `${other.location.path}:${other.location.startLine}` },
      keys: [key], location: site.location, symbol: site.symbol, scenario: { kind: 'immortal', key },
      related: [{ ...other.location, role: 'writer', message: `writes ${print(key)} with a lifetime` }, ...wrapperOf(site)],
    }]
  })
}

/** Keys of which there is one for each of something, and which nothing ends. */
function unbounded(model: Model): Finding[] {
  const fills = ownSites(model).filter((site) => isFill(site) && ['data', 'session', 'counter', 'queue'].includes(site.purpose))
  const deletes = ownSites(model).filter((site) => site.op === 'delete' && isSolid(site))
  const endless = fills.filter((site) => manyOf(site).length > 0 && !ends(site, model) && !fills.some((other) => other.ttl !== undefined && reaches(other, site)) && !deletes.some((other) => reaches(other, site)))
  const byKey = new Map(endless.map((site) => [`${site.store.family} ${print(site.key.templates[0]!)}`, site]))
  return [...byKey.values()].map((site) => {
    const key = site.key.templates[0]!
    return {
      messageId: 'unbounded', confidence: 'medium', data: { key: print(key), holes: manyOf(site).join(', ') },
      keys: [key], location: site.location, symbol: site.symbol, related: wrapperOf(site), scenario: { kind: 'immortal', key },
    }
  })
}

/** The holes of which there is no end: what one value fills all through a run counts once. */
const manyOf = (site: Site): string[] => site.key.templates.flatMap(holesOf).filter((hole) => hole.constant !== true && hole.epoch === undefined).map((hole) => hole.name)

const wrapperOf = (site: Site): Finding['related'] => (site.through ? [{ ...site.through, role: 'wrapper', message: 'writes it' }] : [])

function omitted({ location, symbol, parameter, other }: OmittedLifetime): Finding {
  return {
    messageId: 'omitted', confidence: 'low', data: { parameter, place: `${other.path}:${other.startLine}` }, keys: [], location, symbol,
    related: [{ ...other, role: 'sibling', message: 'hands it on' }],
  }
}
