import { resolve } from 'node:path'
import { against, BASELINE_FILE, baselineOf, readBaseline, type Baseline } from '../baseline.js'
import { progressOn } from '../progress.js'
import { asJson } from '../../report/json.js'
import { configPath, writeTo, type CommonOptions, type Streams } from '../streams.js'

export interface BaselineOptions extends CommonOptions {
  readonly prune?: boolean
}

/** `keyproof baseline`: writes down what is found now, so that the gate fails on what comes new. */
export async function baselineCommand(paths: readonly string[], options: BaselineOptions, streams: Streams): Promise<number> {
  const { runAudit } = await import('../run-audit.js')
  const { report, root } = await runAudit(paths, streams.cwd, configPath(options, streams), { progress: progressOn(streams) })
  const file = options.output === undefined ? resolve(root, BASELINE_FILE) : resolve(streams.cwd, options.output)
  const before = readBaseline(file, options.output ?? BASELINE_FILE)
  const { stale } = against(report, before)
  const gone = new Set(stale.map(({ id }) => id))
  const made: Baseline = options.prune ? { version: 1, findings: before.findings.filter(({ id }) => !gone.has(id)) } : baselineOf(report)
  writeTo(asJson(made), file, streams)
  streams.stderr.write(options.prune ? `keyproof: ${gone.size} taken out of the baseline, ${made.findings.length} left\n` : `keyproof: ${made.findings.length} findings in ${options.output ?? BASELINE_FILE}\n`)
  return 0
}
