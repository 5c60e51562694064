// keyproof beside its peers on the same files, in rounds that take turns, by medians: `npm run bench -- [--write] [--rounds N] [--slope] DIR…`
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { generate } from './generate.mjs'

const folder = fileURLToPath(new URL('.', import.meta.url))
const BIN = resolve(folder, '../../../bin/keyproof.js')
const args = process.argv.slice(2)
const value = (name, fallback) => (args.includes(name) ? Number(args.splice(args.indexOf(name), 2)[1]) : fallback)
const flag = (name) => args.includes(name) && Boolean(args.splice(args.indexOf(name), 1))
const [rounds, isWritten, hasSlope] = [value('--rounds', 3), flag('--write'), flag('--slope')]
const npm = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--legacy-peer-deps', '--ignore-scripts', '--loglevel=error']
if (spawnSync('npm', npm, { cwd: folder, stdio: 'inherit' }).status !== 0) process.exit(1)
const { discover } = await import('../../../dist/src/source/discover.js')
const scratch = mkdtempSync(join(tmpdir(), 'keyproof-bench-'))
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]

/** Runs a command; seconds of the wall, and megabytes at most where GNU time tells. */
function timed(command, cwd, most = 2) {
  const told = join(scratch, 'time')
  const isTold = existsSync('/usr/bin/time')
  const [program, ...rest] = isTold ? ['/usr/bin/time', '-f', '%M', '-o', told, ...command] : command
  const from = performance.now()
  const { error, signal, status } = spawnSync(program, rest, { cwd, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } })
  if (error || signal || status > most) throw new Error(`${command.join(' ')}: ${error?.message ?? signal ?? `exit ${status}`}`)
  return { seconds: (performance.now() - from) / 1000, megabytes: isTold ? Number(readFileSync(told, 'utf8').trim().split('\n').at(-1)) / 1024 : NaN }
}

/** What is run on one project: its name, and the command. */
function contestants(files) {
  const list = join(scratch, 'files')
  writeFileSync(list, files.join('\n'))
  const config = join(scratch, 'tsconfig.json')
  writeFileSync(config, JSON.stringify({ compilerOptions: { noEmit: true, skipLibCheck: true, jsx: 'preserve', module: 'esnext', moduleResolution: 'bundler', target: 'es2023', types: [] }, files: files.filter((file) => /\.[cm]?tsx?$/.test(file)) }))
  const peer = (name) => [process.execPath, join(folder, 'peers.mjs'), name, list]
  return {
    'keyproof': [process.execPath, BIN, 'audit', '.', '--no-baseline', '--format', 'json', '-o', join(scratch, 'report.json')],
    'reading every byte': peer('bytes'),
    'TypeScript 6, parsing alone': peer('parse'),
    'ESLint, typescript-eslint, one rule': peer('eslint'),
    'oxlint, defaults': [join(folder, 'node_modules/.bin/oxlint'), '--silent', '.'],
    'TypeScript 7, check': [process.execPath, join(folder, 'node_modules/typescript7/bin/tsc'), '-p', config],
    'TypeScript 6, check': [process.execPath, '--max-old-space-size=8192', join(folder, 'node_modules/typescript/bin/tsc'), '-p', config],
  }
}

const MARK = '\nexport const keyproofBench = 1\n'

/**
 * keyproof with its cache: nothing changed, one file changed that was never parsed, one changed that was. The files are those in the
 * middle of the list of their kind; what is written into them is taken out again.
 */
