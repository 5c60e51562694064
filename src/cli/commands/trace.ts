import { relative, resolve, sep } from 'node:path'
import { COULD_NOT } from '../exit-code.js'
import { progressOn } from '../progress.js'
import { configPath, writeAs, type CommonOptions, type Streams } from '../streams.js'

const PLACE = /^(.+\.(?:[cm]?[jt]sx?|vue|svelte)):(\d+)(?::\d+)?$/

/** `keyproof trace FILE:LINE`, `keyproof trace KEY`: how a key was worked out, step by step. */
export async function traceCommand(subject: string, paths: readonly string[], options: CommonOptions, streams: Streams): Promise<number> {
  const { collectProgram } = await import('../run-audit.js')
  const { explainSite, sitesAtLine, sitesOfKey } = await import('../../collect/explain.js')
  const progress = progressOn(streams)
  const { collected } = collectProgram(paths, streams.cwd, configPath(options, streams), { progress })
  progress.end()
  const [, file, line] = PLACE.exec(subject) ?? []
  const path = file === undefined ? '' : relative(collected.context.program.root, resolve(streams.cwd, file)).split(sep).join('/')
  const sites = file === undefined ? sitesOfKey(collected, subject) : sitesAtLine(collected, path, Number(line))
  if (sites.length === 0) {
    streams.stderr.write(`keyproof: ${file === undefined ? `no site has a key like ${subject}` : `no cache call at ${path}:${line}`}\n`)
    return COULD_NOT
  }
  const traces = sites.map((site) => explainSite(collected, site))
  const { traceText } = await import('../../report/trace.js')
  await writeAs(traces, traces, traceText, options, streams)
  return 0
}
