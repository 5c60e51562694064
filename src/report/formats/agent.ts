import { spoken } from '../harmless.js'
import { counted, headline } from './common.js'
import type { Format } from './format.js'

/** One line for each finding, for programs that read text: `path:line:column: severity rule: message [role path:line]`. */
export const agent: Format = (report) => [
  ...report.findings.map((finding) => {
    const { path, startLine, startColumn } = finding.location
    const others = finding.related.slice(0, 4).map((place) => ` [${place.role} ${place.path}:${place.startLine}]`).join('')
    return oneLine(`${path}:${startLine}:${startColumn}: ${finding.severity} ${finding.ruleId} (${finding.confidence}): ${headline(finding)}${others}`)
  }),
  counted(report), '',
].join('\n')

const oneLine = (text: string): string => spoken(text.replace(/\n/g, ' '))
