import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { REPOSITORY } from './support.js'

export const BIN = join(REPOSITORY, 'bin/keyproof.js')

/** No environment that chooses a format or colours by itself. */
export const PLAIN = { NO_COLOR: '1', GITHUB_ACTIONS: '', AI_AGENT: '', CLAUDECODE: '', CURSOR_AGENT: '', GEMINI_CLI: '', CODEX_SANDBOX: '' }

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built command line in a folder. */
export function keyproofIn(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Outcome {
  const run = spawnSync(process.execPath, [BIN, ...args], { cwd, encoding: 'utf8', env: { ...process.env, ...PLAIN, ...env }, maxBuffer: 1 << 28 })
  return { code: run.status, stdout: run.stdout, stderr: run.stderr }
}
