import { join } from 'node:path'
import { RULES } from '../../rules/index.js'
import { audit, replayed, type AuditResult } from '../audit/audit.js'
import type { ClientSpec } from '../clients/spec.js'
import { collect, type Collected } from '../collect/collect.js'
import { clientSpecs, knownIdentities, loadConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { assemble } from '../model/assemble.js'
import { buildReport } from '../report/build.js'
import type { Report } from '../report/schema.js'
import { discover } from '../source/discover.js'
import { Program } from '../source/program.js'
import { version } from './version.js'

export interface CollectedProgram {
  readonly collected: Collected
  readonly config: Config
  readonly ownClients: readonly ClientSpec[]
}

export interface AuditRun {
  readonly report: Report
  readonly result: AuditResult
  readonly ownClients: readonly ClientSpec[]
  readonly config: Config
  /** The text of a file, by its path in the report. */
  readonly textOf: (path: string) => string
}

/** Finds the sites of a program, as its configuration wants it. @throws SourceError, ConfigError */
export function collectProgram(paths: readonly string[], cwd: string, configFile?: string): CollectedProgram {
  const ruleIds = RULES.map((rule) => rule.id)
  const { config } = loadConfig(discoverRoot(paths, cwd), ruleIds, configFile)
  const ownClients = clientSpecs(config.clients)
  const program = new Program(discover(paths, cwd, config.ignore))
  return { collected: collect(program, ownClients, config.enable, knownIdentities(config)), config, ownClients }
}

/** Audits paths from beginning to end. @throws SourceError, ConfigError */
export async function runAudit(paths: readonly string[], cwd: string, configFile?: string): Promise<AuditRun> {
  const { collected, config, ownClients } = collectProgram(paths, cwd, configFile)
  const { program } = collected.context
  const textOf = (path: string): string => program.text(join(program.root, path))
  const result = await replayed(audit(assemble(collected), RULES, config, textOf))
  return { report: buildReport(result, version()), result, ownClients, config, textOf }
}

// The configuration says what to ignore, so its place is found before the files are.
function discoverRoot(paths: readonly string[], cwd: string): string {
  const [only] = paths
  return paths.length === 1 && only !== undefined ? join(only.startsWith('/') ? only : join(cwd, only)) : cwd
}
