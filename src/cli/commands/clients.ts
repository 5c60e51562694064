import { progressOn } from '../progress.js'
import { configPath, writeAs, type CommonOptions, type Streams } from '../streams.js'

/** `keyproof clients`: the caches that are known, and where they were found. */
export async function clientsCommand(paths: readonly string[], options: CommonOptions, streams: Streams): Promise<number> {
  const { runAudit } = await import('../run-audit.js')
  const { BUILT_IN } = await import('../../clients/registry.js')
  const { clientsText, listClients } = await import('../../report/clients.js')
  const { report, ownClients } = await runAudit(paths, streams.cwd, configPath(options, streams), { progress: progressOn(streams) })
  const listed = listClients([...ownClients, ...BUILT_IN], ownClients.map((client) => client.id), report)
  await writeAs(listed, listed, clientsText, options, streams)
  return 0
}
