import { randomUUID } from 'node:crypto'
import { chmodSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Writes a file whole or not at all: who reads it never finds half of it. A symbolic link is put out of the way and not written
 * through, wherever it leads. @param path Absolute.
 */
export function writeWhole(text: string, path: string): void {
  const before = lstatSync(path, { throwIfNoEntry: false })
  const beside = `${path}.${randomUUID()}.tmp`
  try {
    writeFileSync(beside, text, { flag: 'wx' })
    if (before?.isFile()) chmodSync(beside, before.mode)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}
