import { InvalidArgumentError } from 'commander'
import { FORMATS, type FormatName } from '../report/formats/format.js'

/** A format, and the file that it goes to; stdout without one. */
export interface Output {
  readonly format: FormatName
  readonly file?: string
}

/** `--format sarif=out.sarif`, given as often as wanted. */
export function outputOf(text: string, before: readonly Output[] = []): readonly Output[] {
  const [, name = text, file] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (!(FORMATS as readonly string[]).includes(name)) throw new InvalidArgumentError(`there is no format "${name}": ${FORMATS.join(', ')}.`)
  const made: Output = file === undefined ? { format: name as FormatName } : { format: name as FormatName, file }
  if (made.file === undefined && before.some((other) => other.file === undefined)) throw new InvalidArgumentError('only one format goes to stdout: write FORMAT=FILE for the others.')
  return [...before, made]
}

const AGENTS = ['AI_AGENT', 'CLAUDECODE', 'CURSOR_AGENT', 'GEMINI_CLI', 'CODEX_SANDBOX']

/** Where nobody asks for a format: annotations in GitHub Actions, a line each for programs that read, else text for people. */
export function defaultFormat(env: Readonly<Record<string, string | undefined>>): FormatName {
  if (AGENTS.some((name) => env[name])) return 'agent'
  return env['GITHUB_ACTIONS'] === 'true' ? 'github' : 'text'
}
