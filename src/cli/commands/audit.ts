import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { formatOf, type FormatContext } from '../../report/formats/format.js'
import type { Report } from '../../report/schema.js'
import { against, BASELINE_FILE, readBaseline } from '../baseline.js'
import { exitCode, type FailOn } from '../exit-code.js'
import { defaultFormat, type Output } from '../outputs.js'
import { cacheOf, keptAudit, type AuditRequest, type VerdictStore } from '../kept-audit.js'
import type { Verdict } from '../run-audit.js'
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
  readonly cache?: boolean
  readonly cacheLocation?: string
  readonly watch?: boolean
}

/** `keyproof audit`: finds cache keys that do not fit together. */
export async function auditCommand(paths: readonly string[], options: AuditOptions, streams: Streams): Promise<number> {
  const request = { paths, cwd: streams.cwd, config: configPath(options, streams), only: options.only, rules: options.rule }
  const cache = cacheOf(request, options, streams)
  if (!options.watch) return auditOnce(request, options, streams, { cache })
  const { inBoth, inMemory } = await import('../../incremental/store.js')
  const { watched } = await import('../watch.js')
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const kept: Lasting = { cache: cache ? inBoth(inMemory(), cache) : inMemory(), shown: { last: '' } }
  const round = (): Promise<number> => auditOnce(request, options, streams, kept).catch((error: unknown) => {
    kept.shown!.last = '' // what is found after a fault is news again
    throw error
  })
  return watched(watchedFolders(paths, streams.cwd), round, { streams, stop: stop.signal })
}

/** All of the folder that it was called in, since code and settings beside the paths count too; and what stands elsewhere, behind its links. */
const watchedFolders = (paths: readonly string[], cwd: string): string[] =>
  [...new Set([cwd, ...paths.map((path) => resolve(cwd, path))].filter((path) => existsSync(path)).map((path) => realpathSync(path)))]

/** What lasts from one round to the next. */
interface Lasting {
  readonly cache: VerdictStore | undefined
  /** What was shown last: the same is not shown again. */
  readonly shown?: { last: string }
}

const auditOnce = (request: AuditRequest, options: AuditOptions, streams: Streams, { cache, shown: before }: Lasting): Promise<number> =>
  judge(() => keptAudit(request, cache, progressOn(streams, options.timings)), options, streams, before)

/** The gate: what was found, held against the baseline and what was changed, shown, and made into an exit code. */
export async function judge(audited: () => Promise<Verdict>, options: AuditOptions, streams: Streams, before?: Lasting['shown']): Promise<number> {
  const first = await audited()
  const run = options.fixSuggestions && await mend(first, options, streams) ? await audited() : first
  if (options.debug) for (const { ruleId, message, location } of run.refuted) say(`refuted by replay: ${location.path}:${location.startLine} ${ruleId}: ${message.split('\n')[0]!}`, streams)
  const { report, isStale } = await gated(run, options, streams)
  const outputs = await rendered(run, shown(report, options), options, streams)
  const isNew = before?.last !== JSON.stringify(outputs)
  if (before) before.last = JSON.stringify(outputs)
  if (isNew) for (const { text, file } of outputs) writeTo(text, file, streams)
  const isOver = options.maxWarnings !== undefined && report.summary.findings.warning > options.maxWarnings
  if (isOver) streams.stderr.write(`keyproof: ${report.summary.findings.warning} warnings, and ${options.maxWarnings} are allowed\n`)
  return isOver || isStale ? 1 : exitCode(report, options.failOn)
}

/** Makes the edits of what the gate judges, file by file, each whole; tells what was done. */
async function mend(run: Verdict, options: AuditOptions, streams: Streams): Promise<boolean> {
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
const isAsRead = ({ root, textOf }: Verdict, path: string): boolean => readFileSync(join(root, path)).equals(Buffer.from(textOf(path)))

/** What the gate judges: nothing of the baseline, and of the rest what was changed. */
async function gated(run: Verdict, options: AuditOptions, streams: Streams): Promise<{ readonly report: Report; readonly isStale: boolean }> {
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

async function rendered(run: Verdict, report: Report, options: AuditOptions, streams: Streams): Promise<{ readonly text: string; readonly file: string | undefined }[]> {
  const outputs: readonly Output[] = options.format ?? [{ format: defaultFormat(process.env) }]
  return Promise.all(outputs.map(async ({ format, file = options.output }) => {
    const make = await formatOf(format)
    const context: FormatContext = { rules: run.rules, textOf: run.textOf, look: await lookOf({ ...(options.color === undefined ? {} : { color: options.color }), ...(file === undefined ? {} : { output: file }) }, streams), isExplained: options.explain === true }
    return { text: make(report, context), file }
  }))
}
