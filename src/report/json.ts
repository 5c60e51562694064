import type { Report } from './schema.js'

/** The report as JSON: the same bytes for the same program. */
export const json = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`
