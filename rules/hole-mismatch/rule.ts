import { alignedLines } from '../../src/keys/aligned.js'
import { print, shapeOf } from '../../src/keys/print.js'
import { holesOf, type Template } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { isSolid, isWriter, placeKey, sameSpace } from '../../src/model/relations.js'
import type { Model, Renaming, Severity, Site } from '../../src/model/types.js'
import { identityOf, type HoleIdentity } from './identity.js'

export const holeMismatch: Rule = {
  id: 'hole-mismatch',
  severity: 'error',
  description: 'Two keys have the same text, but another thing fills a hole of one of them: they never meet.',
  messages: {
    swapped: 'The arguments of {factory} are swapped: {first} stands where it takes {second}, and the other way round.\n{aligned}',
    entity: '{factory} takes {wanted} here, and is given {given}: the key is that of something else.\n{aligned}',
    misplaced: '{factory} takes {wanted} here, and is given {given}, which it takes in another place.\n{aligned}',
    guard: 'This is done when `{guard}` is there, and its key is made of `{hole}`, which need not be: the key may hold `undefined`, and that of `{guard}` is never reached.',
    row: 'The row that is written is that of `{written}`, which was found by `{by}: {deleted}`; the key that is deleted is that of `{deleted}` itself.',
    shadow: 'The `{name}` of this key is another than the one that it is written with at {writer}: it hides that one.',
    form: 'The key is {done} where it is written at {writer}, and {undone} here: they meet only when that changes nothing.\n{aligned}',
    member: 'What is written at {writer} is keyed by `{written}`, what is deleted here by `{deleted}`: two identities of one thing.\n{aligned}',
  },
  check: (model) => {
    const sites = model.sites.filter((site) => !site.passThrough && isSolid(site) && site.key.templates.length === 1)
    const vocabulary = entitiesOf(model)
    const byFactory = sites.flatMap((site) => againstFactory(site, vocabulary) ?? [])
    const told = new Set(byFactory.map((finding) => finding.location.path + finding.location.startLine))
    const byWriter = sites.filter((site) => site.op === 'delete' && !site.echo && !told.has(site.location.path + site.location.startLine)).flatMap((site) => againstWriters(site, sites, isDistinctIn(model)) ?? [])
    return oncePerPlace([...model.renamings.flatMap((renaming) => ofRenaming(renaming) ?? []), ...model.sites.flatMap((site) => byGuard(site) ?? byShadow(site) ?? byRow(site, model) ?? []), ...byFactory, ...byWriter])
  },
}

const oncePerPlace = (findings: readonly Finding[]): Finding[] =>
  [...new Map(findings.map((f) => [`${f.messageId} ${placeKey(f.location)}`, f])).values()]

const identities = (template: Template): (HoleIdentity | undefined)[] => holesOf(template).map((hole) => (hole.unresolved === undefined ? identityOf(hole.name) : undefined))

/** The things that the parameters of the program's key factories identify. */
function entitiesOf(model: Model): ReadonlySet<string> {
  const owns = model.sites.flatMap((site) => site.built?.factory?.own ?? [])
  return new Set(owns.flatMap((own) => identities([own]).flatMap((identity) => identity?.entity ?? [])))
}

function byGuard(site: Site): Finding | undefined {
  const [template] = site.key.templates
  return site.misguarded && template ? finding(site, 'guard', 'error', { ...site.misguarded }, [template], []) : undefined
}

function byShadow(site: Site): Finding | undefined {
  const { shadowed } = site
  const [template] = site.key.templates
  if (!shadowed || !template) return undefined
  const data = { name: shadowed.name, writer: `${shadowed.location.path}:${shadowed.location.startLine}` }
  return finding(site, 'shadow', 'warning', data, [template], [{ ...shadowed.location, role: 'writer', message: `writes it with the hidden ${shadowed.name}` }])
}

/** The key of one row is deleted where another is written, and that of the written one nowhere in the function. */
function byRow(site: Site, model: Model): Finding | undefined {
  const { otherRow } = site
  const [template] = site.key.templates
  if (!otherRow || !template) return undefined
  const isDeleted = model.sites.some((other) => other.op === 'delete' && other.scope === site.scope && other.key.templates.some((key) => holesOf(key).some((hole) => hole.name === otherRow.written)))
  const { location, ...data } = otherRow
  return isDeleted ? undefined : finding(site, 'row', 'warning', data, [template], [{ ...location, role: 'write', message: `writes the row of ${data.written}` }])
}

