import type { ChalkInstance } from 'chalk'
import { codeFrame } from './code-frame.js'
import { spoken } from './harmless.js'
import type { Report, ReportFinding } from './schema.js'
import { storyLines } from './story.js'
import { inkOf, plural, type Look } from './style.js'

const MOST_RELATED = 8

/** The text of a file, by its path in the report. */
export type TextOf = (path: string) => string

/** The report for people, with the story of each finding where it is asked for: by file, each finding with both places and both keys, and the sum in the last line. */
export function text(report: Report, textOf: TextOf, look: Look, isExplained = false): string {
  const ink = inkOf(look)
  const byFile = new Map<string, ReportFinding[]>()
  for (const finding of report.findings) byFile.set(finding.location.path, [...(byFile.get(finding.location.path) ?? []), finding])
  const files = [...byFile].flatMap(([path, findings]) => [ink.underline(path), ...findings.flatMap((finding) => [...findingLines(finding, textOf, look), ...(isExplained ? storyLines(finding, look) : []), ''])])
  const lines = [...files, ...diagnosticLines(report, ink), ...summaryLines(report, ink)].join('\n')
  return spoken(`${lines}\n`)
}

function findingLines(finding: ReportFinding, textOf: TextOf, look: Look): string[] {
  const ink = inkOf(look)
  const { startLine, startColumn } = finding.location
  const doubt = finding.confidence === 'high' ? '' : ink.dim(` (${finding.confidence} confidence)`)
  const [what, ...keys] = finding.message.split('\n')
  const head = `  ${ink.dim(`${startLine}:${startColumn}`)}  ${severityInk(ink, finding.severity)(finding.severity)}  ${what}  ${ink.dim(finding.ruleId)}${doubt}`
  const related = finding.related.slice(0, MOST_RELATED).flatMap((place) => [
    `    ${ink.dim(`${place.role}: ${place.path}:${place.startLine}:${place.startColumn}`)}  ${place.message}`,
    ...codeFrame(place, textOf(place.path), look),
  ])
  return [head, ...codeFrame(finding.location, textOf(finding.location.path), look), ...keys.map((line) => `    ${keyInk(ink, line)}`), ...related, ...more(finding, ink)]
}

// The line of marks is the one without letters.
const keyInk = (ink: ChalkInstance, line: string): string => (/^[\s~]+$/.test(line) ? ink.red(line) : line.replace(/^[A-Z]+ /, (label) => ink.bold(label)))

function more(finding: ReportFinding, ink: ChalkInstance): string[] {
  const left = finding.related.length - MOST_RELATED
  return left > 0 ? [ink.dim(`    … and ${plural(left, 'more place')}`)] : []
}

const severityInk = (ink: ChalkInstance, severity: ReportFinding['severity']): ChalkInstance =>
  severity === 'error' ? ink.red : severity === 'warning' ? ink.yellow : ink.blue

const SHOWN = ['syntax-error', 'unreadable', 'budget', 'suppression']

// Unresolved keys are many and belong to the JSON report; what hinders the audit is said here.
function diagnosticLines(report: Report, ink: ChalkInstance): string[] {
  return report.diagnostics.filter((diagnostic) => SHOWN.includes(diagnostic.kind)).map(({ kind, message, location }) =>
    `${ink.yellow(kind)}  ${location ? `${location.path}:${location.startLine}  ` : ''}${message}`)
}

function summaryLines(report: Report, ink: ChalkInstance): string[] {
  const { files, parsed, sites, keys, resolved, unresolved, findings, suppressed, refuted } = report.summary
  const found = findings.error + findings.warning + findings.info
  const verdict = found === 0 ? ink.green('no findings')
    : `${plural(findings.error, 'error')}, ${plural(findings.warning, 'warning')}, ${findings.info} info`
  const hidden = `${suppressed > 0 ? `, ${suppressed} suppressed` : ''}${refuted > 0 ? `, ${refuted} refuted by replay` : ''}`
  return [`${plural(files, 'file')} (${parsed} parsed), ${plural(sites, 'site')}, ${plural(keys, 'key')}: ${resolved} resolved, ${unresolved} unresolved; ${verdict}${hidden}`]
}
