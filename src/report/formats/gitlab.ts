import { byGravity, headline } from './common.js'
import type { Format } from './format.js'

const SEVERITIES = { error: 'critical', warning: 'major', info: 'info' } as const

/** GitLab's code quality report: fingerprints are unique, and free of line numbers. */
export const gitlab: Format = (report) => `${JSON.stringify(byGravity(report).map((finding) => ({
  type: 'issue', description: headline(finding), check_name: finding.ruleId, fingerprint: finding.id, severity: SEVERITIES[finding.severity], categories: ['Bug Risk'],
  location: { path: finding.location.path, lines: { begin: finding.location.startLine, end: finding.location.endLine } },
})), null, 2)}\n`
