import type { Report, ReportFinding } from '../schema.js'

export const HOME = 'https://github.com/keyproof/keyproof'

/** The first line of a message: the others hold the two keys, one above the other. */
export const headline = (finding: ReportFinding): string => finding.message.split('\n')[0]!

/** The lines below it. */
export const keyLines = (finding: ReportFinding): readonly string[] => finding.message.split('\n').slice(1)

const GRAVITY = { error: 0, warning: 1, info: 2 } as const

/** The worst first, and in their order within that: what is cut off at a limit is what matters least. */
export const byGravity = (report: Report): readonly ReportFinding[] =>
  [...report.findings].sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity])

/** `2 errors, 1 warning, 0 info` */
export const counted = ({ summary: { findings } }: Report): string =>
  `${findings.error} error${findings.error === 1 ? '' : 's'}, ${findings.warning} warning${findings.warning === 1 ? '' : 's'}, ${findings.info} info`

/** Halves of characters, of which no encoding can be made. */
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

export const wellFormed = (text: string): string => text.replace(LONE, '\ufffd')

/** Characters that a terminal, or XML, would take for more than text: shown, and not sent. */
export const plainText = (text: string): string => wellFormed(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
