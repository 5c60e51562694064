import { alignedLines } from '../../src/keys/aligned.js'
import { print } from '../../src/keys/print.js'
import { overlaps } from '../../src/keys/match.js'
import { align } from '../../src/keys/segments.js'
import { fixedText, GLOB, mapParts, text, type Part, type Template } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { differenceData, isMisspelt, nearest, type NearMiss } from '../../src/model/near-miss.js'
import { isSolid, isWriter, keysOf, ownSites, placeKey, reachesKey, sameSpace, siteReaches, unopenedWriters } from '../../src/model/relations.js'
import type { Confidence, KeylessDelete, Model, Site } from '../../src/model/types.js'

const SURE = 0.6

export const setDeleteMismatch: Rule = {
  id: 'set-delete-mismatch',
  severity: 'error',
  description: 'A delete reaches no key that is written, or only some of them: stale data is served.',
  messages: {
    unmatched: 'This delete matches no key that is written: {difference} {segment}. The nearest is written at {writer}.\n{aligned}',
    orphan: 'This delete matches no key that the program writes.\nDELETE  {delete}',
    glob: 'This delete is exact and takes the asterisk literally; it was to match what is written at {writer}.\n{aligned}',
    keyless: 'This makes no key: of what it is handed an empty text is made, and the delete at {inner} is passed over.',
    partial: 'This delete misses one variant of the key that is written at {writer}.\n{aligned}',
  },
  check: (model) => {
    const sites = ownSites(model)
    const deletes = sites.filter((site) => site.op === 'delete' && isJudged(site))
    const spaceOf = spaces(sites)
    return [...oncePerVariant(nearestOnly(deletes.flatMap((site) => judge(site, spaceOf(site), model) ?? []))), ...model.keyless.map(keyless)]
  },
}

// Routes and predicates reach what they reach; a key of which nothing is fixed says nothing; a wrapper of a Map tidies up
// its table of calls in flight.
function isJudged(site: Site): boolean {
  return isSolid(site) && !site.key.templates.every(isUnended) && !(site.store.family === 'map' && site.through !== undefined) && site.key.kind !== 'path' && site.key.match !== 'predicate'
}

/** The sites that may touch the same entries as a site, as far as stores and kinds of keys tell. */
interface Space {
  readonly writers: readonly Site[]
  /** Those of which enough is known. */
  readonly solid: readonly Site[]
  readonly reads: readonly Site[]
  readonly deletes: readonly Site[]
}

/** Found once for all sites of a store. */
function spaces(sites: readonly Site[]): (site: Site) => Space {
  const known = new Map<string, Space>()
  const found = (site: Site): Space => {
    const others = sites.filter((other) => sameSpace(site, other))
    const writers = others.filter(isWriter)
    const reads = others.filter((other) => other.op === 'read' && other.key.kind !== 'pattern' && isSolid(other))
    return { writers, solid: writers.filter(isSolid), reads, deletes: others.filter((other) => other.op === 'delete') }
  }
  return (site) => {
    const slot = JSON.stringify([site.store.family, site.store.instance, site.key.kind === 'tag'])
    const space = known.get(slot) ?? found(site)
    known.set(slot, space)
    return space
  }
}

/** A finding, and how near its delete comes to the key that it is held against. */
interface Verdict {
  readonly finding: Finding
  readonly near?: NearMiss
}

// Of several deletes that miss one key, the nearest was meant for it; of the others only that they reach nothing is sure.
function nearestOnly(verdicts: readonly Verdict[]): Finding[] {
  const best = new Map<string, number>()
  for (const { near } of verdicts) if (near) best.set(print(near.written), Math.max(best.get(print(near.written)) ?? 0, near.alignment.similarity))
  return verdicts.map(({ finding, near }) =>
    near && near.alignment.similarity < best.get(print(near.written))! ? { ...finding, severity: 'warning' } : finding)
}

// A variant is missed by every delete of the other ones: told once, at the first, with the places of the rest.
function oncePerVariant(findings: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>()
  for (const finding of findings.filter((each) => each.messageId === 'partial')) {
    const variant = `${placeKey(finding.related[0]!)} ${print(finding.keys[1]!)}`
    const known = first.get(variant)
    const also = { ...finding.location, role: 'delete', message: 'misses it too' }
    first.set(variant, known ? { ...known, related: [...known.related, also] } : finding)
  }
  return [...findings.filter((each) => each.messageId !== 'partial'), ...first.values()]
}