/** What a site hands to a factory against the names of the factory's own parameters. */
function againstFactory(site: Site, vocabulary: ReadonlySet<string>): Finding | undefined {
  const factory = site.built?.factory
  const [template] = site.key.templates
  // A client may put a prefix before what the factory builds.
  if (!factory?.own || !template || !shapeOf(template).endsWith(shapeOf(factory.own))) return undefined
  const wanted = identities(factory.own)
  const given = wanted.length === 0 ? [] : identities(template).slice(-wanted.length)
  const base = { factory: factory.name, aligned: alignedLines(['FACTORY', factory.own], ['HERE', template]).join('\n') }
  const related = [{ ...factory.location, role: 'factory', message: `${factory.name} builds ${print(factory.own)}` }]
  const exchanged = exchangedIn(wanted, given)
  if (exchanged) return finding(site, exchanged.messageId, exchanged.severity, { ...base, ...exchanged.data }, [template, factory.own], related)
  // What is handed over by the name that the factory has for it is that, whatever it was made of: `const teamId = String(event.aggregateId)`.
  const wrong = wanted.findIndex((identity, i) => isOtherEntity(identity, given[i], vocabulary) && !site.handed?.includes(identity!.path.split('.')[0]!))
  if (wrong === -1) return undefined
  return finding(site, 'entity', 'error', { ...base, wanted: `{${wanted[wrong]!.path}}`, given: `{${given[wrong]!.path}}` }, [template, factory.own], related)
}

/** What a call hands to a wrapper against the names that the wrapper has for it. */
function ofRenaming({ location, symbol, wrapper, own, given }: Renaming): Finding | undefined {
  const exchanged = exchangedIn(identities(own), identities(given))
  const data = { factory: wrapper.name, aligned: alignedLines(['WRAPPER', own], ['HERE', given]).join('\n'), ...exchanged?.data }
  const related = [{ ...wrapper.location, role: 'factory', message: `${wrapper.name} uses ${print(own)}` }]
  return exchanged && finding({ location, symbol }, exchanged.messageId, exchanged.severity, data, [given, own], related)
}

/** What stands in the place of something else. */
function exchangedIn(wanted: readonly (HoleIdentity | undefined)[], given: readonly (HoleIdentity | undefined)[]): Difference | undefined {
  const swapped = swapOf(wanted, given)
  if (swapped) return { messageId: 'swapped', severity: 'error', data: { first: swapped[0], second: swapped[1] } }
  const misplaced = misplacedIn(wanted, given)
  return misplaced && { messageId: 'misplaced', severity: 'warning', data: { wanted: misplaced[0], given: misplaced[1] } }
}

/** Two holes, each filled with what bears the name of the other. */
function swapOf(wanted: readonly (HoleIdentity | undefined)[], given: readonly (HoleIdentity | undefined)[]): readonly [string, string] | undefined {
  for (let i = 0; i < wanted.length; i++) {
    for (let j = i + 1; j < wanted.length; j++) {
      const [a, b, c, d] = [wanted[i], wanted[j], given[i], given[j]]
      if (!a || !b || !c || !d || same(a, b)) continue
      if (same(a, d) && same(b, c)) return [`{${c.path}}`, `{${a.path}}`]
    }
  }
  return undefined
}

/** `emailOf(address, project.id)` of `emailOf(projectId, email)`: the id of a thing stands where none is taken, and what is no id in its place. */
function misplacedIn(wanted: readonly (HoleIdentity | undefined)[], given: readonly (HoleIdentity | undefined)[]): readonly [string, string] | undefined {
  for (const [i, id] of wanted.entries()) {
    const at = given.findIndex((each, j) => j !== i && id?.entity !== undefined && each?.entity === id.entity)
    const [other, instead] = [wanted[at], given[i]]
    if (other && instead && !other.entity && !instead.entity && !IDENTIFYING_ID.test(other.member)) return [`{${other.path}}`, `{${given[at]!.path}}`]
  }
  return undefined
}

const IDENTIFYING_ID = /id|key|uuid|owner|user|target|parent|by$/i

// `projectId` is `project.id`.
const same = (a: HoleIdentity, b: HoleIdentity): boolean =>
  a.member.toLowerCase() === b.member.toLowerCase() ? !(a.entity && b.entity) || a.entity === b.entity : a.entity !== undefined && a.entity === b.entity

