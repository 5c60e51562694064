import { dirname } from 'node:path'
import type { KeylessCall, RawSite } from '../collect/raw-site.js'
import { commandOf, isHandedThrough, isHandedThroughBy } from '../collect/raw-site.js'
import { tellsMore } from '../collect/wrappers.js'
import type { Collected } from '../collect/collect.js'
import { placeOfCall, symbolAt } from '../collect/place.js'
import { interner } from '../keys/memoised.js'
import { print } from '../keys/print.js'
import { expand, holesOf, mapParts, partsOf, type Template } from '../keys/template.js'
import { withinStack } from '../resolve/context.js'
import { toTemplate } from '../resolve/to-template.js'
import { memberNames } from '../resolve/value.js'
import { enclosingFunction, functionId, isFunctionNode } from '../resolve/frame.js'
import { fillFacts } from '../fill/facts.js'
import { partFaults } from '../parts/faults.js'
import { expiriesOf } from '../expiry/expiries.js'
import { distinctNames } from '../trace/distinct-names.js'
import { inlineBuilder } from '../trace/builders.js'
import { droppedInput } from '../trace/dropped.js'
import { misguarded } from '../trace/guards.js'
import { declaredFactories } from '../trace/declared-factories.js'
import { builtBy, factoriesOf, handedIn, mixedAt } from '../trace/provenance.js'
import { isOfBriefObject } from '../trace/owner.js'
import { otherRow } from '../trace/rows.js'
import { publicResponses } from '../trace/responses.js'
import { scanOf } from '../trace/scans.js'
import { shadowed } from '../trace/shadows.js'
import { producerOf } from '../trace/producer.js'
import { purposesOf } from '../purpose/purposes.js'
import { EntityCalls } from '../trace/entities.js'
import { ttlOf } from '../trace/ttl.js'
import { listedEntities, writesTo, type RawWrite } from '../trace/writes.js'
import { byPlace, compare } from './places.js'
import type { Diagnostic, EntityWrite, KeylessDelete, Model, Purpose, Renaming, Resolution, Site, SiteKey } from './types.js'

/** How a program is turned into data. */
export interface AssembleOptions {
  /** Note the writes to every entity, not to those alone that are cached here: another program may cache them. */
  readonly everyWrite?: boolean
}

/** Turns what was collected into plain data. After this no syntax is touched again. */
export function assemble(collected: Collected, { everyWrite = false }: AssembleOptions = {}): Model {
  const { context, sites: raw } = collected
  const entities = new EntityCalls(context)
  const purposes = purposesOf(context, raw, collected.relays)
  const intern = interner<Template>()
  const made = raw.map((site) => ({ raw: site, site: siteOf(collected, site, { entities, purposes, intern }) })).sort((a, b) => bySite(a.site, b.site))
  const numbered = numberTwins(made.map(({ site }) => site))
  const idOf = new Map(made.map(({ raw: each }, i) => [each, numbered[i]!.id]))
  const cached = new Set([...numbered.flatMap((site) => site.producer?.reads ?? []), ...listedEntities(raw, entities)])
  return {
    files: context.program.files.length,
    sites: numbered,
    factories: [...factoriesOf(numbered), ...declaredFactories(context)],
    cached: [...cached].sort(),
    writes: writesTo(context, everyWrite ? 'all' : cached, raw).map((write) => entityWrite(write, idOf)).sort((a, b) => byPlace(a.location, b.location)),
    keyless: collected.keyless.map(keylessDelete).sort((a, b) => byPlace(a.location, b.location)),
    renamings: collected.relays.flatMap((site) => renaming(site) ?? []).sort((a, b) => byPlace(a.location, b.location)),
    responses: publicResponses(context).sort((a, b) => byPlace(a.location, b.location)),
    ...expiriesOf(context, raw),
    partFaults: partFaults(context, raw),
    fill: fillFacts(context, raw, purposes),
    distinctNames: distinctNames(context.program, numbered),
    parsed: context.program.parsed,
    diagnostics: [...problems(collected), ...unresolvedKeys(numbered)],
  }
}

