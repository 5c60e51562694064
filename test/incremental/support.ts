import { keptAudit, type AuditRequest, type VerdictStore } from '../../src/cli/kept-audit.js'
import type { Progress } from '../../src/cli/progress.js'
import { json } from '../../src/report/json.js'
import { inFile } from '../../src/incremental/store.js'

export const requestOf = (cwd: string): AuditRequest => ({ paths: ['.'], cwd, config: undefined, only: undefined, rules: undefined })

/** The report on a folder as JSON, and whether it took an audit to make it. */
export async function reported(cwd: string, store?: VerdictStore): Promise<{ readonly bytes: string; readonly isAnew: boolean }> {
  const phases: string[] = []
  const progress: Progress = { phase: (name) => void phases.push(name), count: () => undefined, end: () => undefined }
  const verdict = await keptAudit(requestOf(cwd), store, progress)
  return { bytes: json(verdict.report), isAnew: phases.includes('resolving keys') }
}

export const storeAt = (file: string, secret = 'a secret of this test'): VerdictStore => inFile(file, secret)
