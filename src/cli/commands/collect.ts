import { mkdirSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { progressOn } from '../progress.js'
import { configPath, writeTo, type CommonOptions, type Streams } from '../streams.js'
import { version } from '../version.js'

/** `keyproof collect`: what one package says of its caches, to be linked with that of others. */
export async function collectCommand(path: string, options: Omit<CommonOptions, 'format'>, streams: Streams): Promise<number> {
  const { collectProgram } = await import('../run-audit.js')
  const { assemble } = await import('../../model/assemble.js')
  const { factsOf } = await import('../../link/facts.js')
  const { isBelow } = await import('../../source/disk.js')
  const { packageScope } = await import('../../source/package-scope.js')
  const { assertFolder, discoverAny } = await import('../../source/discover.js')
  const folder = assertFolder(resolve(streams.cwd, path), path)
  const { top, repository, folders } = packageScope(folder)
  const progress = progressOn(streams)
  // As an audit of the whole finds them: what that leaves out, and what its configuration ignores, is left out here too.
  const find: typeof discoverAny = (paths, cwd, ignored) => {
    const { root, files } = discoverAny(paths, cwd, ignored)
    return { root, files: files.filter((file) => folders.some((each) => isBelow(file, each))) }
  }
  const { collected } = collectProgram(['.'], top, configPath(options, streams), { progress, find })
  const { program } = collected.context
  progress.phase('tracing values')
  const model = assemble(collected, { everyWrite: true })
  progress.end()
  const facts = factsOf(program, model, { repository, package: relative(top, folder).split(sep).join('/') || '.', version: version() })
  if (options.output !== undefined) mkdirSync(dirname(resolve(streams.cwd, options.output)), { recursive: true })
  writeTo(`${JSON.stringify(facts)}\n`, options.output, streams)
  return 0
}
