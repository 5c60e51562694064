import { escapedInJson } from '../keys/visible.js'
import type { Report } from './schema.js'

/** The report as JSON: the same bytes for the same program. */
export const json = (report: Report): string => asJson(report)

/** Data as JSON, in which nothing does anything to a terminal either. */
export const asJson = (data: unknown): string => `${escapedInJson(JSON.stringify(data, null, 2))}\n`
