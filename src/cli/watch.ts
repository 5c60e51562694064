import { relative, sep } from 'node:path'
import { watch } from 'chokidar'
import { isBelow } from '../source/disk.js'
import { failed } from './failed.js'
import { say, type Streams } from './streams.js'

// What an editor writes for one save, and git for one checkout, comes in several pieces.
const QUIET_MS = 60
const LONG_MS = 60 * 60 * 1000
const NEVER = new Set(['node_modules', '.git', '.next', '.nuxt', '.output', '.turbo', '.yarn'])

/**
 * Does `round` now, and again whenever something below the folders changes, until `stop`; one at a time, and one more for what
 * changed meanwhile. What goes wrong is told, and the watch goes on. Returns the code of the last round.
 */
export async function watched(folders: readonly string[], round: () => Promise<number>, { streams, stop }: { readonly streams: Streams; readonly stop: AbortSignal }): Promise<number> {
  let code = 0
  // Where all that is watched was deleted, there is still somebody who waits.
  const alive = setInterval(() => undefined, LONG_MS)
  let waiting: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  const now = async (): Promise<void> => {
    if (!stop.aborted) code = await round().catch((error: unknown) => failed(error, streams))
  }
  const soon = (): void => {
    clearTimeout(waiting)
    waiting = setTimeout(() => { running = running.then(now) }, QUIET_MS)
  }
  const ignored = (path: string): boolean => {
    const around = folders.filter((folder) => path === folder || isBelow(path, folder))
    return around.length > 0 && around.every((folder) => relative(folder, path).split(sep).some((name) => NEVER.has(name)))
  }
  const watcher = watch([...folders], { ignoreInitial: true, ignored, followSymlinks: false })
  watcher.on('all', soon).on('error', (error) => void failed(error, streams))
  await new Promise<void>((resolve) => watcher.once('ready', resolve))
  running = running.then(now).then(() => say('keyproof: watching; interrupt to end', streams))
  await new Promise<void>((resolve) => { if (stop.aborted) resolve(); else stop.addEventListener('abort', () => resolve(), { once: true }) })
  clearTimeout(waiting)
  clearInterval(alive)
  await watcher.close()
  await running
  return code
}
