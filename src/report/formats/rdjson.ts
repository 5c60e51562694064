import { HOME } from './common.js'
import type { Format } from './format.js'
import type { ReportFinding } from '../schema.js'

const SEVERITIES = { error: 'ERROR', warning: 'WARNING', info: 'INFO' } as const

/** Reviewdog's diagnostic format: review bots of every forge read it. */
export const rdjson: Format = (report) => `${JSON.stringify({
  source: { name: 'keyproof', url: HOME },
  diagnostics: report.findings.map((finding) => ({
    message: finding.message, location: locationOf(finding.location), severity: SEVERITIES[finding.severity],
    code: { value: finding.ruleId, url: `${HOME}/blob/main/rules/${finding.ruleId}/README.md` },
    ...(finding.related.length > 0 ? { related_locations: finding.related.map((place) => ({ message: `${place.role}: ${place.message}`, location: locationOf(place) })) } : {}),
  })),
}, null, 2)}\n`

const locationOf = ({ path, startLine, startColumn, endLine, endColumn }: ReportFinding['location']): object => ({
  path, range: { start: { line: startLine, column: startColumn }, end: { line: endLine, column: endColumn } },
})
