import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { textAt } from '../kept-audit.js'
import { progressOn } from '../progress.js'
import type { Verdict } from '../run-audit.js'
import { configPath, type Streams } from '../streams.js'
import { version } from '../version.js'
import { judge, type AuditOptions } from './audit.js'

/** `keyproof link`: audits what several packages, or repositories, said of their caches. */
export async function linkCommand(files: readonly string[], options: AuditOptions, streams: Streams): Promise<number> {
  return judge(() => linked(files, options, streams), options, streams)
}

async function linked(files: readonly string[], options: AuditOptions, streams: Streams): Promise<Verdict> {
  const { judged, ruleInfos } = await import('../run-audit.js')
  const { readFacts } = await import('../../link/facts.js')
  const { merged } = await import('../../link/merge.js')
  const { told } = await import('../../link/repositories.js')
  const { loadConfig } = await import('../../config/load.js')
  const { buildReport } = await import('../../report/build.js')
  const progress = progressOn(streams, options.timings)
  progress.phase('reading facts')
  const rules = ruleInfos()
  const { config } = loadConfig(streams.cwd, rules.map(({ id }) => id), configPath(options, streams))
  const { facts, commentsOf } = told(files.map((file) => readFacts(readFileSync(resolve(streams.cwd, file), 'utf8'), file, version())))
  const result = await judged(merged(facts), config, { ...options, ...(options.rule ? { rules: options.rule } : {}), progress, textOf: commentsOf })
  progress.end()
  return { report: buildReport(result, version()), refuted: result.refuted, root: streams.cwd, rules, textOf: (path) => textAt(join(streams.cwd, path)) }
}
