import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { COULD_NOT, exitCode, type FailOn } from './exit-code.js'
import { version } from './version.js'

/** Where the command line writes and looks; handed in, so that tests need no process. */
export interface Streams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly cwd: string
}

interface AuditOptions {
  readonly format: 'text' | 'json'
  readonly output?: string
  readonly failOn: FailOn
  readonly config?: string
  readonly color?: boolean
  readonly debug?: boolean
}

const EXAMPLES = `
Examples:
  $ keyproof                              audit this folder
  $ keyproof audit packages/api           audit one package
  $ keyproof audit --format json -o report.json
  $ keyproof audit --fail-on warning      let warnings fail the run too
  $ keyproof keys                         every key template: who writes, reads and deletes it

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not audit.`

/** Runs the command line; returns the exit code. */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  let code = 0
  const program = new Command('keyproof')
    .description('Audits TypeScript code bases for cache-key consistency.')
    .version(version(), '-v, --version')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => streams.stdout.write(text), writeErr: (text) => streams.stderr.write(text) })
  program.command('audit', { isDefault: true })
    .description('find cache keys that do not fit together (default command)')
    .argument('[paths...]', 'files or folders to audit', ['.'])
    .addOption(new Option('-f, --format <format>', 'form of the report').choices(['text', 'json']).default('text'))
    .option('-o, --output <file>', 'write the report to a file')
    .addOption(new Option('--fail-on <severity>', 'lowest severity that fails the run').choices(['error', 'warning', 'info']).default('error'))
    .option('-c, --config <file>', 'configuration file (default: keyproof.json, found upwards)')
    .option('--no-color', 'plain text')
    .option('--debug', 'show the stack of an internal error')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], options: AuditOptions) => { code = await auditCommand(paths, options, streams) })
  program.command('keys')
    .description('list every key template with its store, writers, readers and deleters')
    .argument('[paths...]', 'files or folders', ['.'])
    .addOption(new Option('-f, --format <format>', 'form of the list').choices(['text', 'json']).default('text'))
    .option('-c, --config <file>', 'configuration file')
    .option('--no-color', 'plain text')
    .option('--debug', 'show the stack of an internal error')
    .action(async (paths: string[], options: AuditOptions) => { code = await keysCommand(paths, options, streams) })
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    return failed(error, argv, streams)
  }
  return code
}

async function auditCommand(paths: readonly string[], options: AuditOptions, streams: Streams): Promise<number> {
  const { runAudit } = await import('./run-audit.js')
  const run = runAudit(paths, streams.cwd, options.config === undefined ? undefined : resolve(streams.cwd, options.config))
  write(await rendered(run, options, streams), options, streams)
  return exitCode(run.report, options.failOn)
}

async function rendered(run: import('./run-audit.js').AuditRun, options: AuditOptions, streams: Streams): Promise<string> {
  if (options.format === 'json') return (await import('../report/json.js')).json(run.report)
  const { text } = await import('../report/text.js')
  return text(run.report, run.textOf, { ...(await look(options, streams)) })
}

async function look(options: AuditOptions, streams: Streams): Promise<{ color: boolean; width: number }> {
  const { supportsColor } = await import('chalk')
  const asked = process.env['FORCE_COLOR'] !== undefined && process.env['FORCE_COLOR'] !== '0'
  const wanted = options.color !== false && process.env['NO_COLOR'] === undefined && options.output === undefined
  return { color: wanted && (asked || (streams.stdout.isTTY === true && Boolean(supportsColor))), width: streams.stdout.columns ?? 120 }
}

async function keysCommand(paths: readonly string[], options: AuditOptions, streams: Streams): Promise<number> {
  const { runAudit } = await import('./run-audit.js')
  const { report } = runAudit(paths, streams.cwd, options.config)
  const { keysText } = await import('../report/keys.js')
  write(options.format === 'json' ? `${JSON.stringify(report.keys, null, 2)}\n` : keysText(report, await look(options, streams)), options, streams)
  return 0
}

function write(output: string, options: AuditOptions, streams: Streams): void {
  if (options.output === undefined) streams.stdout.write(output)
  else writeFileSync(resolve(streams.cwd, options.output), output)
}

const SPOKEN = new Set(['SourceError', 'ConfigError'])

/** Says what went wrong in one line; a stack only for those who ask. */
function failed(error: unknown, argv: readonly string[], streams: Streams): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT
  const known = error instanceof Error && (SPOKEN.has(error.name) || 'code' in error)
  const message = error instanceof Error ? error.message : String(error)
  streams.stderr.write(known ? `keyproof: ${message}\n` : `keyproof: internal error: ${message}\nPlease report it; --debug shows where it happened.\n`)
  if (argv.includes('--debug') && error instanceof Error) streams.stderr.write(`${error.stack ?? ''}\n`)
  return COULD_NOT
}
