import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { FORMATS } from '../report/formats/format.js'
import type { AuditOptions } from './commands/audit.js'
import type { BaselineOptions } from './commands/baseline.js'
import type { InitOptions } from './commands/init.js'
import type { ObservedOptions } from './commands/observed.js'
import { completionScript, SHELLS, type Shell } from './completion.js'
import { failed } from './failed.js'
import type { CommonOptions, Streams } from './streams.js'
import { outputOf } from './outputs.js'
import { version } from './version.js'

export type { Streams } from './streams.js'

const EXAMPLES = `
Examples:
  $ keyproof                              audit this folder
  $ keyproof audit packages/api           audit one package
  $ keyproof audit --format json -o report.json
  $ keyproof audit --fail-on warning      let warnings fail the run too
  $ keyproof audit --format github --format sarif=keyproof.sarif
  $ keyproof audit --changed origin/main  only what touches this branch's changes
  $ keyproof init                         a configuration, a script and a job of CI
  $ keyproof init factory                 a key factory for the keys that are spelled by hand
  $ keyproof baseline                     live with what is there, fail on what comes new
  $ keyproof audit --explain              with what happens at run time, step by step
  $ keyproof collect packages/api -o api.json && keyproof link *.json
                                          audit in two steps, package by package
  $ keyproof keys                         every key template: who writes, reads and deletes it
  $ keyproof trace src/users.ts:42        how the key of this call was worked out
  $ keyproof trace 'user:7:photo'         the calls that may use this key, and how it was worked out
  $ keyproof advise                       whether and how each key should be cached
  $ keyproof explain missing-user-scope   what the rule finds, with a program that goes wrong
  $ keyproof observed keys.txt            keys that no code builds, templates that nobody saw
  $ source <(keyproof completion bash)    complete commands and options
  $ keyproof lsp                          a language server for editors
  $ keyproof clients                      the caches that are known, and those found here

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 could not do it.`

/** Runs the command line; returns the exit code. Nothing heavy is loaded before a command needs it. */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  let code = 0
  const done = (answer: number): void => { code = answer }
  try {
    await commandLine(streams, done).parseAsync([...argv])
  } catch (error) {
    return failed(error, streams, argv.includes('--debug'))
  }
  return code
}

function commandLine(streams: Streams, done: Done): Command {
  const program = new Command('keyproof')
    .description('Audits TypeScript code bases for cache-key consistency.')
    .version(version(), '-v, --version')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => streams.stdout.write(text), writeErr: (text) => streams.stderr.write(text) })
  addAudit(program, streams, done)
  addLinking(program, streams, done)
  addInventory(program, streams, done)
  addLookup(program, streams, done)
  return program
}

type Done = (code: number) => void

/** The gate. */
function addAudit(program: Command, streams: Streams, done: Done): void {
  withGate(program.command('audit', { isDefault: true }).description('find cache keys that do not fit together (default command)'))
    .argument('[paths...]', 'files or folders to audit', ['.'])
    .option('--cache', 'audit anew only what changed since the last time')
    .option('--cache-location <folder>', 'keep the cache there (default: node_modules/.cache/keyproof)')
    .option('--watch', 'audit again whenever a file changes')
    .option('--changed [ref]', 'report what touches lines changed since <ref> left this branch (default HEAD: what is not committed)')
    .option('--fix-suggestions', 'make the edits that are suggested, and audit again')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], options: AuditOptions) => done(await (await import('./commands/audit.js')).auditCommand(paths, options, streams)))
}

/** How findings are judged and shown. */
function withGate(command: Command): Command {
  return command
    .addOption(new Option('-f, --format <format[=file]>', `form of the output, several at once: ${FORMATS.join(', ')} (default: by environment)`).argParser(outputOf))
    .option('-o, --output <file>', 'write to a file')
    .option('-c, --config <file>', 'configuration file (default: keyproof.json, found upwards)')
    .option('--no-color', 'plain text')
    .option('--debug', 'show the stack of an internal error, and what replay refuted')
    .option('--timings', 'tell how long each phase took')
    .option('--quiet', 'show errors alone')
    .addOption(new Option('--max-warnings <count>', 'more warnings fail the run').argParser(count))
    .option('--only <rules...>', 'run these rules alone')
    .addOption(new Option('--rule <rule=severity>', 'severity of a rule, over the configuration').argParser(ruleSeverity))
    .option('--baseline <file>', 'findings that are known (default: keyproof-baseline.json)')
    .option('--no-baseline', 'report what is known too')
    .addOption(new Option('--fail-on <severity>', 'lowest severity that fails the run').choices(['error', 'warning', 'info']).default('error'))
    .option('--explain', 'tell what happens at run time, step by step')
}

/** The gate in two steps, of which the first is done for each package by itself. */
function addLinking(program: Command, streams: Streams, done: Done): void {
  program.command('collect').description('write down what a package says of its caches, to be linked')
    .argument('[package]', 'its folder', '.')
    .option('-o, --output <file>', 'write to a file')
    .option('-c, --config <file>', 'configuration file (default: keyproof.json, found upwards)')
    .option('--debug', 'show the stack of an internal error')
    .action(async (path: string, options: Omit<CommonOptions, 'format'>) => done(await (await import('./commands/collect.js')).collectCommand(path, options, streams)))
  withGate(program.command('link').description('audit what packages or repositories said of their caches'))
    .argument('<facts...>', 'files that `keyproof collect` wrote')
    .action(async (files: string[], options: AuditOptions) => done(await (await import('./commands/link.js')).linkCommand(files, options, streams)))
}

