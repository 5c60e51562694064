import { join } from 'node:path'
import { RULES } from '../../rules/index.js'
import { audit, replayed, type AuditResult } from '../audit/audit.js'
import type { ClientSpec } from '../clients/spec.js'
import { collect, type Collected } from '../collect/collect.js'
import { configFolder } from '../config/find.js'
import { clientSpecs, toldBy, loadConfig } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { closest } from 'fastest-levenshtein'
import { withSuggestions } from '../fixes/suggest.js'
import type { Rule } from '../model/finding.js'
import { assemble } from '../model/assemble.js'
import type { Model } from '../model/types.js'
import { buildReport } from '../report/build.js'
import type { Report } from '../report/schema.js'
import type { RuleInfo } from '../report/formats/format.js'
import { discover, SourceError } from '../source/discover.js'
import { Program } from '../source/program.js'
import { SILENT, type Progress } from './progress.js'
import { withPage } from './rule-pages.js'
import { version } from './version.js'

export interface CollectedProgram {
  readonly collected: Collected
  readonly config: Config
  readonly ownClients: readonly ClientSpec[]
}

/** What an audit found, as far as the gate and the reports go. */
export interface Verdict {
  readonly report: Report
  /** Findings that did not come true on the reference runtime. */
  readonly refuted: AuditResult['refuted']
  /** The folder that the paths of the report are relative to. */
  readonly root: string
  readonly rules: readonly RuleInfo[]
  /** The text of a file, by its path in the report. */
  readonly textOf: (path: string) => string
}

export interface AuditRun extends Verdict {
  readonly result: AuditResult
  readonly ownClients: readonly ClientSpec[]
  readonly config: Config
  readonly program: Program
}

/** Finds the sites of a program, as its configuration wants it. @throws SourceError, ConfigError */
export function collectProgram(paths: readonly string[], cwd: string, configFile?: string, { open, progress = SILENT, find = discover }: Pick<Asked, 'open' | 'progress' | 'find'> = {}): CollectedProgram {
  progress.phase('looking for files')
  const ruleIds = RULES.map((rule) => rule.id)
  const { config } = loadConfig(configFolder(paths, cwd), ruleIds, configFile)
  const ownClients = clientSpecs(config.clients)
  const program = new Program(find(paths, cwd, config.ignore), { ...(open ? { open } : {}), onParse: (count) => progress.count(count) })
  progress.phase('resolving keys')
  return { collected: collect(program, ownClients, config.enable, toldBy(config)), config, ownClients }
}

/** Audits paths from beginning to end. @throws SourceError, ConfigError */
export async function runAudit(paths: readonly string[], cwd: string, configFile?: string, asked: Asked = {}): Promise<AuditRun> {
  const { collected, config, ownClients } = collectProgram(paths, cwd, configFile, asked)
  const { progress = SILENT } = asked
  const { program } = collected.context
  const textOf = (path: string): string => program.text(join(program.root, path))
  progress.phase('tracing values')
  const model = assemble(collected)
  const played = await judged(model, config, { ...asked, textOf })
  progress.phase('suggesting edits')
  const result = { ...played, findings: withSuggestions(played.findings, collected) }
  progress.end()
  return { report: buildReport(result, version()), refuted: result.refuted, result, ownClients, config, program, textOf, root: program.root, rules: ruleInfos() }
}

/** What the rules find in a model, and what of it comes true. `textOf` gives the comments that suppress, by path. @throws SourceError */
export async function judged(model: Model, config: Config, { only, rules, progress = SILENT, textOf }: Pick<Asked, 'only' | 'rules' | 'progress'> & { readonly textOf: (path: string) => string }): Promise<AuditResult> {
  const wanted = only && new Set(only.map(knownRule))
  const chosen = wanted ? RULES.filter(({ id }) => wanted.has(id)) : RULES
  progress.phase('checking rules')
  const found = audit(model, chosen, { ...config, rules: { ...config.rules, ...severitiesIn(rules) } }, textOf)
  progress.phase('replaying findings')
  return replayed(found)
}

/** What reports tell of the rules. */
export const ruleInfos = (): readonly RuleInfo[] => RULES.map(infoOf)

/** What the command line asks of the rules. */
export interface Asked {
  /** These rules alone. */
  readonly only?: readonly string[]
  /** Texts by absolute path that stand for the files on disk. */
  readonly open?: ReadonlyMap<string, string>
  /** How the files are found. */
  readonly find?: typeof discover
  /** Told how far it is. */
  readonly progress?: Progress
  /** Severities by rule, over those of the configuration. */
  readonly rules?: Readonly<Record<string, string>>
}

function knownRule(id: string): string {
  if (RULES.some((rule) => rule.id === id)) return id
  throw new SourceError(`there is no rule "${id}"; did you mean ${closest(id, RULES.map((rule) => rule.id))}?`)
}

function severitiesIn(rules: Readonly<Record<string, string>> = {}): Config['rules'] {
  return Object.fromEntries(Object.entries(rules).map(([id, severity]) => {
    if (severity !== 'error' && severity !== 'warning' && severity !== 'info' && severity !== 'off') throw new SourceError(`--rule ${id}=${severity}: a severity is error, warning, info or off`)
    return [knownRule(id), severity]
  }))
}

const infoOf = ({ id, severity, description }: Rule): RuleInfo => withPage({ id, severity, description })
