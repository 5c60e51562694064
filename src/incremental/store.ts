import { createHmac, timingSafeEqual } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { digestOf } from '../source/digest.js'
import { isBelow, repositoryOf } from '../source/disk.js'
import { writeWhole } from '../source/write-whole.js'
import type { Inputs } from './inputs.js'
import { ownFolder } from './secret.js'

/** What an audit hung on, and what it found: plain data. */
export interface Kept<T> {
  /** What made it, and for which request: of another make, or for another, it says nothing. */
  readonly maker: string
  readonly inputs: Inputs
  readonly value: T
}

/** Keeps the last of something. */
export interface Store<T> {
  get(): Kept<T> | undefined
  set(kept: Kept<T>): void
}

/** In this process alone. */
export function inMemory<T>(): Store<T> {
  let last: Kept<T> | undefined
  return { get: () => last, set: (kept) => { last = kept } }
}

/** In both: what is in this process is asked first. */
export function inBoth<T>(near: Store<T>, far: Store<T>): Store<T> {
  return { get: () => near.get() ?? far.get(), set: (kept) => { near.set(kept); far.set(kept) } }
}

/** `failed` is told of what could not be kept: a cache that cannot be written is none, and no fault of the audit. */
export function forgiving<T>(store: Store<T>, failed: (error: unknown) => void): Store<T> {
  const set = (kept: Kept<T>): void => {
    try {
      store.set(kept)
    } catch (error) {
      failed(error)
    }
  }
  return { get: () => store.get(), set }
}

/**
 * In one file, signed (HMAC-SHA-256): what is cut short, changed, or was put there by somebody else is as if it were not there.
 * Written whole or not at all, so that any number of runs may share it, and one that is killed leaves what was there.
 */
export function inFile<T>(file: string, secret: string): Store<T> {
  return {
    get: () => {
      const text = contents(file)
      const signature = text?.slice(0, 64) ?? ''
      const body = text?.slice(65)
      return body !== undefined && isSame(signature, signed(body, secret)) ? JSON.parse(body) as Kept<T> : undefined
    },
    set: (kept) => {
      const body = JSON.stringify(kept)
      mkdirSync(dirname(file), { recursive: true })
      sweep(file)
      writeWhole(`${signed(body, secret)}\n${body}`, file)
    },
  }
}

const signed = (body: string, secret: string): string => createHmac('sha256', secret).update(body).digest('hex')

const isSame = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

// The report of the largest program is a few megabytes.
const MOST_BYTES = 1 << 28

/** No link, device or pipe: whoever could put one there would have it read for ever, or another's cache for this one. */
function contents(file: string): string | undefined {
  try {
    const found = lstatSync(file)
    return found.isFile() && found.size <= MOST_BYTES ? readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  }
}

const FORGOTTEN_MS = 60_000

/** What runs that were killed in the middle of writing left behind. */
function sweep(file: string): void {
  for (const name of readdirSync(dirname(file)).filter((each) => each.startsWith(file.slice(dirname(file).length + 1)) && each.endsWith('.tmp'))) {
    const left = join(dirname(file), name)
    if (Date.now() - (statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > FORGOTTEN_MS) rmSync(left, { force: true })
  }
}

/**
 * The folder of the cache of a project: `node_modules/.cache/keyproof` of the nearest node_modules in its repository, where that is a
 * folder of the repository indeed; else one of this person's own for this project.
 */
export function cacheFolder(root: string, env: Readonly<Record<string, string | undefined>>): string {
  const top = repositoryOf(root)
  const own = join(ownFolder(env), digestOf(root))
  for (let at = root; ; at = dirname(at)) {
    const modules = join(at, 'node_modules')
    if (existsSync(modules)) return isOf(join(modules, '.cache', 'keyproof'), top) ? join(modules, '.cache', 'keyproof') : own
    if (at === top || at === dirname(at)) return own
  }
}

/** Does the path, links followed, stay in the folder as far as it is there? */
function isOf(path: string, folder: string): boolean {
  let at = path
  while (!existsSync(at)) at = dirname(at)
  return isBelow(realpathSync(at), realpathSync(folder))
}
