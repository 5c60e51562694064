import { print, shapeOf } from '../../src/keys/print.js'
import { fixedText, holesOf, type HolePart, type Template } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { isWriter, ownSites, placeKey } from '../../src/model/relations.js'
import type { Factory, Model, Place, Site } from '../../src/model/types.js'

export const keyFactoryBypass: Rule = {
  id: 'key-factory-bypass',
  severity: 'warning',
  description: 'A key is spelled by hand although a factory builds it, or in several files with no factory at all.',
  messages: {
    bypass: 'This key is spelled by hand; {factory} at {place} builds the same key {key}.',
    head: 'The words of this key are spelled by hand; other keys take them from {factory} at {place}, which is {key}.',
    required: 'The key {key} is spelled where it is used; the keys of {client} must come from a key factory.',
    builder: 'The words of this key are chosen here, in a call of {builder}; the other keys that it builds have a function each ({factories}).',
    scattered: 'The key {key} is spelled by hand in {count} files, with no factory: one change leaves the others behind.',
  },
  check: (model, { factoriesRequired }) => {
    const adHoc = ownSites(model).filter(isSpelledByHand)
    const found = adHoc.map((site) => [site, bypass(site, model)] as const)
    const bypasses = found.flatMap(([, finding]) => finding ?? [])
    const demanded = oncePerPlace([...bypasses, ...required(model, factoriesRequired)])
    return [...oncePerPlace([...demanded, ...inline(model)]), ...scattered(found.flatMap(([site, finding]) => (finding || factoriesRequired.includes(site.client) ? [] : [site])))]
  },
}

// A key that several commands use is spelled once.
function oncePerPlace(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((f) => [placeKey(f.location), f])).values()]
}

const SHORTEST = 3

function isSpelledByHand(site: Site): boolean {
  return site.built !== undefined && site.built.factory === undefined
    && site.key.resolution === 'full' && site.key.templates.length === 1 && site.key.kind !== 'path' && site.key.kind !== 'pattern'
    && lettersOf(site.key.templates[0]!) >= SHORTEST
}

const lettersOf = (template: Template): number => fixedText(template).replace(/[^a-z]/gi, '').length

function bypass(site: Site, model: Model): Finding | undefined {
  const template = site.key.templates[0]!
  const fitting = model.factories.filter((candidate) => shapeOf(candidate.template) === shapeOf(template) && !isCrossed(template, candidate) && isForeign(candidate, site) && isAtHand(candidate, site, model))
  const factory = fitting.find((candidate) => !isOutOfReach(candidate, site)) ?? fitting[0]
  if (!factory) return undefined
  const written = factory.own ?? factory.written
  const isHead = written !== undefined && shapeOf(written) !== shapeOf(template)
  return {
    messageId: isHead ? 'head' : 'bypass', confidence: 'high', ...(isOutOfReach(factory, site) ? { severity: 'info' as const } : {}),
    data: { factory: factory.name, place: `${factory.location.path}:${factory.location.startLine}`, key: print(isHead ? written : factory.template) },
    keys: [template], location: site.built?.location ?? site.location,
    related: [{ ...factory.location, role: 'factory', message: `${factory.name} builds ${print(factory.template)}` }],
    mend: { kind: 'call', factory },
    symbol: site.symbol,
  }
}

/** It has to be exported before anybody can call it. */
const isOutOfReach = ({ location, isHidden }: Factory, { built }: Site): boolean => isHidden === true && built?.location.path !== location.path

/** An application whose entries are its own has its own factories too, and those of the packages that it uses. */
function isAtHand({ location }: Factory, { app }: Site, model: Model): boolean {
  if (app === undefined || location.path.startsWith(app === '' ? '' : `${app}/`)) return true
  return model.sites.some((other) => other.app === app && other.built?.factory && placeKey(other.built.factory.location) === placeKey(location))
}

/** Does a name fill one hole of the key, and another one of the factory's, or has an object other members? Then the two are alike in shape alone. */
function isCrossed(template: Template, { template: used, own, written = own }: Factory): boolean {
  const made = own ?? used
  const isWhole = written !== undefined && shapeOf(written) === shapeOf(used)
  const members = holesOf(isWhole ? written : used).map(membersIn)
  if (holesOf(template).map(membersIn).some((own, i) => (own === undefined) !== (members[i] === undefined) || (isWhole && own !== members[i]))) return true
  const words = holesOf(made).map(wordsIn)
  return holesOf(template).map(wordsIn).some((own, i) => {
    const name = own.at(-1)
    return name !== undefined && !words[i]?.includes(name) && words.some((others) => others.includes(name))
  })
}

