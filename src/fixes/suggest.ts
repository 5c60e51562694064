import type { AuditedFinding } from '../audit/audit.js'
import type { Collected } from '../collect/collect.js'
import { placeOf, placeOfCall } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import { holesOf, partsOf, type Template } from '../keys/template.js'
import { memoised } from '../keys/memoised.js'
import { print } from '../keys/print.js'
import type { Edit, Mend, Suggestion } from '../model/finding.js'
import { rangeOf } from '../model/places.js'
import type { Place } from '../model/types.js'
import { enclosingFunction } from '../resolve/frame.js'
import { within } from '../resolve/scope.js'
import { nodeAt as writtenAt } from '../trace/provenance.js'
import { factoryCall } from './factory.js'
import { literalOf, nodeAt, type KeyLiteral } from './literal.js'
import { scanned } from './scan.js'
import { spelledAs } from './spell.js'

/** The findings, with the edits that mend them where nothing has to be guessed. */
export const withSuggestions = (findings: readonly AuditedFinding[], collected: Collected): readonly AuditedFinding[] =>
  findings.map((finding) => {
    const suggestion = finding.mend && suggestionFor(finding, finding.mend, collected)
    return suggestion ? { ...finding, suggestion } : finding
  })

function suggestionFor(finding: AuditedFinding, mend: Mend, collected: Collected): Suggestion | undefined {
  if (mend.kind === 'call') return asSuggestion(`Call ${mend.factory.name}.`, callFor(finding, mend.factory, collected))
  const [site] = sitesAt(collected, finding.location)
  if (!site) return undefined
  const { program } = collected.context
  if (mend.kind === 'scan') return asSuggestion('Walk over the keys with SCAN.', scanned(program, site))
  return asSuggestion(`Spell the key as it is written: ${print(mend.key)}.`, spelling(site, finding, mend.key, collected))
}

const asSuggestion = (message: string, edits: readonly Edit[] | undefined): Suggestion | undefined => (edits && { message, edits })

function callFor({ location, keys: [key] }: AuditedFinding, factory: Extract<Mend, { kind: 'call' }>['factory'], { context }: Collected): readonly Edit[] | undefined {
  const unit = context.program.parsedAt(location.path)
  const node = unit && nodeAt(unit, location)
  return unit && node && factoryCall(context.program, { unit, node, holes: key ? holesOf(key) : [] }, factory)
}

function spelling(site: RawSite, { related }: AuditedFinding, key: Template, collected: Collected): readonly Edit[] | undefined {
  const [own] = site.templates
  const literal = own && literalOfSite(site, own)
  const writer = related.find(({ role }) => role === 'writer')
  const seen = writer && sitesAt(collected, writer)[0]?.call.node
  const edit = literal && spelledAs(literal, own, key, seen)
  return edit && [edit]
}

/** The one literal that the key of a site is written in, in the function around the site. */
function literalOfSite(site: RawSite, own: Template): KeyLiteral | undefined {
  const { unit, node: call } = site.call
  const origins = [...partsOf(own)].flatMap((part) => (part.kind === 'text' ? part.origins ?? [] : []))
  const starts = new Set(origins.map(({ file, at }) => `${file}:${at}`))
  const [first] = origins
  if (site.through || starts.size !== 1 || !first || first.file !== unit.path) return undefined
  const node = writtenAt(unit.ast, first.at)
  const fn = enclosingFunction(call)
  return node && (within(node, call) || (fn && within(node, fn))) ? literalOf(unit, node, own[0]?.kind === 'list') : undefined
}

const sitesAt = (collected: Collected, place: Place): readonly RawSite[] => sitesByPlace(collected).get(rangeOf(place)) ?? []

/** The sites by where they stand: by the place of the call that reports show, and by that of the whole expression. */
const sitesByPlace = memoised(({ sites }: Collected): ReadonlyMap<string, readonly RawSite[]> => {
  const found = new Map<string, RawSite[]>()
  for (const site of sites) {
    const { unit, node } = site.call
    for (const place of new Set([placeOfCall(unit, node), placeOf(unit, node)].map(rangeOf))) found.set(place, [...(found.get(place) ?? []), site])
  }
  return found
})
