import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { SourceError } from '../../source/discover.js'
import { progressOn } from '../progress.js'
import { writeBelow, type Streams } from '../streams.js'

const NAME = 'cacheKeys'

/** `keyproof init factory`: writes a key factory for the keys that are spelled by hand. Nothing else is changed. */
export async function initFactoryCommand(file: string, streams: Streams): Promise<number> {
  const { runAudit } = await import('../run-audit.js')
  const { factoryFile } = await import('../../fixes/factory-file.js')
  const path = resolve(streams.cwd, file)
  if (existsSync(path)) throw new SourceError(`${file} is there already: --output names another file`)
  const { result } = await runAudit(['.'], streams.cwd, undefined, { progress: progressOn(streams) })
  const text = factoryFile(result.model, NAME)
  if (text === undefined) {
    streams.stdout.write('No key is spelled by hand: there is nothing to write.\n')
    return 0
  }
  writeBelow(text, path, streams)
  const shown = relative(streams.cwd, path)
  streams.stdout.write(`Wrote ${shown}.\nNext: \`"factories": { "declare": ["${shown}#${NAME}"] }\` in keyproof.json, and keyproof finds what is still spelled by hand; \`keyproof --fix-suggestions\` makes the calls.\n`)
  return 0
}