function entityWrite({ invalidations, early, listed, ...write }: RawWrite, idOf: ReadonlyMap<RawSite, string>): EntityWrite {
  const ids = (sites: readonly RawSite[]): string[] => sites.flatMap((site) => idOf.get(site) ?? []).sort()
  return { ...write, invalidations: ids(invalidations), early: ids(early), listed: ids(listed) }
}

function keylessDelete({ call, inner }: KeylessCall): KeylessDelete {
  return {
    location: placeOfCall(call.unit, call.node), symbol: symbolAt(call.node),
    inner: placeOfCall(inner.call.unit, inner.call.node), template: plain(inner.templates[0] ?? []),
  }
}

function renaming({ call, through, templates: [given] }: RawSite): Renaming | undefined {
  const own = through?.templates[0]
  if (!through || !own || !given || holesOf(given).length < 2 || print(own) === print(given)) return undefined
  return {
    location: placeOfCall(call.unit, call.node), symbol: symbolAt(call.node), own: plain(own), given: plain(given),
    wrapper: { name: symbolAt(through.call.node), location: placeOfCall(through.call.unit, through.call.node) },
  }
}

interface Makers {
  readonly entities: EntityCalls
  readonly purposes: (site: RawSite) => Purpose
  readonly intern: (template: Template) => Template
}

function siteOf(collected: Collected, site: RawSite, { entities, purposes, intern }: Makers): Site {
  const { call } = site
  const fn = enclosingFunction(call.node)
  return {
    id: `${call.unit.path}#${symbolAt(call.node)}#${site.spec.op}#${site.templates.map(print).join(',')}`,
    op: site.spec.op,
    client: site.client.client.id,
    command: commandOf(site),
    store: { family: site.client.client.family, ...(site.client.instance === undefined ? {} : { instance: site.client.instance }) },
    ...(site.client.client.heldBy ? { app: packageOf(collected, call.unit.file) } : {}),
    passThrough: collected.opened.has(site) || isHandedThrough(site),
    purpose: purposes(site),
    location: placeOfCall(call.unit, call.node),
    symbol: symbolAt(call.node),
    scope: fn ? functionId(call.unit, fn) : call.unit.path,
    key: keyOf(site, intern),
    member: site.spec.member === true,
    ...(site.through ? { through: placeOfCall(site.through.call.unit, site.through.call.node) } : {}),
    ...(site.isEcho ? { echo: true } : {}),
    ...(site.spec.returns === 'argument' ? { isDescribed: true } : {}),
    ...(site.spec.isAhead ? { isAhead: true } : {}),
    ...traced(collected, site, entities),
    ...fieldsOf(site),
  }
}

type Traced = Pick<Site, 'built' | 'handed' | 'producer' | 'ttl' | 'scan' | 'isBrief' | 'misguarded' | 'otherRow' | 'mixedAt' | 'inlineBuilder' | 'shadowed' | 'dropped'>

/** What is asked of each site, as far as the program answers. */
function traced({ context, sites }: Collected, site: RawSite, entities: EntityCalls): Traced {
  const asked = <T>(work: () => T | undefined): T | undefined => withinStack(work, () => undefined)
  const built = asked(() => builtBy(context, site))
  return present({
    built,
    handed: built?.factory?.own ? handedIn(site) : undefined,
    producer: asked(() => producerOf(context, site, entities, sites)),
    ttl: asked(() => ttlOf(context, site)),
    scan: scanOf(site),
    isBrief: site.client.client.sharing === 'instance' && asked(() => isOfBriefObject(context, site)) ? true : undefined,
    misguarded: asked(() => misguarded(context, site)),
    otherRow: otherRow(site),
    mixedAt: mixedAt(context, site),
    inlineBuilder: asked(() => inlineBuilder(context, site)),
    shadowed: shadowed(site, sites),
    dropped: asked(() => droppedInput(context, site)),
  })
}

/** The members that are there. */
const present = (members: { readonly [K in keyof Traced]: Traced[K] | undefined }): Traced =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