/** The members of an object that a key is made with: `{{ page, size }}`. */
const membersIn = ({ name }: HolePart): string | undefined => (/^\{ .*\}$/.test(name) ? name.slice(2, -1).trim().split(', ').sort().join() : undefined)

const wordsIn = ({ name }: HolePart): readonly string[] => (name.match(/[\w$]+/g) ?? []).map((word) => word.replace(/_/g, '').toLowerCase())

/** Where the configuration demands factories: every key of which a word is spelled at the call, `queryOptions` left aside. */
function required(model: Model, clients: readonly string[]): Finding[] {
  const described = model.sites.filter((site) => site.isDescribed).map((site) => site.location)
  const spelled = model.sites.filter((site) => clients.includes(site.client) && !site.echo && !site.isDescribed && site.built && site.built.factory === undefined && !described.some((place) => isWithin(site.built!.location, place)))
  return spelled.map((site) => ({
    messageId: 'required', confidence: 'high' as const, data: { key: print(site.key.templates[0]!), client: site.client },
    keys: [site.key.templates[0]!], location: site.built!.location, related: [{ ...site.location, role: 'use', message: `${site.op} of ${print(site.key.templates[0]!)}` }], symbol: site.symbol,
  }))
}

const isWithin = (inner: Place, outer: Place): boolean =>
  inner.path === outer.path && inner.startLine >= outer.startLine && inner.endLine <= outer.endLine

/** Calls of a builder of which factories are made; a builder that is called by itself as a rule is the factory. */
function inline(model: Model): Finding[] {
  const sites = model.sites.filter((site) => site.inlineBuilder && !site.echo)
  return sites.flatMap((site) => {
    const builder = site.inlineBuilder!
    const users = new Set(sites.filter((other) => other.inlineBuilder!.name === builder.name).map((other) => placeKey(other.inlineBuilder!.words)))
    if (users.size > 2 * builder.factories.length) return []
    return [{
      messageId: 'builder', confidence: 'medium' as const, data: { builder: builder.name, factories: builder.factories.join(', ') },
      keys: [site.key.templates[0]!], location: builder.words,
      related: [{ ...builder.location, role: 'factory', message: `${builder.name} builds it` }], symbol: site.symbol,
    }]
  })
}

// The text of the factory itself, reached without calling it, is no bypass.
function isForeign(factory: Factory, site: Site): boolean {
  const built = site.built?.location
  return built !== undefined && !isWithin(built, factory.body)
}

// A key of SWR is the URL that is fetched, as one that a wrapper makes of the request is; one of a Map stays in its process: nobody else spells them.
const isPrivate = (site: Site): boolean => site.store.family === 'swr' || site.store.family === 'map' || (site.through !== undefined && site.op === 'read-through' && isRequest(site.key.templates[0]!))

/** `[/v2/projects/{id}, {{ size }}]` */
const isRequest = ([first]: Template): boolean => {
  const head = first?.kind === 'list' ? first.elements[0]?.[0] : first
  return head?.kind === 'text' && /^(?:\/|https?:\/\/)\w/.test(head.text)
}

function scattered(sites: readonly Site[]): Finding[] {
  const byKey = new Map<string, Site[]>()
  for (const site of sites.filter((candidate) => !isPrivate(candidate))) {
    const slot = `${site.store.family} ${site.app ?? ''} ${shapeOf(site.key.templates[0]!)}`
    byKey.set(slot, [...(byKey.get(slot) ?? []), site])
  }
  return [...byKey.values()].flatMap((group) => scatteredFinding(group) ?? [])
}

const MANY = 4

const writtenIn = (site: Site): string => (site.built?.location ?? site.location).path

function scatteredFinding(group: readonly Site[]): Finding | undefined {
  // The writer owns the key; the others repeat it.
  const ranked = [...group].sort((a, b) => Number(isWriter(b)) - Number(isWriter(a)))
  const files = new Map<string, Site>()
  for (const site of ranked) if (!files.has(writtenIn(site))) files.set(writtenIn(site), site)
  const [first, ...others] = files.values()
  if (!first || others.length === 0) return undefined
  const template = first.key.templates[0]!
  return {
    messageId: 'scattered', confidence: 'high',
    // Of a browser's own entries who writes and who invalidates stand near each other as a rule: a matter of taste, until they are many.
    ...(first.app !== undefined && files.size < MANY ? { severity: 'info' as const } : {}),
    data: { key: print(template), count: String(files.size) },
    keys: [template], location: first.built?.location ?? first.location,
    related: others.map((site) => ({ ...(site.built?.location ?? site.location), role: 'spelled again', message: `${site.op} of ${print(site.key.templates[0]!)}` })),
    symbol: '',
  }
}
