import { print, shapeOf } from '../../src/keys/print.js'
import { holesOf } from '../../src/keys/template.js'
import type { Finding, Rule, RuleOptions } from '../../src/model/finding.js'
import { hitsOf, isPrivate } from '../../src/model/relations.js'
import type { OmittedInput } from '../../src/model/producer.js'
import type { Model, Place, Site } from '../../src/model/types.js'

export const missingKeyDependency: Rule = {
  id: 'missing-key-dependency',
  severity: 'warning',
  description: 'A cached value is loaded by something that its key leaves out: all values of it share one entry.',
  messages: {
    owned: 'The value is loaded by {paths}, which the key {key} leaves out; an id in the key may determine it.',
    missing: 'The value is loaded by {paths}, which the key {key} leaves out: the first value that is asked for answers for all of them.',
    same: 'The value is loaded by {paths}, which the key {key} leaves out; all who ask hand in the same, so far.',
    dropped: '`{builder}` takes `{path}` and leaves it out of the key {key}: what differs in it shares one entry.',
  },
  // Also of a key that callers complete: what is loaded, and by what, stands here.
  check: (model, { allowed }) => [...model.sites.filter((site) => isJudged(site) && !isForHook(site, model)).flatMap((site) => findingOf(site, model, allowed) ?? []), ...droppedInputs(model.sites)],
}

// `[key, ids]` of a function that is handed `key`: its callers choose one for each of what else they hand in.
const isNamedByCaller = (site: Site): boolean => site.key.templates.flatMap(holesOf).some((hole) => /^(?:query|cache|swr)?_?key$/i.test(hole.name))

const ID = /(?:id|uuid|slug)$/i

const isJudged = (site: Site): boolean => !site.echo && site.purpose === 'data' && site.key.resolution === 'full' && site.key.kind === 'key' && !isHandedOn(site)

// A key that is handed in whole is the caller's to make, unless the value is loaded by it.
const isHandedOn = (site: Site): boolean => site.passThrough && !site.producer?.loadsByKey && site.key.templates.every((template) => template.every((part) => part.kind === 'hole'))

/** What a server puts there for a hook tells whose it is, where the browser that asks is that of one reader. */
const isForHook = (site: Site, { sites }: Model): boolean =>
  site.isAhead === true && sites.some((other) => other.op === 'read-through' && !other.isAhead && other.store.family === site.store.family && other.key.templates.map(shapeOf).join() === site.key.templates.map(shapeOf).join())

function findingOf(site: Site, model: Model, allowed: RuleOptions['allowed']): Finding | undefined {
  const template = site.key.templates[0]
  // An identity that is missing is the graver finding, and is told by itself.
  const identities = new Set(isPrivate(site) ? [] : (site.producer?.dependencies ?? []).map((dependency) => dependency.path))
  const omitted = (site.producer?.omitted ?? []).filter((input) => !identities.has(input.path) && !isAllowed(input, allowed))
  if (!template || omitted.length === 0) return undefined
  // What is written after a miss may be loaded by more than it depends on; a loader that is handed over tells it all.
  // `session:{sessionId}` of a website: what an id belongs to may be told by it.
  const isOwned = isNamedByCaller(site) || omitted.every((input) => input.owned || (ID.test(input.path) && holesOf(template).some((hole) => ID.test(hole.name) && !hole.name.startsWith('!'))))
  const messageId = omitted.every(({ isSame }) => isSame) ? 'same' : isOwned ? 'owned' : 'missing'
  return {
    messageId, ...(messageId !== 'missing' || site.op === 'write' ? { confidence: 'low', severity: 'info' } : { confidence: 'medium' }),
    data: { paths: omitted.map((input) => `\`${input.path}\``).join(' and '), key: print(template) },
    keys: [template], location: site.location,
    scenario: { kind: 'leak', key: template, missing: omitted.map((input) => input.path), who: 'values' },
    related: [
      ...omitted.flatMap((input) => input.way ?? [{ ...input.location, role: 'dependency', message: `${input.path} reaches the value here` }]),
      ...keyPlaces(site).map((place) => ({ ...place, role: 'key', message: 'the key is written here' })),
      ...hitsOf(model, site).map((hit) => ({ ...hit.location, role: 'read', message: 'a hit is served here' })),
    ],
    symbol: site.symbol,
  }
}

const isAllowed = ({ path, types = [] }: OmittedInput, allowed: RuleOptions['allowed']): boolean =>
  allowed.variables.includes(path.split('.')[0]!) || types.some((type) => allowed.types.includes(type))

/** Where the key stands in the call, and where its text is written if that is elsewhere. */
function keyPlaces({ producer, built }: Site): Place[] {
  const places = [producer?.keyAt, producer?.builtAt ?? built?.location].flatMap((place) => place ?? [])
  return places.filter((place, i) => i === 0 || place.path !== places[0]!.path || place.startLine !== places[0]!.startLine)
}

/** Of each function that builds keys once, however many sites ask it for one. */
function droppedInputs(sites: readonly Site[]): Finding[] {
  const first = new Map<string, Site>()
  for (const site of sites) {
    const at = site.dropped && `${site.dropped.location.path}:${site.dropped.location.startLine}:${site.dropped.location.startColumn}`
    if (at !== undefined && !first.has(at)) first.set(at, site)
  }
  return [...first.values()].map((site) => {
    const { builder, path, location, returned } = site.dropped!
    return {
      messageId: 'dropped', confidence: 'medium', data: { builder, path, key: print(site.key.templates[0]!) }, keys: site.key.templates, location: site.location, symbol: site.symbol,
      scenario: { kind: 'leak', key: site.key.templates[0]!, missing: [path], who: 'values' },
      related: [{ ...location, role: 'dependency', message: `${path} is taken here` }, { ...returned, role: 'key', message: 'the key is written here' }],
    }
  })
}
