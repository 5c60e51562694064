import type { Report, ReportFinding } from '../schema.js'
import { HOME } from './common.js'
import type { Format, RuleInfo } from './format.js'

type Place = ReportFinding['location']

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const

// GitHub keeps 5,000 results of a run, and shows 100 places of one.
const MOST_RESULTS = 5000
const MOST_PLACES = 100

/**
 * SARIF 2.1.0 (OASIS, errata 01): the other side of a mismatch as related locations, the way of what is missing as a code
 * flow, and fingerprints that no edit elsewhere changes.
 */
export const sarif: Format = (report, { rules }) => `${JSON.stringify({
  $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
  version: '2.1.0',
  runs: [{
    tool: { driver: { name: 'keyproof', version: report.tool.version, semanticVersion: report.tool.version, informationUri: HOME, rules: rules.map(descriptor) } },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { ROOT: { description: { text: 'The folder that was audited.' } } },
    results: report.findings.slice(0, MOST_RESULTS).map((finding) => resultOf(finding, rules)),
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: report.diagnostics.filter(({ kind }) => kind !== 'unresolved-key').map(notification) }],
  }],
}, null, 2)}\n`

const descriptor = ({ id, severity, description, page }: RuleInfo): object => ({
  id, name: id, shortDescription: { text: description }, fullDescription: { text: description },
  help: { text: page, markdown: page }, helpUri: `${HOME}/blob/main/rules/${id}/README.md`,
  defaultConfiguration: { level: LEVELS[severity] },
  properties: { tags: ['cache'], precision: severity === 'error' ? 'high' : 'medium' },
})

function resultOf(finding: ReportFinding, rules: readonly RuleInfo[]): object {
  const steps = finding.related.filter(({ role }) => role === 'step')
  const related = finding.related.slice(0, MOST_PLACES)
  return {
    ruleId: finding.ruleId, ruleIndex: rules.findIndex(({ id }) => id === finding.ruleId),
    level: LEVELS[finding.severity], message: { text: finding.message },
    locations: [{ physicalLocation: physical(finding.location) }],
    relatedLocations: related.map((place, i) => ({ id: i + 1, physicalLocation: physical(place), message: { text: `${place.role}: ${place.message}` } })),
    partialFingerprints: { 'keyproof/v1': finding.id },
    ...(steps.length > 0 ? { codeFlows: [{ threadFlows: [{ locations: [...steps, { ...finding.location, message: finding.message.split('\n')[0]! }].map((step) => ({ location: { physicalLocation: physical(step), message: { text: step.message } } })) }] }] } : {}),
    ...(finding.suggestion ? { fixes: [fixOf(finding.suggestion)] } : {}),
    properties: { confidence: finding.confidence, keys: finding.keys },
  }
}

const locationOf = (path: string): object => ({ uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'ROOT' })

const physical = ({ path, startLine, startColumn, endLine, endColumn }: Place): object => ({
  artifactLocation: locationOf(path),
  region: { startLine, startColumn, endLine, endColumn },
})

/** A change for each file, with the text that is taken out and the one that is put in. */
function fixOf({ message, edits }: NonNullable<ReportFinding['suggestion']>): object {
  const paths = [...new Set(edits.map(({ path }) => path))]
  const region = ({ startLine, startColumn, endLine, endColumn }: Place): object => ({ startLine, startColumn, endLine, endColumn })
  return {
    description: { text: message },
    artifactChanges: paths.map((path) => ({
      artifactLocation: locationOf(path),
      replacements: edits.filter((edit) => edit.path === path).map(({ range, text }) => ({ deletedRegion: region(range), insertedContent: { text } })),
    })),
  }
}

const notification = ({ kind, message, location }: Report['diagnostics'][number]): object => ({
  level: 'warning', message: { text: `${kind}: ${message}` }, ...(location ? { locations: [{ physicalLocation: physical(location) }] } : {}),
})
