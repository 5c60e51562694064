import { progressOn } from '../progress.js'
import { configPath, writeAs, type CommonOptions, type Streams } from '../streams.js'

/** `keyproof keys`: every key template with its store, writers, readers and deleters. */
export async function keysCommand(paths: readonly string[], options: CommonOptions, streams: Streams): Promise<number> {
  const { runAudit } = await import('../run-audit.js')
  const { report } = await runAudit(paths, streams.cwd, configPath(options, streams), { progress: progressOn(streams) })
  const { keysText } = await import('../../report/keys.js')
  await writeAs(report, report.keys, keysText, options, streams)
  return 0
}
