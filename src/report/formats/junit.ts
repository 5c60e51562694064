import type { Format } from './format.js'
import type { ReportFinding } from '../schema.js'

/** JUnit XML: a suite for each file, a case for each finding; one case that passes where there are none. */
export const junit: Format = (report) => {
  const byFile = new Map<string, ReportFinding[]>()
  for (const finding of report.findings) byFile.set(finding.location.path, [...(byFile.get(finding.location.path) ?? []), finding])
  const suites = byFile.size === 0 ? ['  <testsuite name="keyproof" tests="1" failures="0">', '    <testcase name="no findings" classname="keyproof"/>', '  </testsuite>'] : [...byFile].flatMap(suite)
  const failures = report.findings.filter(isFailure).length
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="keyproof" tests="${Math.max(1, report.findings.length)}" failures="${failures}">`, ...suites, '</testsuites>', ''].join('\n')
}

const isFailure = ({ severity }: ReportFinding): boolean => severity !== 'info'

const suite = ([path, findings]: readonly [string, readonly ReportFinding[]]): string[] => [
  `  <testsuite name="${xml(path)}" tests="${findings.length}" failures="${findings.filter(isFailure).length}">`,
  ...findings.flatMap(testcase), '  </testsuite>',
]

function testcase(finding: ReportFinding): string[] {
  const { path, startLine } = finding.location
  const told = [finding.message, ...finding.related.map((place) => `${place.role}: ${place.path}:${place.startLine} ${place.message}`)].join('\n')
  const body = isFailure(finding) ? `<failure type="${finding.severity}" message="${xml(finding.message.split('\n')[0]!)}">${xml(told)}</failure>` : `<system-out>${xml(told)}</system-out>`
  return [`    <testcase name="${xml(`${finding.ruleId} at line ${startLine}`)}" classname="${xml(path)}" file="${xml(path)}" line="${startLine}">`, `      ${body}`, '    </testcase>']
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

// What is no character of XML would break the document.
const xml = (text: string): string => text.replace(/[\ufffe\uffff]/g, '\ufffd').replace(/[&<>"']/g, (char) => ENTITIES[char]!)