/** What is found now, as a list. */
function addInventory(program: Command, streams: Streams, done: Done): void {
  const init = program.command('init').description('write a configuration, a script and a job of CI; nothing that is there is written over')
    .option('-y, --yes', 'ask nothing')
    .action(async (options: InitOptions) => done(await (await import('./commands/init.js')).initCommand(options, streams)))
  init.command('factory').description('write a key factory for the keys that are spelled by hand')
    .option('-o, --output <file>', 'the file that is written', 'src/cache-keys.ts')
    .action(async ({ output }: { readonly output: string }) => done(await (await import('./commands/init-factory.js')).initFactoryCommand(output, streams)))
  withCommonOptions(program.command('baseline').description('write down what is found now: the gate then fails on what comes new'))
    .argument('[paths...]', 'files or folders', ['.'])
    .option('--prune', 'only take out what is found no more')
    .action(async (paths: string[], options: BaselineOptions) => done(await (await import('./commands/baseline.js')).baselineCommand(paths, options, streams)))
  withCommonOptions(program.command('keys').description('list every key template with its store, writers, readers and deleters'))
    .argument('[paths...]', 'files or folders', ['.'])
    .action(async (paths: string[], options: CommonOptions) => done(await (await import('./commands/keys.js')).keysCommand(paths, options, streams)))
}

/** What is asked of single keys, rules, and what was seen at run time. */
function addLookup(program: Command, streams: Streams, done: Done): void {
  withCommonOptions(program.command('trace').description('show how a key was worked out, step by step'))
    .argument('<subject>', 'a place FILE:LINE, a key, or a key template')
    .argument('[paths...]', 'files or folders', ['.'])
    .action(async (subject: string, paths: string[], options: CommonOptions) => done(await (await import('./commands/trace.js')).traceCommand(subject, paths, options, streams)))
  withCommonOptions(program.command('advise').description('whether, and by which strategy, each key should be cached'))
    .argument('[paths...]', 'files or folders', ['.'])
    .action(async (paths: string[], options: CommonOptions) => done(await (await import('./commands/advise.js')).adviseCommand(paths, options, streams)))
  withCommonOptions(program.command('explain').description('what a rule finds, why that bites, and its proof, run'))
    .argument('<rule>', 'the id of a rule')
    .action(async (rule: string, options: CommonOptions) => done(await (await import('./commands/explain.js')).explainCommand(rule, options, streams)))
  withCommonOptions(program.command('observed').description('hold the keys that were seen at run time against what the code builds'))
    .argument('[file]', 'a file of recorder(), of `redis-cli MONITOR`, or of `redis-cli --scan`')
    .argument('[paths...]', 'files or folders', ['.'])
    .option('--redis <url>', 'look at a server instead, reading only: SCAN, with lifetime and size of some keys')
    .addOption(new Option('--max <count>', 'keys to look at in a server').default(100_000).argParser(wholeNumber))
    .option('--hash-holes', 'show no values, but hashes of them (salted by KEYPROOF_SALT)')
    .action(async (file: string | undefined, paths: string[], options: ObservedOptions) => done(await observed(file, paths, options, streams)))
  program.command('completion').description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => { streams.stdout.write(completionScript(program, shell)); done(0) })
  program.command('lsp').description('speak the Language Server Protocol over stdin and stdout, for editors')
    .option('--stdio', 'what editors say; it always does')
    .action(async () => done(await (await import('./commands/lsp.js')).lspCommand()))
  withCommonOptions(program.command('clients').description('list the caches that are known, and those found here'))
    .argument('[paths...]', 'files or folders', ['.'])
    .action(async (paths: string[], options: CommonOptions) => done(await (await import('./commands/clients.js')).clientsCommand(paths, options, streams)))
}

/** With `--redis` there is no file: the first argument is a path then. */
async function observed(file: string | undefined, paths: string[], options: ObservedOptions, streams: Streams): Promise<number> {
  const { observedCommand } = await import('./commands/observed.js')
  const isServer = options.redis !== undefined
  return observedCommand(isServer ? undefined : file, isServer && file !== undefined ? [file, ...paths.filter((path) => path !== '.')] : paths, options, streams)
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a positive whole number is wanted.')
  return value
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number is wanted.')
  return value
}

function ruleSeverity(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, rule, severity] = /^([\w-]+)[=:](\w+)$/.exec(text) ?? []
  if (rule === undefined || severity === undefined) throw new InvalidArgumentError('write RULE=SEVERITY.')
  return { ...before, [rule]: severity }
}

function withCommonOptions(command: Command): Command {
  return command
    .addOption(new Option('-f, --format <format>', 'form of the output').choices(['text', 'json']).default('text'))
    .option('-o, --output <file>', 'write to a file')
    .option('-c, --config <file>', 'configuration file (default: keyproof.json, found upwards)')
    .option('--no-color', 'plain text')
    .option('--debug', 'show the stack of an internal error')
}
