import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '../report/schema.js'

interface Known {
  readonly report: Report
  readonly at: number
}

const known = new Map<string, Known>()

const BIN = fileURLToPath(new URL('../../../bin/keyproof.js', import.meta.url))

/**
 * The report on a folder. ESLint asks file by file and cannot wait, and the findings of one file depend on all others: the
 * whole folder is audited once, in a process of its own, and again when a file that is linted was written since.
 * @throws Error with what keyproof said, where it could not audit
 */
export function reportOn(root: string, path: string): Report {
  const before = known.get(root)
  if (before && writtenAt(join(root, path)) <= before.at) return before.report
  const at = Date.now()
  const run = spawnSync(process.execPath, [BIN, 'audit', '.', '--format', 'json'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 30 })
  if (run.status !== 0 && run.status !== 1) throw new Error(run.stderr.trim() || `keyproof ended with ${run.status ?? run.signal}`)
  const report = JSON.parse(run.stdout) as Report
  known.set(root, { report, at })
  return report
}

function writtenAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
