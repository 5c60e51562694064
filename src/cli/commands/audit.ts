import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { formatOf, type FormatContext } from '../../report/formats/format.js'
import type { Report } from '../../report/schema.js'
import { against, BASELINE_FILE, readBaseline } from '../baseline.js'
import { exitCode, type FailOn } from '../exit-code.js'
import { defaultFormat, type Output } from '../outputs.js'
import type { AuditRun } from '../run-audit.js'
import { progressOn } from '../progress.js'
import { configPath, lookOf, say, writeTo, type CommonOptions, type Streams } from '../streams.js'

export interface AuditOptions extends Omit<CommonOptions, 'format'> {
  readonly format?: readonly Output[]
  readonly failOn: FailOn
  readonly explain?: boolean
  readonly maxWarnings?: number
  readonly quiet?: boolean
  readonly only?: readonly string[]
  readonly rule?: Readonly<Record<string, string>>
  readonly changed?: string | true
  readonly baseline?: string | false
  readonly fixSuggestions?: boolean
  readonly timings?: boolean
}

/** `keyproof audit`: finds cache keys that do not fit together. */
export async function auditCommand(paths: readonly string[], options: AuditOptions, streams: Streams): Promise<number> {
  const { runAudit } = await import('../run-audit.js')
  const audited = (): Promise<AuditRun> => runAudit(paths, streams.cwd, configPath(options, streams), { ...(options.only ? { only: options.only } : {}), ...(options.rule ? { rules: options.rule } : {}), progress: progressOn(streams, options.timings) })
  const first = await audited()
  const run = options.fixSuggestions && await mend(first, options, streams) ? await audited() : first
  if (options.debug) for (const { ruleId, message, location } of run.result.refuted) say(`refuted by replay: ${location.path}:${location.startLine} ${ruleId}: ${message.split('\n')[0]!}`, streams)
  const { report, isStale } = await gated(run, options, streams)
  await render(run, shown(report, options), options, streams)
  const isOver = options.maxWarnings !== undefined && report.summary.findings.warning > options.maxWarnings
  if (isOver) streams.stderr.write(`keyproof: ${report.summary.findings.warning} warnings, and ${options.maxWarnings} are allowed\n`)
  return isOver || isStale ? 1 : exitCode(report, options.failOn)
}

/** Makes the edits of what the gate judges, file by file, each whole; tells what was done. */
async function mend(run: AuditRun, options: AuditOptions, streams: Streams): Promise<boolean> {
  const { applied } = await import('../../fixes/apply.js')
  const { report } = await gated(run, options, streams)
  const wanted = report.findings.flatMap(({ ruleId, location, suggestion }) => (suggestion ? [{ ...suggestion, at: `${location.path}:${location.startLine} ${ruleId}` }] : []))
  const lossy = [...new Set(wanted.flatMap(({ edits }) => edits.map(({ path }) => path)))].filter((path) => !isAsRead(run, path))
  const { texts, done, left } = applied(wanted.filter(({ edits }) => !edits.some(({ path }) => lossy.includes(path))), run.textOf)
  for (const [path, text] of texts) writeTo(text, join(run.root, path), streams)
  for (const path of lossy) say(`keyproof: ${path}: not UTF-8, and left as it is`, streams)
  for (const { at, message } of done) say(`mended ${at}: ${message}`, streams)
  if (left.length > 0) say(`keyproof: ${left.length} more touch the same code: ask again`, streams)
  return texts.size > 0
}

/** Would the text of a file, written back, be the same bytes? */
const isAsRead = ({ root, textOf }: AuditRun, path: string): boolean => readFileSync(join(root, path)).equals(Buffer.from(textOf(path)))

/** What the gate judges: nothing of the baseline, and of the rest what was changed. */
async function gated(run: AuditRun, options: AuditOptions, streams: Streams): Promise<{ readonly report: Report; readonly isStale: boolean }> {
  const { changedLines, reportOf, touching } = await import('../changed.js')
  const file = options.baseline === false ? undefined : resolve(options.baseline === undefined ? run.root : streams.cwd, options.baseline ?? BASELINE_FILE)
  const { fresh, stale } = against(run.report, file === undefined ? { version: 1, findings: [] } : readBaseline(file, options.baseline || BASELINE_FILE))
  // Where not all of it was looked at, what was not found may still be there.
  const isWhole = options.only === undefined && options.rule === undefined
  if (isWhole && stale.length > 0) streams.stderr.write(`keyproof: ${stale.length} of the baseline is found no more: \`keyproof baseline --prune\` takes it out\n`)
  const kept = options.changed === undefined ? fresh : touching(fresh, changedLines(run.root, options.changed === true ? 'HEAD' : options.changed, run.textOf))
  return { report: reportOf(run.report, kept, { baselined: run.report.findings.length - fresh.length }), isStale: isWhole && stale.length > 0 }
}

/** `--quiet` shows errors alone; what it hides still counts. */
const shown = (report: Report, { quiet }: AuditOptions): Report => (quiet ? { ...report, findings: report.findings.filter(({ severity }) => severity === 'error') } : report)

async function render(run: AuditRun, report: Report, options: AuditOptions, streams: Streams): Promise<void> {
  const outputs: readonly Output[] = options.format ?? [{ format: defaultFormat(process.env) }]
  for (const { format, file = options.output } of outputs) {
    const make = await formatOf(format)
    const context: FormatContext = { rules: run.rules, textOf: run.textOf, look: await lookOf({ ...(options.color === undefined ? {} : { color: options.color }), ...(file === undefined ? {} : { output: file }) }, streams), isExplained: options.explain === true }
    writeTo(make(report, context), file, streams)
  }
}
