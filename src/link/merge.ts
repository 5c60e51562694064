import { interner } from '../keys/memoised.js'
import { isTelling, slotOf } from '../keys/slot.js'
import { expand, type Template } from '../keys/template.js'
import { byPlace, compare, rangeOf } from '../model/places.js'
import type { Diagnostic, EntityWrite, Factory, Model, Place, Purpose, Site } from '../model/types.js'
import type { Facts } from './facts.js'

/**
 * One model of the facts of several packages. A package is seen by each that depends on it, and each sees a part: who calls a
 * wrapper, who invalidates after a write. What any of them sees is so.
 */
export function merged(all: readonly Facts[]): Model {
  const models = all.map(({ model }) => model)
  const sites = mergedSites(all)
  const cached = new Set(models.flatMap((model) => model.cached))
  const list = <T>(of: (model: Model) => readonly T[]): T[] => distinct(models.flatMap(of))
  return {
    files: new Set(all.flatMap(({ files }) => files)).size,
    parsed: new Set(all.flatMap(({ parsed }) => parsed)).size,
    sites, cached: [...cached].sort(),
    factories: mergedFactories(models, sites),
    writes: mergedWrites(models).filter(({ entity, isRouter }) => isRouter === true || cached.has(entity)),
    keyless: list((model) => model.keyless).sort(byLocation),
    renamings: list((model) => model.renamings).sort(byLocation),
    responses: list((model) => model.responses).sort(byLocation),
    lifetimes: list((model) => model.lifetimes), falsyLifetimes: list((model) => model.falsyLifetimes), splits: list((model) => model.splits),
    omitted: list((model) => model.omitted), partFaults: list((model) => model.partFaults),
    fill: {
      hits: list((model) => model.fill.hits), errors: list((model) => model.fill.errors), losses: list((model) => model.fill.losses),
      awaits: list((model) => model.fill.awaits), stampedes: list((model) => model.fill.stampedes),
    },
    distinctNames: list((model) => model.distinctNames),
    diagnostics: list((model) => model.diagnostics).filter((each) => !isOfWrapper(each, sites)),
  }
}

function distinct<T>(all: readonly T[]): T[] {
  const found = new Map<string, T>()
  for (const one of all) if (!found.has(JSON.stringify(one))) found.set(JSON.stringify(one), one)
  return [...found.values()]
}

const byLocation = (a: { readonly location: Place }, b: { readonly location: Place }): number => byPlace(a.location, b.location)

/**
 * The sites of each place, as the package sees them that sees most: who depends on a library knows what it is given. Whether its
 * callers carry the key, any of those that call it may tell; what a key is for, any of those that use it.
 */
function mergedSites(all: readonly Facts[]): Site[] {
  const intern = interner<Template>()
  const places = new Map<string, Site[]>()
  const opened = new Set<string>()
  for (const { model } of [...all].sort((a, b) => b.files.length - a.files.length || compare(a.package, b.package))) {
    const own = new Map<string, Site[]>()
    for (const site of model.sites) {
      own.set(rangeOf(site.location), [...(own.get(rangeOf(site.location)) ?? []), site])
      if (site.passThrough) opened.add(site.id)
    }
    for (const [place, sites] of own) if (!places.has(place)) places.set(place, sites)
  }
  const sites = [...places.values()].flat().map((site) => ({ ...site, passThrough: opened.has(site.id), key: { ...site.key, templates: site.key.templates.map(intern) } }))
  const purposes = purposesByKey(all)
  return sites.map((site) => (site.purpose === 'data' ? { ...site, purpose: purposes.get(soleSlot(site)) ?? 'data' } : site)).sort((a, b) => byLocation(a, b) || compare(a.id, b.id))
}

/** What keys are for, by their shape, as far as any package can tell. */
function purposesByKey(all: readonly Facts[]): ReadonlyMap<string | undefined, Purpose> {
  const telling = all.flatMap(({ model }) => model.sites).filter((site) => site.purpose !== 'data' && soleSlot(site) !== undefined)
  return new Map(telling.map((site) => [soleSlot(site), site.purpose]))
}

/** The slot of a site's key; of several keys it is not known of which its purpose tells. */
function soleSlot({ store, key }: Site): string | undefined {
  const [row, ...more] = key.kind === 'tag' ? [] : key.templates.flatMap((template) => expand(template)).filter(isTelling)
  return row && more.length === 0 ? slotOf(store.family, row) : undefined
}

/** Each factory, with how many of all sites build their key by it. */
function mergedFactories(models: readonly Model[], sites: readonly Site[]): Factory[] {
  const slot = ({ name, location }: Pick<Factory, 'name' | 'location'>): string => `${rangeOf(location)} ${name}`
  const uses = new Map<string, number>()
  for (const { built } of sites) if (built?.factory) uses.set(slot(built.factory), (uses.get(slot(built.factory)) ?? 0) + 1)
  const found = new Map<string, Factory>()
  for (const factory of models.flatMap((model) => model.factories)) {
    const id = `${slot(factory)} ${JSON.stringify(factory.template)}`
    if (!found.has(id)) found.set(id, { ...factory, uses: Math.max(factory.uses, uses.get(slot(factory)) ?? 0) })
  }
  return [...found.values()]
}

/** Each write, with the invalidations that any of the packages knows of. */
function mergedWrites(models: readonly Model[]): EntityWrite[] {
  const found = new Map<string, EntityWrite>()
  for (const write of models.flatMap((model) => model.writes)) {
    const id = `${rangeOf(write.location)} ${write.entity} ${write.method}`
    const known = found.get(id)
    const both = (one: readonly string[], other: readonly string[] = []): string[] => [...new Set([...one, ...other])].sort()
    found.set(id, { ...write, invalidations: both(write.invalidations, known?.invalidations), early: both(write.early, known?.early), listed: both(write.listed, known?.listed) })
  }
  return [...found.values()].sort(byLocation)
}

/** A key that is not known where it stands, and that callers carry after all. */
const isOfWrapper = ({ kind, location }: Diagnostic, sites: readonly Site[]): boolean =>
  kind === 'unresolved-key' && location !== undefined && sites.filter((site) => rangeOf(site.location) === rangeOf(location)).every((site) => site.passThrough)
