import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { progressOn } from '../progress.js'
import { configPath, writeAs, type CommonOptions, type Streams } from '../streams.js'

export interface ObservedOptions extends CommonOptions {
  readonly redis?: string
  readonly max: number
  readonly hashHoles?: boolean
}

/** Caches of browsers, frameworks and processes, whose keys no server shows. */
const UNSEEN = new Set(['swr', 'tanstack-query', 'rtk-query', 'react-cache', 'next-cache', 'map', 'web-storage', 'own-store', 'lru-cache', 'quick-lru', 'ttlcache', 'node-cache', 'lodash-memoize', 'memoizee', 'p-memoize', 'dataloader', 'nuxt', 'apollo-cache', 'cache-api'])

/** `keyproof observed`: what was seen at run time against what the code builds. */
export async function observedCommand(file: string | undefined, paths: readonly string[], options: ObservedOptions, streams: Streams): Promise<number> {
  if ((file === undefined) === (options.redis === undefined)) throw Object.assign(new Error('observed takes a FILE, or --redis URL'), { code: 'USAGE' })
  const { runAudit } = await import('../run-audit.js')
  const { result } = await runAudit(paths, streams.cwd, configPath(options, streams), { progress: progressOn(streams) })
  const { Matcher } = await import('../../observed/matcher.js')
  const { Tally } = await import('../../observed/tally.js')
  const sites = result.model.sites.filter((site) => !site.passThrough && !UNSEEN.has(site.store.family) && site.key.kind === 'key' && site.key.resolution !== 'none')
  const matcher = new Matcher(sites.flatMap((site) => site.key.templates))
  const tally = new Tally(matcher, { hashHoles: options.hashHoles ?? false, salt: process.env['KEYPROOF_SALT'] ?? '' })
  if (options.redis === undefined) await fromFile(resolve(streams.cwd, file!), tally)
  else for await (const observation of (await import('../../observed/scan.js')).scanned(options.redis, options.max)) tally.add(observation)
  const observed = tally.result(matcher.templates)
  const { observedText } = await import('../../report/observed.js')
  await writeAs(observed, observed, observedText, options, streams)
  return 0
}

async function fromFile(file: string, tally: { add(observation: import('../../observed/lines.js').Observation): void }): Promise<void> {
  const { observationsIn } = await import('../../observed/lines.js')
  const input = createReadStream(file, 'utf8')
  // A file that cannot be read is told of by the stream alone.
  const failed = new Promise<never>((_, reject) => { input.once('error', reject) })
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  const read = (async () => { for await (const line of lines) for (const observation of observationsIn(line)) tally.add(observation) })()
  await Promise.race([read, failed])
}
