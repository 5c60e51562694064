import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The folder where programs of this person keep what they can make again (XDG Base Directory Specification, and its like
 * elsewhere). An audited tree can write nothing there.
 */
export function ownFolder(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CACHE_HOME'] ?? (process.platform === 'win32' ? env['LOCALAPPDATA'] : undefined) ?? join(homedir(), '.cache')
  return join(base, 'keyproof')
}

/**
 * What signs the caches of this person, made once; `KEYPROOF_CACHE_SECRET` where machines share them. A cache that comes with the
 * audited tree is not signed by it, and so is none. @throws Error where it can be neither read nor made
 */
export function secretOf(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['KEYPROOF_CACHE_SECRET']
  if (given) return given
  const file = join(ownFolder(env), 'secret')
  mkdirSync(ownFolder(env), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const secret = readFileSync(file, 'utf8')
  if (secret.length < 64) throw new Error(`${file}: is cut short; take it away, and it is made anew`)
  return secret
}
