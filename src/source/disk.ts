import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import glob from 'fast-glob'

// No settings that people write are longer, nor is source code.
const MOST_BYTES = 1 << 24

/** What was asked of a disk, and what it answered. */
export interface Looked {
  readonly files: ReadonlyMap<string, boolean>
  readonly texts: ReadonlyMap<string, string | undefined>
  readonly globs: readonly { readonly folder: string; readonly patterns: readonly string[]; readonly found: readonly string[] }[]
}

/**
 * The files below one folder, and no others. Whatever the audited tree says (a symbolic link, the `extends` of a tsconfig,
 * the path of an import), what stands elsewhere is as if it were not there; so are folders, pipes and devices.
 */
export class Disk {
  private readonly real: string
  private readonly files = new Map<string, boolean>()
  private readonly texts = new Map<string, string | undefined>()
  private readonly globs: Looked['globs'][number][] = []

  /** @param top Absolute: the folder that nothing leads out of. */
  constructor(readonly top: string) {
    this.real = realOf(top) ?? top
  }

  /** All that was looked for so far, and what was found. */
  get looked(): Looked {
    return { files: this.files, texts: this.texts, globs: this.globs }
  }

  isFile(path: string): boolean {
    const known = this.files.get(path)
    if (known !== undefined) return known
    const found = isBelow(path, this.top) && isRegular(path) && isBelow(realOf(path), this.real)
    this.files.set(path, found)
    return found
  }

  /** The files below a folder that the patterns name, sorted. */
  glob(folder: string, patterns: readonly string[]): readonly string[] {
    const found = glob.sync([...patterns], { cwd: folder, absolute: true, ignore: ['**/node_modules/**'], suppressErrors: true, followSymbolicLinks: false }).sort()
    this.globs.push({ folder, patterns, found })
    return found
  }

  /** The text of a file; `undefined` where there is none, or it cannot be read. */
  text(path: string): string | undefined {
    if (!this.texts.has(path)) this.texts.set(path, this.read(path))
    return this.texts.get(path)
  }

  private read(path: string): string | undefined {
    if (!this.isFile(path)) return undefined
    try {
      return decoded(readFileSync(path))
    } catch {
      return undefined
    }
  }
}

/** The text of a source file. @throws Error where it cannot be read, or is larger than any that people write */
export function sourceText(file: string): string {
  if (statSync(file).size > MOST_BYTES) throw new Error('more than 16 MB: this file was left out')
  return decoded(readFileSync(file))
}

/** The text of a source file; `undefined` where it cannot be read. */
export function sourceTextIfAny(file: string): string | undefined {
  try {
    return sourceText(file)
  } catch {
    return undefined
  }
}

/** What the bytes of a file say: UTF-8, or UTF-16 where they begin with its mark, as TypeScript reads them. */
function decoded(bytes: Buffer): string {
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
    const found = statSync(path, { throwIfNoEntry: false })
    return found !== undefined && found.isFile() && found.size <= MOST_BYTES
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
