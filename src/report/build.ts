import type { AuditedFinding, AuditResult } from '../audit/audit.js'
import { print } from '../keys/print.js'
import type { Suggestion } from '../model/finding.js'
import type { Place, Site, Store } from '../model/types.js'
import type { Report, ReportFinding, ReportKey, ReportSite } from './schema.js'

/** The canonical report of an audit: sorted, plain, without times or absolute paths. Every format is made of it. */
export function buildReport(result: AuditResult, version: string): Report {
  const { model } = result
  const sites = model.sites.map(reportSite)
  const keys = reportKeys(model.sites)
  const resolved = model.sites.filter((site) => site.key.resolution === 'full').length
  const count = (severity: string): number => result.findings.filter((finding) => finding.severity === severity).length
  return {
    schemaVersion: 1,
    tool: { name: 'keyproof', version },
    root: '.',
    summary: {
      files: model.files, parsed: model.parsed, sites: sites.length, keys: keys.length,
      resolved, unresolved: sites.length - resolved,
      findings: { error: count('error'), warning: count('warning'), info: count('info') },
      suppressed: result.suppressed, baselined: 0, refuted: result.refuted.length,
    },
    findings: result.findings.map(reportFinding),
    sites,
    keys,
    diagnostics: [...result.diagnostics, ...result.refuted.map(refutation)].map(({ kind, message, location }) => (location ? { kind, message, location: plainPlace(location) } : { kind, message })),
  }
}

/** What was held back is counted, and can be looked at. */
const refutation = ({ ruleId, message, location }: AuditedFinding): { readonly kind: string; readonly message: string; readonly location: Place } =>
  ({ kind: 'refuted', message: `${ruleId}: ${message.split('\n')[0]!}`, location })

export const storeName = (store: Store): string => (store.instance === undefined ? store.family : `${store.family}:${store.instance}`)

/** The key of a site as text: one template, or the list of them. */
export function keyText(site: Site): string {
  const texts = site.key.templates.map(print)
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`
}

function reportSite(site: Site): ReportSite {
  return {
    id: site.id, op: site.op, client: site.client, store: storeName(site.store), passThrough: site.passThrough, purpose: site.purpose,
    location: plainPlace(site.location),
    key: { kind: site.key.kind, template: keyText(site), resolution: site.key.resolution },
    ...(site.ttl ? { ttl: site.ttl } : {}),
    ...(site.fields ? { fields: site.fields.map(print) } : {}),
    ...(site.built?.factory ? { factory: site.built.factory.name } : {}),
  }
}

function reportFinding(finding: AuditedFinding): ReportFinding {
  return {
    id: finding.id, ruleId: finding.ruleId, severity: finding.severity, confidence: finding.confidence, message: finding.message,
    keys: finding.keys.map(print),
    location: plainPlace(finding.location),
    related: finding.related.map((place) => ({ ...plainPlace(place), role: place.role, message: place.message })),
    ...(finding.replay && finding.replay.verdict !== 'refuted' ? { replay: { steps: finding.replay.steps.map((step) => ({ ...step })), verdict: finding.replay.verdict } } : {}),
    ...(finding.suggestion ? { suggestion: reportSuggestion(finding.suggestion) } : {}),
  }
}

const reportSuggestion = ({ message, edits }: Suggestion): NonNullable<ReportFinding['suggestion']> =>
  ({ message, edits: edits.map(({ path, range, text }) => ({ path, range: plainPlace(range), text })) })

function plainPlace({ path, startLine, startColumn, endLine, endColumn }: Place): Place {
  return { path, startLine, startColumn, endLine, endColumn }
}

/** Each template of each store, with who writes, reads and deletes it. Keys handed through are their callers'. */
function reportKeys(sites: readonly Site[]): ReportKey[] {
  const found = new Map<string, ReportKey>()
  for (const site of sites.filter((s) => !s.passThrough)) {
    for (const template of site.key.templates.map(print)) {
      const store = storeName(site.store)
      const slot = `${store}\u0000${template}`
      const known = found.get(slot) ?? { template, store, purpose: site.purpose, writers: 0, readers: 0, deleters: 0 }
      found.set(slot, counted(known, site))
    }
  }
  return [...found.values()].sort((a, b) => (a.store + a.template < b.store + b.template ? -1 : 1))
}

function counted(key: ReportKey, site: Site): ReportKey {
  const factory = key.factory ?? site.built?.factory?.name
  const writes = site.op === 'write' || site.op === 'read-through' || site.op === 'tag'
  const reads = site.op === 'read' || site.op === 'read-through'
  return {
    ...key,
    writers: key.writers + (writes ? 1 : 0), readers: key.readers + (reads ? 1 : 0), deleters: key.deleters + (site.op === 'delete' ? 1 : 0),
    ...(factory === undefined ? {} : { factory }),
  }
}
