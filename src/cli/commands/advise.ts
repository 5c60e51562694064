import { progressOn } from '../progress.js'
import { configPath, writeAs, type CommonOptions, type Streams } from '../streams.js'

/** `keyproof advise`: whether, and by which strategy, each key should be cached. */
export async function adviseCommand(paths: readonly string[], options: CommonOptions, streams: Streams): Promise<number> {
  const { runAudit } = await import('../run-audit.js')
  const { result, config } = await runAudit(paths, streams.cwd, configPath(options, streams), { progress: progressOn(streams) })
  const { advise } = await import('../../audit/advise.js')
  const { adviceText } = await import('../../report/advice.js')
  const advices = advise(result.model, config.advise.floor)
  await writeAs(advices, advices, adviceText, options, streams)
  return 0
}
