import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { isBelow } from '../source/disk.js'

/**
 * The folder where programs of this person keep what they can make again (XDG Base Directory Specification, and its like
 * elsewhere). An audited tree can write nothing there.
 */
export function ownFolder(env: Readonly<Record<string, string | undefined>>): string {
  const named = [env['XDG_CACHE_HOME'], process.platform === 'win32' ? env['LOCALAPPDATA'] : undefined].find((path) => path !== undefined && isAbsolute(path))
  return join(named ?? join(homedir(), '.cache'), 'keyproof')
}

/**
 * What signs the caches of this person, made once; `KEYPROOF_CACHE_SECRET` where machines share them. A cache that comes with the
 * audited tree is not signed by it, and so is none. @param tree The repository that is audited: a secret that stands in it is none.
 * @throws Error where it can be neither read nor made
 */
export function secretOf(env: Readonly<Record<string, string | undefined>>, tree: string): string {
  const given = env['KEYPROOF_CACHE_SECRET']
  if (given) return given
  const file = join(ownFolder(env), 'secret')
  mkdirSync(ownFolder(env), { recursive: true, mode: 0o700 })
  if (isBelow(realpathSync(ownFolder(env)), realpathSync(tree))) throw new Error(`${ownFolder(env)}: stands in the tree that is audited; set KEYPROOF_CACHE_SECRET`)
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const secret = readFileSync(file, 'utf8')
  if (secret.length < 64) throw new Error(`${file}: is cut short; take it away, and it is made anew`)
  return secret
}
