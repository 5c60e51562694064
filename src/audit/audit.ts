import ignore from 'ignore'
import type { Config, ConfigSeverity, RuleSetting } from '../config/schema.js'
import { overlaps } from '../keys/match.js'
import { parse } from '../keys/parse.js'
import type { Finding, Rule, Suggestion } from '../model/finding.js'
import { compare } from '../model/places.js'
import type { Diagnostic, Model, Severity } from '../model/types.js'
import { fingerprint, uniqueIds } from './fingerprint.js'
import { replay, type Replay } from './replay.js'
import { Suppressions } from './suppressions.js'

/** A finding with its rule, words and name: what reports show. */
export interface AuditedFinding extends Finding {
  readonly id: string
  readonly ruleId: string
  readonly severity: Severity
  readonly message: string
  /** Its claim, done on the reference runtime. */
  readonly replay?: Replay
  /** Edits that mend it, where they can be made without guessing. */
  readonly suggestion?: Suggestion
}

export interface AuditResult {
  readonly model: Model
  readonly findings: readonly AuditedFinding[]
  readonly suppressed: number
  /** Findings whose claim did not come true on the reference runtime: they are not reported. */
  readonly refuted: readonly AuditedFinding[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Runs the rules over the model and keeps what nobody suppressed. `textOf` gives a file's text by its path. */
export function audit(model: Model, rules: readonly Rule[], config: Config, textOf: (path: string) => string): AuditResult {
  const suppressions = new Suppressions(textOf, rules.map((rule) => rule.id))
  const all = rules.flatMap((rule) => findingsOf(rule, model, config)).sort(byPlace)
  const kept = all.filter((finding) => !suppressions.covers(finding.ruleId, finding.location))
  suppressions.reportUnused(pathsOf(model))
  const ids = uniqueIds(kept.map((finding) => finding.id))
  return {
    model,
    findings: kept.map((finding, i) => ({ ...finding, id: ids[i]! })),
    suppressed: all.length - kept.length,
    refuted: [],
    diagnostics: [...model.diagnostics, ...suppressions.diagnostics],
  }
}

/** Does what each finding claims on the reference runtime, and keeps those that come true, and those that are of form alone. */
export async function replayed(result: AuditResult): Promise<AuditResult> {
  const findings: AuditedFinding[] = []
  const refuted: AuditedFinding[] = []
  for (const finding of result.findings) {
    const seen = finding.scenario && await replay(finding.scenario)
    const withReplay = seen ? { ...finding, replay: seen } : finding
    if (seen?.verdict === 'refuted') refuted.push(withReplay)
    else findings.push(withReplay)
  }
  return { ...result, findings, refuted }
}

function findingsOf(rule: Rule, model: Model, config: Config): AuditedFinding[] {
  if (severityIn(config.rules[rule.id]) === 'off' && !config.overrides.some(({ rules }) => rules[rule.id] !== undefined)) return []
  const settingAt = settings(rule.id, config)
  return rule.check(model, { tolerateMs: config.staleness.tolerate, factoriesRequired: config.factories.required, allowed: config.dependencies.allow }).flatMap((finding) => {
    const setting = settingAt(finding.location.path)
    const configured = severityIn(setting)
    if (configured === 'off' || isIgnored(finding, setting)) return []
    const own = finding.severity ?? rule.severity
    return { ...finding, ruleId: rule.id, severity: configured ? lower(configured, own) : own, id: fingerprint(rule.id, finding), message: worded(rule, finding) }
  })
}

/** What the configuration says of a rule in a file: the last override that fits, else `rules`. */
function settings(id: string, { rules, overrides }: Config): (path: string) => RuleSetting | undefined {
  const fitting = overrides.filter((override) => override.rules[id] !== undefined).map((override) => ({ takes: ignore().add([...override.files]), setting: override.rules[id]! }))
  return (path) => fitting.findLast(({ takes }) => takes.ignores(path))?.setting ?? rules[id]
}

const severityIn = (setting: RuleSetting | undefined): ConfigSeverity | undefined => (typeof setting === 'object' ? setting.severity : setting)

/** Is the key of the finding one that the rule is to be silent on? */
const isIgnored = ({ keys: [key] }: Finding, setting: RuleSetting | undefined): boolean =>
  typeof setting === 'object' && key !== undefined && setting.ignoreKeys.some((pattern) => overlaps(parse(pattern), key))

const RANK: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 }

const lower = (a: Severity, b: Severity): Severity => (RANK[a] <= RANK[b] ? a : b)

function worded(rule: Rule, finding: Finding): string {
  const template = rule.messages[finding.messageId] ?? finding.messageId
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => finding.data[name] ?? whole)
}

const pathsOf = (model: Model): string[] => [...new Set(model.sites.map((site) => site.location.path))].sort()

function byPlace(a: AuditedFinding, b: AuditedFinding): number {
  return compare(a.location.path, b.location.path) || a.location.startLine - b.location.startLine
    || a.location.startColumn - b.location.startColumn || compare(a.ruleId, b.ruleId) || compare(a.id, b.id)
}