function warmed(root) {
  const cache = mkdtempSync(join(scratch, 'cache-'))
  const command = [process.execPath, BIN, 'audit', '.', '--no-baseline', '--format', 'json', '-o', join(scratch, 'report.json'), '--cache-location', cache]
  timed(command, root)
  const { inputs } = JSON.parse(readFileSync(join(cache, readdirSync(cache)[0]), 'utf8').slice(65))
  const parsed = new Set(inputs.read)
  const middle = (list) => list[list.length >> 1][0]
  const [unread, read] = [inputs.files.filter((_, i) => !parsed.has(i)), inputs.files.filter((_, i) => parsed.has(i))]
  const changed = (file) => Array.from({ length: rounds }, (_, i) => edited(join(root, file), `${MARK}// ${i}\n`, () => timed(command, root)))
  return {
    'keyproof --cache, nothing changed': Array.from({ length: rounds }, () => timed(command, root)),
    [`keyproof --cache, a file changed that was never parsed (${unread.length} of ${inputs.files.length})`]: changed(middle(unread)),
    [`keyproof --cache, a file changed that was (${read.length})`]: changed(middle(read)),
  }
}

function edited(file, more, work) {
  const before = readFileSync(file)
  try {
    writeFileSync(file, Buffer.concat([before, Buffer.from(more)]))
    return work()
  } finally {
    writeFileSync(file, before)
  }
}

function compared(project) {
  const { root, files } = discover([project], process.cwd())
  const commands = Object.entries(contestants(files))
  const runs = new Map(commands.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < commands.length; i++) {
      const [name, command] = commands[(i + round) % commands.length]
      runs.get(name).push(timed(command, root, command.includes(join(folder, 'peers.mjs')) ? 0 : 2))
      process.stderr.write('.')
    }
  }
  for (const [name, all] of Object.entries(warmed(root))) runs.set(name, all)
  const own = median(runs.get('keyproof').map(({ seconds }) => seconds))
  const lines = [...runs].map(([name, all]) => {
    const [seconds, megabytes] = [median(all.map((run) => run.seconds)), median(all.map((run) => run.megabytes))]
    return `| ${name} | ${seconds.toFixed(2)} | ${(own / seconds).toFixed(2)} | ${megabytes.toFixed(0)} |`
  })
  return [`### ${basename(project)}: ${files.length} files`, '', '| | seconds | keyproof / this | MB at most |', '|---|---|---|---|', ...lines, ''].join('\n')
}

/** How the time grows: with the files alone, and with the cache calls in step. */
function slope() {
  const rows = [[1000, 300], [10_000, 300], [10_000, 3000], [50_000, 300]].map(([files, sites]) => {
    const project = join(scratch, `synthetic-${files}-${sites}`)
    generate(project, files, sites)
    const all = Array.from({ length: rounds }, () => timed(contestants(['none.ts']).keyproof, project))
    process.stderr.write('.')
    rmSync(project, { recursive: true })
    return { files, sites, seconds: median(all.map((run) => run.seconds)), megabytes: median(all.map((run) => run.megabytes)) }
  })
  const lines = rows.map(({ files, sites, seconds, megabytes }) => `| ${files} | ${sites} | ${seconds.toFixed(2)} | ${(seconds / rows[0].seconds).toFixed(1)} | ${megabytes.toFixed(0)} |`)
  return ['### Synthetic monorepos', '', '| files | cache calls | seconds | times the first | MB at most |', '|---|---|---|---|---|', ...lines, ''].join('\n')
}

const startup = () => median(Array.from({ length: 10 }, () => timed([process.execPath, BIN, '--version'], scratch).seconds)) - median(Array.from({ length: 10 }, () => timed([process.execPath, '-e', '0'], scratch).seconds))
const results = [...args.map((each) => compared(resolve(each))), ...(hasSlope ? [slope()] : []), `Start: \`keyproof --version\` takes ${(startup() * 1000).toFixed(0)} ms more than Node.js itself.\n`].join('\n')
const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.versions.node}, medians of ${rounds} rounds that take turns`
process.stdout.write(`\n${machine}\n\n${results}`)
if (isWritten) writeFileSync(join(folder, '../RESULTS.md'), `# The audit beside its peers\n\n\`npm run bench -- --write --slope DIR…\` makes this page. Times of one machine mean nothing by themselves: the ratios do.\n\n${machine}\n\n${results}`)
rmSync(scratch, { recursive: true })
