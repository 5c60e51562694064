import { spoken } from '../harmless.js'
import { byGravity, counted, headline, keyLines } from './common.js'
import type { Format } from './format.js'
import type { ReportFinding } from '../schema.js'

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const

// GitHub shows ten annotations of a kind for a step; the rest is in the log.
const MOST_OF_A_KIND = 10

/** Annotations of GitHub Actions: workflow commands, with all that could end one escaped. */
export const github: Format = (report) => {
  const shown = { error: 0, warning: 0, info: 0 }
  const lines = byGravity(report).map((finding) => (++shown[finding.severity] <= MOST_OF_A_KIND ? annotation(finding) : plain(finding)))
  return [...lines, `keyproof: ${counted(report)}`, ''].join('\n')
}

function annotation(finding: ReportFinding): string {
  const { path, startLine, startColumn, endLine, endColumn } = finding.location
  const properties = { file: path, line: startLine, col: startColumn, endLine, ...(endLine === startLine ? { endColumn } : {}), title: finding.ruleId }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`).join(',')
  const others = finding.related.map((place) => `${place.role}: ${place.path}:${place.startLine} ${place.message}`)
  return `::${COMMANDS[finding.severity]} ${list}::${data([finding.message, ...others].join('\n'))}`
}

const plain = (finding: ReportFinding): string =>
  [`${finding.severity} ${finding.location.path}:${finding.location.startLine} ${finding.ruleId}: ${headline(finding)}`, ...keyLines(finding)].map((line) => spoken(` ${line}`)).join('\n')

const data = (text: string): string => spoken(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')

const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