function judge(site: Site, { writers, solid, reads, deletes }: Space, model: Model): Verdict | undefined {
  const targets = keysOf(site)
  const matched = (writer: Site): boolean => targets.some((target) => siteReaches(site, target, writer) && fillsAlike(target, writer))
  const glob = globInExact(site, targets, solid)
  if (glob) return { finding: glob }
  const hit = solid.filter(matched)
  const swallowed = hit.length > 0 ? swallowedSegment(site, targets, hit, solid) : undefined
  if (swallowed) return swallowed
  const variant = hit.length > 0 ? missedVariant(site, targets, hit, deletes) : undefined
  if (hit.length > 0) return variant && { finding: variant }
  if (reads.some(matched)) return undefined
  const vague = [...writers.filter((writer) => !isSolid(writer)), ...unopenedWriters(model, site)]
  const verdict = unmatched(site, { solid, deletes }, vague)
  return verdict && isCoveredBeside(site, verdict.near, { solid, deletes }) ? { ...verdict, finding: { ...verdict.finding, severity: 'info' } } : verdict
}

/**
 * Does another delete of the same function reach what was missed, or, where this one names what nothing is called, anything? Then
 * it is left over, more often than it was meant for what stays.
 */
function isCoveredBeside(site: Site, near: NearMiss | undefined, { solid, deletes }: Pick<Space, 'solid' | 'deletes'>): boolean {
  const beside = deletes.filter((other) => other !== site && other.scope === site.scope && isSolid(other))
  if (near && beside.some((other) => reachesVariant(other, near.written))) return true
  const isOtherName = !near || (!isMisspelt(near) && near.alignment.differences.every((kind) => kind === 'renamed'))
  return isOtherName && beside.some((other) => keysOf(other).some((target) => solid.some((writer) => siteReaches(other, target, writer))))
}

/**
 * `city:people` beside writes of `city:{id}:people` and `city:{id}`: the word reaches the second only as an id, and is a
 * word of the first, whose id it lacks.
 */
function swallowedSegment(site: Site, targets: readonly Template[], hit: readonly Site[], solid: readonly Site[]): Verdict | undefined {
  const [target] = targets
  if (site.key.match !== 'exact' && site.key.match !== 'tag' || targets.length !== 1 || !target) return undefined
  const reached = hit.flatMap((writer) => keysOf(writer).filter((written) => overlaps(target, written)))
  if (reached.some((written) => !isWhole(written, target) || !takesWordForHole(written, target))) return undefined
  const near = nearest(targets, solid.filter((writer) => keysOf(writer).some((written) => lacksHolesOnly(written, target))))
  return near && lacksHolesOnly(near.written, target) ? { finding: unmatchedFinding(site, near, undefined, 'medium'), near } : undefined
}

/** Has each segment of the one its counterpart in the other? */
const isWhole = (written: Template, target: Template): boolean => align(written, target).pairs.every(({ left, right }) => left !== undefined && right !== undefined)

/** Does a word of the target stand where the written key has a hole? */
const takesWordForHole = (written: Template, target: Template): boolean => {
  const { left, right, pairs } = align(written, target)
  return pairs.some((pair) => pair.left !== undefined && pair.right !== undefined
    && left[pair.left]!.parts.every((part) => part.kind === 'hole') && right[pair.right]!.parts.every((part) => part.kind === 'text'))
}

/** Is the target the written key without some of its holes, word for word? */
function lacksHolesOnly(written: Template, target: Template): boolean {
  const { left, pairs, differences } = align(written, target)
  return differences.length === 1 && differences[0] === 'missing' && !takesWordForHole(written, target)
    && pairs.every((pair) => pair.difference !== 'missing' || left[pair.left!]!.parts.every((part) => part.kind === 'hole'))
}

// A missing argument leaves the text `undefined` in a key: no value that a writer's hole would hold.
function fillsAlike(target: Template, writer: Site): boolean {
  return !isUnfilled(target) || writer.key.templates.some(isUnfilled)
}

const isUnfilled = (template: Template): boolean => /(?<![a-z])undefined(?![a-z])/i.test(fixedText(template))

function unmatched(site: Site, { solid, deletes }: Pick<Space, 'solid' | 'deletes'>, vague: readonly Site[]): Verdict | undefined {
  const targets = keysOf(site)
  const near = nearest(targets, solid, site.key.match)
  const [doubt] = vague.filter((writer) => targets.some((target) => siteReaches(site, target, writer)))
  if (!near) return doubt || solid.length === 0 ? undefined : { finding: orphan(site, targets) }
  const isMeant = isMisspelt(near) || !hasDeleteOfItsOwn(near, site, deletes)
  const confidence: Confidence = doubt ? 'low' : isMeant && near.alignment.similarity >= SURE ? 'high' : 'medium'
  return { finding: unmatchedFinding(site, near, doubt, confidence), near }
}

function unmatchedFinding(site: Site, near: NearMiss, doubt: Site | undefined, confidence: Confidence): Finding {
  const target = site.key.templates[0]!
  return {
    messageId: 'unmatched', confidence, severity: confidence === 'high' ? 'error' : 'warning',
    data: { ...keysData(near.written, target, near.writer), ...differenceData(near) },
    keys: [target, near.written],
    scenario: { kind: 'stale', written: near.written, deleted: target, match: site.key.match, pairs: 'places' },
    mend: { kind: 'spell', key: near.written },
    location: site.location,
    related: [
      { ...near.writer.location, role: 'writer', message: `writes ${print(near.written)}` },
      ...(doubt ? [{ ...doubt.location, role: 'unresolved', message: 'might write this key: its key could not be resolved' }] : []),
    ],
    symbol: site.symbol,
  }
}

