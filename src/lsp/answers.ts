import type { CodeAction, Diagnostic, Hover, Location, Position, TextEdit } from 'vscode-languageserver/node.js'
import { isInstance, overlaps } from '../keys/match.js'
import { parse } from '../keys/parse.js'
import type { Report, ReportFinding, ReportSite } from '../report/schema.js'
import { holds, rangeOf } from './ranges.js'

/** The address of a file of the report in the editor. */
export type UriOf = (path: string) => string

const SEVERITIES = { error: 1, warning: 2, info: 3 } as const

/** What an editor shows of a finding: the other places beside it, and the page of its rule behind its name. */
export function diagnosticOf(finding: ReportFinding, uriOf: UriOf): Diagnostic {
  return {
    range: rangeOf(finding.location), severity: SEVERITIES[finding.severity], source: 'keyproof', code: finding.ruleId, message: finding.message,
    relatedInformation: finding.related.map((place) => ({ location: { uri: uriOf(place.path), range: rangeOf(place) }, message: `${place.role}: ${place.message}` })),
    data: finding.id,
  }
}

/** The innermost cache call at a position. */
export function siteAt(report: Report, path: string, position: Position): ReportSite | undefined {
  return report.sites.filter(({ location }) => location.path === path && holds(location, position))
    .sort((a, b) => b.location.startLine - a.location.startLine || b.location.startColumn - a.location.startColumn)[0]
}

const WORDS = { write: 'written', 'read-through': 'filled on a miss', read: 'read', delete: 'deleted', tag: 'tagged' } as const

/** The key of a call, what it is for, and who else uses it. */
export function hoverOf(report: Report, site: ReportSite): Hover {
  const others = relativesOf(report, site)
  const lines = Object.entries(WORDS).flatMap(([op, word]) => {
    const places = others.filter((other) => other.op === op).map(({ location }) => `${location.path}:${location.startLine}`)
    return places.length > 0 ? [`- ${word} at ${[...new Set(places)].slice(0, MOST).map((place) => `\`${place}\``).join(', ')}${places.length > MOST ? ` and ${places.length - MOST} more` : ''}`] : []
  })
  const facts = [site.client, site.purpose, site.ttl?.ms === undefined ? undefined : `lives ${site.ttl.ms / 1000} s`, site.factory && `built by \`${site.factory}\``].filter(Boolean)
  return { contents: { kind: 'markdown', value: [`\`\`\`\n${site.key.template}\n\`\`\``, `${site.op}, ${facts.join(', ')}`, ...lines].join('\n\n') }, range: rangeOf(site.location) }
}

const MOST = 10

/** The calls that may use the same key; `write` alone where its origin is asked for. */
export function placesOf(report: Report, site: ReportSite, uriOf: UriOf, ops?: readonly string[]): Location[] {
  return relativesOf(report, site).filter(({ op }) => !ops || ops.includes(op)).map(({ location }) => ({ uri: uriOf(location.path), range: rangeOf(location) }))
}

function relativesOf(report: Report, site: ReportSite): readonly ReportSite[] {
  const family = site.store.split(':')[0]
  return report.sites.filter((other) => !other.passThrough && other.store.split(':')[0] === family && (other.key.template === site.key.template || mayMeet(other.key.template, site.key.template)))
}

function mayMeet(one: string, other: string): boolean {
  if (one.startsWith('{') && one.indexOf('}') === one.length - 1) return false
  const [a, b] = [parse(one), parse(other)]
  return overlaps(a, b) || (!one.includes('{') && isInstance(one, b))
}

/** The edits that mend the findings of these names. */
export function actionsFor(report: Report, diagnostics: readonly Diagnostic[], uriOf: UriOf): CodeAction[] {
  return diagnostics.flatMap((diagnostic) => {
    const suggestion = report.findings.find(({ id }) => id === diagnostic.data)?.suggestion
    if (!suggestion) return []
    const changes: Record<string, TextEdit[]> = {}
    for (const { path, range, text } of suggestion.edits) changes[uriOf(path)] = [...(changes[uriOf(path)] ?? []), { range: rangeOf(range), newText: text }]
    return [{ title: suggestion.message, kind: 'quickfix', diagnostics: [diagnostic], edit: { changes } }]
  })
}