function packageOf({ context: { program } }: Collected, file: string): string {
  const folder = program.modules.workspaces.enclosing(dirname(file))?.folder
  return folder === undefined ? '' : program.pathOf(folder)
}

function keyOf(site: RawSite, intern: (template: Template) => Template): SiteKey {
  const templates = handedOn(site) ?? site.templates
  const reasons = [...new Set(templates.flatMap((template) => holesOf(template).flatMap((hole) => hole.unresolved ?? [])))]
  return { kind: site.kind, match: site.match, templates: templates.map(plain).map(intern), resolution: resolutionOf(templates, site.spec.key.parameters !== undefined), takesArrays: site.client.client.arrayKeys === true || site.spec.key.parameters !== undefined || isFunctionNode(site.call.node), reasons }
}

// `hset(key, field, value)`; an object in the field's place names several.
function fieldsOf({ spec, args }: RawSite): Pick<Site, 'fields'> {
  if (!spec.field) return {}
  const given = spec.field.rest ? args.slice(spec.field.arg) : args.slice(spec.field.arg, spec.field.arg + 1)
  const fields = given.flatMap(({ value }) => (value.kind === 'object' ? memberNames(value).map((name) => [{ kind: 'text' as const, text: name }]) : [plain(toTemplate(value))]))
  return fields.length > 0 ? { fields } : {}
}

// A wrapper that hands its key on to another one adds nothing to it: shown is the key that it hands on.
function handedOn({ through, templates }: RawSite): readonly Template[] | undefined {
  if (!through || !isHandedThroughBy(templates) || tellsMore(through.templates, templates)) return undefined
  const [hole] = templates.flatMap((template) => expand(template)).find((row) => row.length === 1) ?? []
  return hole && [[hole]]
}

// Origins served the collector; in the model they would make two equal keys differ.
function plain(template: Template): Template {
  return mapParts(template, (part) => {
    if (part.kind === 'text') return [{ kind: 'text', text: part.text }]
    if (part.kind !== 'hole' && part.kind !== 'spread') return [part]
    const { parameter: _, ...rest } = part
    return [rest]
  })
}

function resolutionOf(templates: readonly Template[], isMemo: boolean): Resolution {
  const parts = templates.flatMap((template) => [...partsOf(template)])
  const unknown = parts.filter((part) => part.kind === 'hole' && part.unresolved !== undefined)
  if (unknown.length > 0) return parts.some((part) => part.kind === 'text') ? 'partial' : 'none'
  // A key that is one value of run time, and no parameter whose callers would tell: nothing of it is known. The key of a
  // memoizer is its argument, and that is all there is to know.
  const isLone = !isMemo && templates.every((template) => template.length === 1 && template[0]!.kind === 'hole' && template[0]!.parameter === undefined)
  return isLone ? 'partial' : 'full'
}

const bySite = (a: Site, b: Site): number => byPlace(a.location, b.location) || compare(a.id, b.id)

/** Sites of one function with one key are told apart by their order. */
function numberTwins(sites: readonly Site[]): Site[] {
  const seen = new Map<string, number>()
  return sites.map((site) => {
    const count = (seen.get(site.id) ?? 0) + 1
    seen.set(site.id, count)
    return count === 1 ? site : { ...site, id: `${site.id}#${count}` }
  })
}

function problems({ context }: Collected): Diagnostic[] {
  return context.program.problems.map(({ kind, path, message, line }) => ({
    kind, message, location: { path, startLine: line ?? 1, startColumn: 1, endLine: line ?? 1, endColumn: 1 },
  }))
}

function unresolvedKeys(sites: readonly Site[]): Diagnostic[] {
  return sites.filter((site) => site.key.resolution !== 'full' && !site.passThrough).map((site) => ({
    kind: 'unresolved-key' as const,
    message: `${site.op} of ${site.key.templates.map(print).join(', ')}: ${site.key.reasons.join('; ') || 'the key is a value of run time'}`,
    location: site.location,
  }))
}