/** A team's id where a user's is wanted, when the program has keys for both. */
function isOtherEntity(wanted: HoleIdentity | undefined, given: HoleIdentity | undefined, vocabulary: ReadonlySet<string>): boolean {
  const [a, b] = [wanted?.entity, given?.entity]
  if (!a || !b || isShortFor(a, b) || isShortFor(b, a)) return false
  return vocabulary.has(a) && vocabulary.has(b)
}

// `env` of `environment`, `team` of `parentteam`.
const isShortFor = (short: string, long: string): boolean => long.startsWith(short) || long.endsWith(short)

/** What a delete fills its holes with against every write of the same shape. */
function againstWriters(site: Site, sites: readonly Site[], isDistinct: IsDistinct): Finding | undefined {
  const [template] = site.key.templates
  const writers = sites.filter((other) => isWriter(other) && sameSpace(site, other) && shapeOf(other.key.templates[0]!) === shapeOf(template!))
  if (!template || writers.length === 0) return undefined
  const differences = writers.map((writer) => differenceOf(identities(writer.key.templates[0]!), identities(template), isDistinct))
  const [first] = differences
  if (!first || differences.some((difference) => difference?.messageId !== first.messageId)) return undefined
  const writer = writers[0]!
  const data = { ...first.data, writer: `${writer.location.path}:${writer.location.startLine}`, aligned: alignedLines(['WRITE', writer.key.templates[0]!], ['DELETE', template]).join('\n') }
  const scenario = { kind: 'stale', written: writer.key.templates[0]!, deleted: template, match: site.key.match, pairs: 'names' } as const
  return { scenario, ...finding(site, first.messageId, first.severity, data, [template, writer.key.templates[0]!], [{ ...writer.location, role: 'writer', message: `writes ${print(writer.key.templates[0]!)}` }]) }
}

interface Difference { readonly messageId: string; readonly severity: Severity; readonly data: Readonly<Record<string, string>> }

function differenceOf(written: readonly (HoleIdentity | undefined)[], deleted: readonly (HoleIdentity | undefined)[], isDistinct: IsDistinct): Difference | undefined {
  for (const [i, a] of written.entries()) {
    const b = deleted[i]
    if (!a || !b) continue
    const difference = formDifference(a, b) ?? memberDifference(a, b, isDistinct)
    if (difference) return difference
  }
  return undefined
}

function formDifference(a: HoleIdentity, b: HoleIdentity): Difference | undefined {
  const [mine, theirs] = [a.forms.join(), b.forms.join()]
  if (mine === theirs || a.member !== b.member) return undefined
  const severity: Severity = a.path === b.path ? 'error' : 'warning'
  const words = (forms: string): string => (forms === '' ? 'as it is' : `put through ${forms}`)
  return { messageId: 'form', severity, data: { done: words(mine), undone: words(theirs) } }
}

const IDENTIFYING = new Set(['id', 'uuid', 'slug', 'key', 'email', 'username', 'handle', 'externalid', 'code'])

function memberDifference(a: HoleIdentity, b: HoleIdentity, isDistinct: IsDistinct): Difference | undefined {
  if (a.forms.length > 0 || b.forms.length > 0) return undefined
  const data = { written: a.path, deleted: b.path }
  if (isDistinct(lastName(a.path), lastName(b.path))) return { messageId: 'member', severity: 'warning', data }
  // `_userId` beside `userId` is one value by two habits more often than two.
  if (a.member === b.member) return undefined
  const [one, other] = [a.member.toLowerCase(), b.member.toLowerCase()]
  const sameOwner = a.path.includes('.') && ownerOf(a.path) === ownerOf(b.path)
  return sameOwner && IDENTIFYING.has(one) && IDENTIFYING.has(other) ? { messageId: 'member', severity: 'error', data } : undefined
}

type IsDistinct = (a: string, b: string) => boolean

function isDistinctIn({ distinctNames }: Model): IsDistinct {
  const pairs = new Set(distinctNames.map(([a, b]) => `${a} ${b}`))
  return (a, b) => pairs.has(`${a} ${b}`) || pairs.has(`${b} ${a}`)
}

const lastName = (path: string): string => path.split('.').at(-1)!

const ownerOf = (path: string): string => path.split('.').at(-2) ?? ''

function finding(site: Pick<Site, 'location' | 'symbol'>, messageId: string, severity: Severity, data: Readonly<Record<string, string>>, keys: readonly Template[], related: Finding['related']): Finding {
  return { messageId, severity, confidence: severity === 'error' ? 'high' : 'medium', data, keys, location: site.location, related, symbol: site.symbol }
}
