import { statSync } from 'node:fs'

/** What a disk says of a file without opening it, as git's index keeps it; empty where it may have changed since without showing. */
export type Stamp = string

// The clocks of some file systems tick every two seconds.
const COARSEST_MS = 2000

/**
 * Size, times and number of a file. `before` is when the work began that the stamp is to vouch for, in ms of the epoch: a file
 * that changed after it, or so short a time before it that the clock of the disk may not have moved, gets none ("racy git",
 * git-scm.com/docs/racy-git). The time of the last change of status counts, since it cannot be set back.
 */
export function stampOf(file: string, before: number): Stamp {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found || Math.max(found.ctimeMs, found.mtimeMs) >= before - COARSEST_MS) return ''
  return `${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}`
}
