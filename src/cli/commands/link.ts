import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SourceError } from '../../source/discover.js'
import { Disk } from '../../source/disk.js'
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
  const read = files.map((file) => readFacts(contentsOf(file, streams), file, version()))
  const result = await understood(() => {
    const { facts, commentsOf } = told(read)
    return judged(merged(facts), config, { ...options, ...(options.rule ? { rules: options.rule } : {}), progress, textOf: commentsOf })
  })
  progress.end()
  // The paths are those of the facts: what stands elsewhere is shown to nobody.
  const disk = new Disk(streams.cwd)
  return { report: buildReport(result, version()), refuted: result.refuted, root: streams.cwd, rules, textOf: (path) => disk.text(join(streams.cwd, path)) ?? '' }
}

function contentsOf(file: string, { cwd }: Streams): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw new SourceError(`${file}: cannot be read; it is to be a file that \`keyproof collect\` wrote`, { cause: error })
  }
}

/** Facts of the right form may hold anything: where the rules stumble over it, it was not `collect` that wrote them. */
async function understood<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof RangeError)) throw error
    throw new SourceError('the facts hold what `keyproof collect` does not write: collect them again', { cause: error })
  }
}
