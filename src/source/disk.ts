import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

// No settings that people write are longer, nor is source code.
export const MOST_BYTES = 1 << 24

/**
 * The files below one folder, and no others. Whatever the audited tree says (a symbolic link, the `extends` of a tsconfig,
 * the path of an import), what stands elsewhere is as if it were not there; so are folders, pipes and devices.
 */
export class Disk {
  private readonly real: string

  /** @param top Absolute: the folder that nothing leads out of. */
  constructor(readonly top: string) {
    this.real = realOf(top) ?? top
  }

  isFile(path: string): boolean {
    return isBelow(path, this.top) && isRegular(path) && isBelow(realOf(path), this.real)
  }

  /** The text of a file; `undefined` where there is none, or it cannot be read. */
  text(path: string): string | undefined {
    if (!this.isFile(path)) return undefined
    try {
      return decoded(readFileSync(path))
    } catch {
      return undefined
    }
  }
}

/** What the bytes of a file say: UTF-8, or UTF-16 where they begin with its mark, as TypeScript reads them. */
export function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return bytes.subarray(2, bytes.length & ~1).swap16().toString('utf16le')
  return bytes.toString('utf8')
}

/** The folder of the repository around a folder, or the folder itself. */
export function repositoryOf(folder: string): string {
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, '.git'))) return at
  return folder
}

export const isBelow = (path: string | undefined, folder: string): boolean => path !== undefined && path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

// A path that runs through a file is no file: ENOTDIR is an answer, not an error.
function isRegular(path: string): boolean {
  try {
    const found = statSync(path)
    return found.isFile() && found.size <= MOST_BYTES
  } catch {
    return false
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}
