import { CommanderError } from 'commander'
import { visibleLines } from '../keys/visible.js'
import { spoken } from '../report/harmless.js'
import { COULD_NOT } from './exit-code.js'
import type { Streams } from './streams.js'

const SPOKEN = new Set(['SourceError', 'ConfigError'])

/** Says what went wrong in one line; a stack only for those who ask. */
export function failed(error: unknown, { stderr }: Streams, withStack = false): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT
  const known = error instanceof Error && (SPOKEN.has(error.name) || 'code' in error)
  const message = spoken(visibleLines(error instanceof Error ? error.message : String(error)))
  stderr.write(known ? `keyproof: ${message}\n` : `keyproof: internal error: ${message}\nPlease report it; --debug shows where it happened.\n`)
  if (withStack && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`)
  return COULD_NOT
}
