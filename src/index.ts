/** The shapes of what keyproof reads and writes, for programs that use its JSON. */
export { configSchema, type Config } from './config/schema.js'
export { reportSchema, type Report, type ReportFinding, type ReportKey, type ReportSite } from './report/schema.js'
