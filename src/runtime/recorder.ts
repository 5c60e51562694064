import { createHash, randomBytes } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import type { ParameterValues } from './keys.js'
import type { Recorder, Recording } from './options.js'

/** Where a recorder writes, and how much it holds back until it does. */
export interface RecorderOptions {
  /** One line of JSON for each operation is added to it. */
  readonly file: string
  /** How many lines are gathered before they are written. */
  readonly batch?: number
  /** How many lines may wait; those that come on top are counted and left out. */
  readonly maxQueue?: number
  /** Makes the hashes of two runs comparable; chosen anew for each run unless given. */
  readonly salt?: string
}

/** One line of the file. Parameters are hashed with a salt, and values never written. */
export interface RecordedLine {
  readonly op: Recording['op']
  readonly template: string
  readonly parameters: string
  readonly layer: string
  readonly hit: boolean
}

/**
 * Writes down the operations of a cache by template, for `keyproof` to compare with what it reads in the code: which
 * templates are seen, and which deletes hit. Users cannot be told from it: parameters are salted hashes.
 */
export function recorder({ file, batch = 500, maxQueue = 50_000, salt = randomBytes(16).toString('hex') }: RecorderOptions): Recorder {
  let lines: string[] = []
  let left = 0
  /** Lines that are being written. */
  let writing = 0
  let written: Promise<void> = Promise.resolve()
  const flush = (): Promise<void> => {
    if (lines.length === 0 && left === 0) return written
    const text = [...lines, ...(left > 0 ? [JSON.stringify({ dropped: left })] : [])].map((line) => `${line}\n`).join('')
    const count = lines.length
    lines = []
    left = 0
    writing += count
    written = written.catch(() => undefined).then(() => appendFile(file, text)).finally(() => { writing -= count })
    return written
  }
  return {
    record({ op, key, layer, isHit }) {
      if (lines.length + writing >= maxQueue) {
        left++
        return
      }
      lines.push(JSON.stringify({ op, template: key.definition.template, parameters: hashed(salt, key.parameters), layer, hit: isHit } satisfies RecordedLine))
      if (lines.length === batch) flush().catch(() => undefined)
    },
    close: flush,
  }
}

const hashed = (salt: string, parameters: ParameterValues): string =>
  createHash('sha256').update(salt).update(JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)))).digest('hex').slice(0, 16)
