import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { Disk, repositoryOf } from '../source/disk.js'

/** A configuration that cannot be used, in words for the person who wrote it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const NAMES = ['keyproof.json', 'keyproof.jsonc']

/** The folder whose configuration an audit of these paths follows. It says what to ignore, so that it is found before the files are. */
export function configFolder(paths: readonly string[], cwd: string): string {
  const [only] = paths
  return paths.length === 1 && only !== undefined ? resolve(cwd, only) : cwd
}

/** The configuration file of a folder: the one that is named, else the nearest upwards; none where there is none. @throws ConfigError */
export function findConfig(folder: string, explicit?: string): string | undefined {
  if (explicit !== undefined && !existsSync(explicit)) throw new ConfigError(`${explicit}: no such configuration file`)
  return explicit ?? findUpwards(folder)
}

function findUpwards(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const disk = new Disk(repositoryOf(at))
    const found = NAMES.map((name) => join(at, name)).find((file) => existsSync(file)) ?? [join(at, 'package.json')].find((file) => holdsConfig(disk.text(file)))
    if (found && !disk.isFile(found)) throw new ConfigError(`${relative(folder, found)}: is no file of this repository; --config names one that stands elsewhere`)
    if (found || at === dirname(at)) return found
  }
}

/** `"keyproof": { … }` in package.json. One that cannot be read is somebody else's to tell. */
function holdsConfig(manifest: string | undefined): boolean {
  try {
    return manifest !== undefined && 'keyproof' in (JSON.parse(manifest) as object)
  } catch {
    return false
  }
}
