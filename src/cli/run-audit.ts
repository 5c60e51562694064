import { join } from 'node:path'
import { RULES } from '../../rules/index.js'
import { audit, type AuditResult } from '../audit/audit.js'
import { collect } from '../collect/collect.js'
import { clientSpecs, loadConfig } from '../config/load.js'
import { assemble } from '../model/assemble.js'
import { buildReport } from '../report/build.js'
import type { Report } from '../report/schema.js'
import { discover } from '../source/discover.js'
import { Program } from '../source/program.js'
import { version } from './version.js'

export interface AuditRun {
  readonly report: Report
  readonly result: AuditResult
  /** The text of a file, by its path in the report. */
  readonly textOf: (path: string) => string
}

/** Audits paths from beginning to end. @throws SourceError, ConfigError */
export function runAudit(paths: readonly string[], cwd: string, configFile?: string): AuditRun {
  const ruleIds = RULES.map((rule) => rule.id)
  const first = discoverRoot(paths, cwd)
  const { config } = loadConfig(first, ruleIds, configFile)
  const discovery = discover(paths, cwd, config.ignore)
  const program = new Program(discovery)
  const model = assemble(collect(program, clientSpecs(config.clients), config.enable))
  const textOf = (path: string): string => program.text(join(program.root, path))
  const result = audit(model, RULES, config, textOf)
  return { report: buildReport(result, version()), result, textOf }
}

// The configuration says what to ignore, so its place is found before the files are.
function discoverRoot(paths: readonly string[], cwd: string): string {
  const [only] = paths
  return paths.length === 1 && only !== undefined ? join(only.startsWith('/') ? only : join(cwd, only)) : cwd
}
