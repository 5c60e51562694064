import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { progressOn } from '../progress.js'
import { isObject } from '../../source/json.js'
import { writeBelow, type Streams } from '../streams.js'

export interface InitOptions {
  readonly yes?: boolean
}

/** A file that is to be written, and why. */
interface Proposal {
  readonly path: string
  readonly what: string
  readonly text: string
}

const LOCKS = [['pnpm-lock.yaml', 'pnpm'], ['yarn.lock', 'yarn'], ['bun.lock', 'bun'], ['bun.lockb', 'bun'], ['package-lock.json', 'npm']] as const

/** `keyproof init`: looks at what is there, and writes what a gate needs; nothing that is there is written over. */
export async function initCommand(options: InitOptions, streams: Streams): Promise<number> {
  const { runAudit } = await import('../run-audit.js')
  const { report, result } = await runAudit(['.'], streams.cwd, undefined, { progress: progressOn(streams) })
  const factories = [...new Set(result.model.factories.map(({ name }) => name))].sort()
  const found = [...new Set(report.sites.map(({ client }) => client))].sort()
  const manager = LOCKS.find(([file]) => existsSync(join(streams.cwd, file)))?.[1] ?? 'npm'
  const { error, warning } = report.summary.findings
  streams.stdout.write(`Found ${report.summary.sites} cache calls of ${found.join(', ') || 'no client'}; ${plural(error, 'error')}, ${plural(warning, 'warning')}. Package manager: ${manager}.\n`)
  streams.stdout.write(factories.length > 0 ? `Keys are built by ${factories.slice(0, MOST).join(', ')}${factories.length > MOST ? ` and ${factories.length - MOST} more` : ''}.\n` : 'No key is built by a factory: `keyproof init factory` writes one.\n')
  const proposals = proposalsFor(streams.cwd, manager)
  for (const proposal of proposals) {
    if (!(await isWanted(proposal, options, streams))) continue
    writeBelow(proposal.text, proposal.path, streams)
    streams.stdout.write(`  wrote ${proposal.path}\n`)
  }
  streams.stdout.write(error + warning > 0 ? 'Next: `keyproof baseline`, to live with what is there and fail on what comes new.\n' : 'Next: nothing; what comes new fails.\n')
  return 0
}

const MOST = 5

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

async function isWanted({ path, what }: Proposal, { yes }: InitOptions, streams: Streams): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY) {
    streams.stdout.write(`  would write ${path}: ${what} (--yes does it)\n`)
    return false
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^(?:y|yes|)$/i.test((await lines.question(`Write ${path} (${what})? [Y/n] `)).trim())
  } finally {
    lines.close()
  }
}

function proposalsFor(cwd: string, manager: string): readonly Proposal[] {
  return [configuration(cwd), script(cwd), workflow(cwd, manager)].filter((each) => each !== undefined)
}

function configuration(cwd: string): Proposal | undefined {
  if (['keyproof.json', 'keyproof.jsonc'].some((name) => existsSync(join(cwd, name)))) return undefined
  return { path: 'keyproof.json', what: 'the configuration', text: `${JSON.stringify({ $schema: 'node_modules/keyproof/schema/config.json', rules: {}, ignore: [] }, null, 2)}\n` }
}

/** `"keyproof": "keyproof"` among the scripts; the file stays as it is written otherwise. */
function script(cwd: string): Proposal | undefined {
  const file = join(cwd, 'package.json')
  if (!existsSync(file)) return undefined
  const source = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  const manifest = manifestIn(source)
  if (!manifest || manifest.scripts?.['keyproof'] !== undefined) return undefined
  const indent = /\n([ \t]+)"/.exec(source)?.[1] ?? '  '
  return { path: 'package.json', what: 'a script', text: `${JSON.stringify({ ...manifest, scripts: { ...manifest.scripts, keyproof: 'keyproof' } }, null, indent)}\n` }
}

/** A package.json that is none is left as it is. */
function manifestIn(source: string): { readonly scripts?: Readonly<Record<string, string>> } | undefined {
  try {
    const manifest: unknown = JSON.parse(source)
    return isObject(manifest) ? manifest : undefined
  } catch {
    return undefined
  }
}

const INSTALL: Readonly<Record<string, string>> = { npm: 'npm ci', pnpm: 'corepack enable && pnpm install --frozen-lockfile', yarn: 'corepack enable && yarn install --immutable', bun: 'npm install --global bun && bun install --frozen-lockfile' }
const RUN: Readonly<Record<string, string>> = { npm: 'npx keyproof', pnpm: 'pnpm exec keyproof', yarn: 'yarn keyproof', bun: 'bunx keyproof' }

function workflow(cwd: string, manager: string): Proposal | undefined {
  const isGitLab = existsSync(join(cwd, '.gitlab-ci.yml'))
  if (isGitLab) return existsSync(join(cwd, '.gitlab/keyproof.yml')) ? undefined : { path: '.gitlab/keyproof.yml', what: 'a job, to be included in .gitlab-ci.yml', text: gitlabJob(manager) }
  return existsSync(join(cwd, '.github/workflows/keyproof.yml')) ? undefined : { path: '.github/workflows/keyproof.yml', what: 'a workflow', text: githubWorkflow(manager) }
}

const githubWorkflow = (manager: string): string => `name: keyproof
on: [pull_request]
permissions:
  contents: read
  security-events: write
jobs:
  keyproof:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: ${INSTALL[manager]}
      - run: rm -f keyproof.sarif keyproof.md
      - run: ${RUN[manager]} audit --format github --format sarif=keyproof.sarif --format markdown=keyproof.md
      - if: always() && hashFiles('keyproof.md') != ''
        run: cat keyproof.md >> "$GITHUB_STEP_SUMMARY"
      - if: always() && hashFiles('keyproof.sarif') != ''
        uses: github/codeql-action/upload-sarif@v3
        with:
          sarif_file: keyproof.sarif
`

const gitlabJob = (manager: string): string => `keyproof:
  image: node:22
  script:
    - ${INSTALL[manager]}
    - ${RUN[manager]} audit --format text --format gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
`