/** Is the key that was missed reached by some other delete? Then this one may be meant for nothing that is cached. */
function hasDeleteOfItsOwn({ written }: NearMiss, site: Site, deletes: readonly Site[]): boolean {
  return deletes.some((other) => other !== site && !other.key.templates.some(isUnfilled) && reachesVariant(other, written))
}

function keyless({ location, symbol, inner, template }: KeylessDelete): Finding {
  return {
    messageId: 'keyless', confidence: 'medium', severity: 'warning', data: { inner: `${inner.path}:${inner.startLine}` },
    keys: [template], location, related: [{ ...inner, role: 'delete', message: 'not reached with an empty key' }], symbol,
  }
}

function orphan(site: Site, targets: readonly Template[]): Finding {
  return {
    messageId: 'orphan', confidence: 'medium', severity: 'warning',
    data: { delete: targets.map(print).join(' or ') },
    keys: [site.key.templates[0]!], location: site.location, related: [], symbol: site.symbol,
  }
}

function keysData(written: Template, target: Template, writer: Site): Record<string, string> {
  return {
    aligned: alignedLines(['WRITE', written], ['DELETE', target]).join('\n'),
    writer: `${writer.location.path}:${writer.location.startLine}`,
  }
}

/** `del('user:*')`: Redis DEL and its like take the asterisk for a character. */
function globInExact(site: Site, targets: readonly Template[], writers: readonly Site[]): Finding | undefined {
  if (site.key.match !== 'exact' || site.key.kind !== 'key') return undefined
  const target = targets.find((template) => /[:/._-]\*|\*$/.test(fixedText(template)))
  if (!target || writers.some((writer) => keysOf(writer).some((written) => fixedText(written).includes('*')))) return undefined
  const pattern = mapParts(target, (part) => (part.kind === 'text' ? part.text.split(/(\*)/).map((piece): Part => (piece === '*' ? GLOB : text(piece))) : [part]))
  const writer = writers.find((candidate) => candidate.key.templates.some((template) => overlaps(pattern, template)))
  if (!writer) return undefined
  const written = writer.key.templates[0]!
  return {
    messageId: 'glob', confidence: 'high', data: keysData(written, target, writer), keys: [target, written], location: site.location,
    scenario: { kind: 'stale', written, deleted: target, match: 'exact', pairs: 'places' },
    related: [{ ...writer.location, role: 'writer', message: `writes ${print(written)}` }], symbol: site.symbol,
  }
}

/** One write makes several variants of a key, and no delete of the program reaches one of them. */
function missedVariant(site: Site, targets: readonly Template[], writers: readonly Site[], deletes: readonly Site[]): Finding | undefined {
  if (site.key.match !== 'exact' || site.member) return undefined
  // What a wrapper writes for all who make one of it is more than this one writes: `new Once({ namespace })`.
  const isOfWrapper = (writer: Site): boolean => site.through !== undefined && !writer.through && writer.location.path === site.through.path
  const isMissed = (variant: Template): boolean => !isUnended(variant) && !deletes.some((other) => reachesVariant(other, variant))
  for (const writer of writers.filter((candidate) => candidate.key.templates.length === 1 && !isOfWrapper(candidate))) {
    const variants = keysOf(writer)
    if (variants.length < 2 || variants.some((variant) => fixedText(variant) === '')) continue
    // What only a hole for any text lets in was not meant: each segment has its counterpart.
    const isReached = variants.some((variant) => targets.some((target) => overlaps(target, variant) && isWhole(variant, target)))
    const missed = isReached ? variants.find(isMissed) : undefined
    if (!missed) continue
    const target = site.key.templates[0]!
    return {
      messageId: 'partial', confidence: 'medium', severity: 'warning',
      data: keysData(missed, target, writer), keys: [target, missed], location: site.location,
      scenario: { kind: 'stale', written: missed, deleted: target, match: site.key.match, pairs: 'places' },
      related: [{ ...writer.location, role: 'writer', message: `also writes ${print(missed)}` }], symbol: site.symbol,
    }
  }
  return undefined
}

// `/rooms?`, of a query that no parameter is in, and `run:` or `/rooms/`, of an id that is empty until it is known: nobody meant those.
const isUnended = (variant: Template): boolean => { const last = variant.at(-1); return last?.kind === 'text' && /[?:/]$/.test(last.text) }

const reachesVariant = (site: Site, variant: Template): boolean => keysOf(site).some((target) => reachesKey(site, target, variant, 'exact'))
