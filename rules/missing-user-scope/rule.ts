import { print } from '../../src/keys/print.js'
import { holesOf, type Template } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { hitsOf, isPrivate, ownSites, sameStore } from '../../src/model/relations.js'
import type { Dependency } from '../../src/model/producer.js'
import type { Confidence, Model, Severity, Site } from '../../src/model/types.js'

export const missingUserScope: Rule = {
  id: 'missing-user-scope',
  severity: 'error',
  description: 'A cached value depends on an identity that its key leaves out: one user is served the data of another.',
  messages: {
    missing: 'The value depends on the {kind} `{path}` ({evidence}), which the key {key} leaves out: whoever comes next is served this {kind}\'s data.',
    owned: 'The value depends on the {kind} `{path}` ({evidence}), which the key {key} leaves out; an id in the key may determine it.',
    late: 'A hit of {key} is given back before `{path}` is asked whether it may be had: only the first to ask is refused.',
    ambient: 'The key {key} holds no `{path}`: {count} other queries hold it although their loaders are not given it, so that what they ask seems to carry it.',
  },
  check: (model) => [...[...ownSites(model), ...model.sites.filter(isJudgedToo)].filter(isShared).flatMap((site) => findingOf(site, model) ?? []), ...model.sites.flatMap((site) => lateOf(site, model) ?? []), ...unscoped(model.sites)],
}

// A function that only hands on to the cache is judged by what its callers hand it.
const isJudgedToo = (site: Site): boolean =>
  (site.echo === true && site.op === 'write') || (site.passThrough && (site.producer?.isMiddleware === true || site.producer?.loadsByKey === true))

const isShared = (site: Site): boolean =>
  site.purpose === 'data' && site.producer !== undefined && site.key.resolution === 'full' && !isPrivate(site)

const GRAVITY: readonly Dependency['kind'][] = ['user', 'token', 'tenant', 'role', 'locale']

function findingOf(site: Site, model: Model): Finding | undefined {
  const missing = (site.producer?.dependencies ?? []).filter((dependency) => !dependency.covered && GRAVITY.includes(dependency.kind))
  const [worst] = [...missing].sort((a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind))
  const template = site.key.templates[0]
  if (!worst || !template || holdsSecret(template)) return undefined
  const isOwned = holdsId(template)
  const sibling = scopedSibling(model, site, worst)
  // Of a key that is a parameter the callers may know more than is seen here.
  const isHanded = site.passThrough && !site.producer?.isMiddleware
  const severity: Severity = isOwned || site.isBrief ? 'info' : isHanded || worst.kind === 'role' || worst.kind === 'locale' || worst.confidence === 'low' ? 'warning' : 'error'
  return {
    messageId: isOwned ? 'owned' : 'missing', severity,
    confidence: raised(isOwned || site.isBrief ? 'low' : worst.confidence, sibling),
    data: { kind: worst.kind, path: worst.path, evidence: worst.evidence, key: print(template) },
    keys: [template], location: site.location,
    scenario: { kind: 'leak', key: template, missing: [worst.path], who: 'users' },
    related: [
      ...worst.way,
      ...(site.built ? [{ ...site.built.location, role: 'key', message: 'the key is written here' }] : []),
      ...(sibling ? [{ ...sibling.location, role: 'sibling', message: `${worst.path} is in the key here` }] : []),
      ...hitsOf(model, site).map((hit) => ({ ...hit.location, role: 'read', message: 'a hit is served here' })),
    ],
    symbol: site.symbol,
  }
}

/** Another key of the file that holds what this one leaves out: the program knows that the data is of somebody. */
function scopedSibling(model: Model, site: Site, { path }: Dependency): Site | undefined {
  const name = path.split('.').at(-1)!.toLowerCase()
  return model.sites.find((other) => other !== site && other.location.path === site.location.path && sameStore(other.store, site.store)
    && other.key.templates.flatMap(holesOf).some((hole) => hole.name.split('.').at(-1)!.toLowerCase() === name))
}

const raised = (confidence: Confidence, sibling: Site | undefined): Confidence => (!sibling ? confidence : confidence === 'low' ? 'medium' : 'high')

/** A check that stands behind the cache: what was read under one permission is served under another. */
function lateOf(site: Site, model: Model): Finding | undefined {
  const late = site.producer?.late
  const [template] = site.key.templates
  if (!late || !template || site.purpose !== 'data') return undefined
  return {
    messageId: 'late', severity: 'warning', confidence: 'medium', data: { path: late.path, key: print(template) },
    keys: [template], location: site.location, symbol: site.symbol,
    related: [{ ...late.location, role: 'guard', message: `${late.path} is asked here` }, ...hitsOf(model, site).map((hit) => ({ ...hit.location, role: 'read', message: 'a hit is served here' }))],
  }
}

/** An id that is unique by itself may determine whose the data is. */
function holdsId(template: Template): boolean {
  return holesOf(template).some((hole) => (hole.wild === true && !hole.name.includes('.') && hole.name !== 'query') || /(?:id|uuid|slug|hash|key|token|email|code|\bip|ipAddress|sha\d*\(.*)\)?$|\bip(?:Address)?\(/i.test(hole.name))
}

/** A value made at random: only who was given it can ask, as with the state of OAuth. */
function holdsSecret(template: Template): boolean {
  return holesOf(template).some((hole) => /(?:^|\.)(?:nanoid|customAlphabet|randomUUID|uuid(?:v\d)?|v[47]|cuid2?|createId|ulid|randomBytes)\(/i.test(hole.name))
}

const FEWEST = 2

/**
 * Queries whose client carries the identity: others of the program hold it in their keys, though their loaders do not take
 * it, and these do not. After a switch of the organisation they show what they showed before.
 */
function unscoped(sites: readonly Site[]): Finding[] {
  const queries = sites.filter((site) => site.client === 'tanstack-query' && site.op === 'read-through' && site.producer)
  const scoped = queries.filter((site) => site.producer?.ambient !== undefined)
  const example = scoped[0]?.producer?.ambient?.[0]
  if (!example || scoped.length < FEWEST) return []
  const bare = queries.filter((site) => !site.passThrough && site.key.resolution === 'full' && site.producer?.ambient === undefined && !site.key.templates.flatMap(holesOf).some((hole) => (hole.wild === true && !hole.name.includes('.')) || /id\)?$|key|slug|user|auth|token/i.test(hole.name)))
  const byKey = new Map<string, Site[]>()
  for (const site of bare) byKey.set(site.key.templates.map(print).join(), [...(byKey.get(site.key.templates.map(print).join()) ?? []), site])
  return [...byKey.values()].map(([site, ...same]) => ({
    messageId: 'ambient', severity: 'info', confidence: 'low',
    data: { key: site!.key.templates.map(print).join(', '), count: String(scoped.length), path: example.path },
    keys: site!.key.templates, location: site!.location, symbol: site!.symbol,
    related: [
      { ...example.location, role: 'sibling', message: `${example.path} is in the key of a query that does not load by it` },
      ...same.map((each) => ({ ...each.location, role: 'read', message: 'the same key' })),
    ],
  }))
}
