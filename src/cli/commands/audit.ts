import { exitCode, type FailOn } from '../exit-code.js'
import { configPath, lookOf, write, type CommonOptions, type Streams } from '../streams.js'

export interface AuditOptions extends CommonOptions {
  readonly failOn: FailOn
  readonly explain?: boolean
}

/** `keyproof audit`: finds cache keys that do not fit together. */
export async function auditCommand(paths: readonly string[], options: AuditOptions, streams: Streams): Promise<number> {
  const { runAudit } = await import('../run-audit.js')
  const run = await runAudit(paths, streams.cwd, configPath(options, streams))
  if (options.debug) for (const { ruleId, message, location } of run.result.refuted) streams.stderr.write(`refuted by replay: ${location.path}:${location.startLine} ${ruleId}: ${message.split('\n')[0]!}\n`)
  write(await rendered(run, options, streams), options, streams)
  return exitCode(run.report, options.failOn)
}

async function rendered(run: import('../run-audit.js').AuditRun, options: AuditOptions, streams: Streams): Promise<string> {
  if (options.format === 'json') return (await import('../../report/json.js')).json(run.report)
  const { text } = await import('../../report/text.js')
  return text(run.report, run.textOf, await lookOf(options, streams), options.explain)
}
