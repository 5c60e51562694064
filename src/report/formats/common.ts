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
