/** The shapes of what keyproof reads and writes, for programs that use its JSON. */
export type { Config } from './config/schema.js'
export type { Report, ReportFinding, ReportKey, ReportSite } from './report/schema.js'
export { configSchema } from './config/schema.js'
export { reportSchema } from './report/schema.js'
