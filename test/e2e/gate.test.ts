import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keyproofIn } from '../command-line.js'
import { project, REPOSITORY } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const mismatch = (name: string): string => `${REDIS}export const save${name} = (id: string, page: number) => redis.set(\`${name}:\${id}:\${page}:rows\`, '', 'EX', 60)\nexport const drop${name} = (id: string) => redis.del(\`${name}:\${id}:rows\`)\n`
const SPLIT = `${REDIS}export async function f(k: string) { await redis.set(\`split:\${k}\`, ''); await redis.expire(\`split:\${k}\`, 60) }\n`

const git = (folder: string, ...args: string[]): string => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main', ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

describe('baseline', () => {
  test('what is in it passes, what comes new fails, and what is gone has to go', () => {
    const folder = project({ 'old.ts': mismatch('post') })
    expect(keyproofIn(folder, []).code).toBe(1)
    expect(keyproofIn(folder, ['baseline'])).toMatchObject({ code: 0, stderr: 'keyproof: 1 findings in keyproof-baseline.json\n' })
    expect(keyproofIn(folder, []).code).toBe(0)
    // The lines move, and it is still the same.
    writeFileSync(join(folder, 'old.ts'), `// A comment.\n\n${mismatch('post')}`)
    expect(keyproofIn(folder, []).code).toBe(0)
    writeFileSync(join(folder, 'new.ts'), mismatch('team'))
    const run = keyproofIn(folder, ['-f', 'json'])
    const report = JSON.parse(run.stdout) as { summary: { baselined: number }; findings: { location: { path: string } }[] }
    expect(run.code).toBe(1)
    expect(report.summary.baselined).toBe(1)
    expect(report.findings.map(({ location }) => location.path)).toEqual(['new.ts'])
    expect(keyproofIn(folder, ['--no-baseline', '-f', 'agent']).stdout.trim().split('\n')).toHaveLength(3)
    writeFileSync(join(folder, 'new.ts'), '')
    writeFileSync(join(folder, 'old.ts'), 'export const nothing = 1\n')
    expect(keyproofIn(folder, [])).toMatchObject({ code: 1, stderr: 'keyproof: 1 of the baseline is found no more: `keyproof baseline --prune` takes it out\n' })
    expect(keyproofIn(folder, ['baseline', '--prune']).code).toBe(0)
    expect(keyproofIn(folder, []).code).toBe(0)
  })

  test('one that cannot be read is an error that names it', () => {
    const folder = project({ 'a.ts': mismatch('post'), 'keyproof-baseline.json': '{"version": 2}' })
    expect(keyproofIn(folder, [])).toMatchObject({ code: 2, stderr: expect.stringContaining('keyproof-baseline.json is no baseline') as string })
  })
})

describe('--changed', () => {
  test('reports what touches changed lines, at either of its ends', () => {
    const folder = project({ 'a.ts': mismatch('post'), 'b.ts': mismatch('team') })
    git(folder, 'init'); git(folder, 'add', '.'); git(folder, 'commit', '-m', 'first')
    const found = (...args: string[]): string[] => (JSON.parse(keyproofIn(folder, ['-f', 'json', '--changed', ...args]).stdout) as { findings: { location: { path: string } }[] }).findings.map(({ location }) => location.path)
    expect(found()).toEqual([])
    // The write is changed; the finding stands at the delete.
    writeFileSync(join(folder, 'b.ts'), mismatch('team').replace("'EX', 60", "'EX', 61"))
    expect(found()).toEqual(['b.ts'])
    git(folder, 'checkout', '-q', '-b', 'work'); git(folder, 'commit', '-qam', 'second')
    expect(found()).toEqual([])
    expect(found('main')).toEqual(['b.ts'])
    writeFileSync(join(folder, 'c.ts'), mismatch('user'))
    expect(found('main')).toEqual(['b.ts', 'c.ts'])
  })

  test('says so where git cannot tell', () => {
    const folder = project({ 'a.ts': mismatch('post') })
    expect(keyproofIn(folder, ['--changed', 'nowhere'], { GIT_CEILING_DIRECTORIES: join(folder, '..') })).toMatchObject({ code: 2, stderr: expect.stringContaining('--changed: git cannot tell') as string })
    expect(keyproofIn(folder, ['--changed=--output=x']).code).toBe(2)
  })
})

describe('what is shown, and what counts', () => {
  const folder = project({ 'a.ts': SPLIT })

  test('--max-warnings fails on more, and --quiet hides what still counts', () => {
    expect(keyproofIn(folder, ['--max-warnings', '1']).code).toBe(0)
    expect(keyproofIn(folder, ['--max-warnings', '0']).code).toBe(1)
    const quiet = keyproofIn(folder, ['--quiet', '--max-warnings', '0'])
    expect(quiet.code).toBe(1)
    expect(quiet.stdout).not.toContain('split-expiry')
  })

  test('--only runs a rule alone, and --rule sets a severity', () => {
    expect(keyproofIn(folder, ['--only', 'ttl-unit', '-f', 'agent', '.']).stdout).toBe('0 errors, 0 warnings, 0 info\n')
    expect(keyproofIn(folder, ['--rule', 'split-expiry=off', '--max-warnings', '0']).code).toBe(0)
    expect(keyproofIn(folder, ['--rule', 'split-expiry=info', '--max-warnings', '0']).code).toBe(0)
    expect(keyproofIn(folder, ['--only', 'split-expirey'])).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean split-expiry?') as string })
    expect(keyproofIn(folder, ['--rule', 'split-expiry=fatal']).code).toBe(2)
  })

  test('several formats at once, each where it is to go, whole or not at all', () => {
    const run = keyproofIn(folder, ['-f', 'agent', '-f', 'sarif=out.sarif', '-f', 'junit=out.xml'])
    expect(run.stdout).toContain('split-expiry')
    expect(JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' })
    expect(readFileSync(join(folder, 'out.xml'), 'utf8')).toContain('<testsuites')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(keyproofIn(folder, ['-f', 'json', '-f', 'text'])).toMatchObject({ code: 2, stderr: expect.stringContaining('only one format goes to stdout') as string })
    expect(keyproofIn(folder, ['-f', 'json=missing/folder/out.json']).code).toBe(2)
    expect(existsSync(join(folder, 'missing'))).toBe(false)
  })

  test('the environment chooses where nobody does', () => {
    expect(keyproofIn(folder, [], { GITHUB_ACTIONS: 'true' }).stdout).toMatch(/^::warning /)
    expect(keyproofIn(folder, [], { AI_AGENT: '1', GITHUB_ACTIONS: 'true' }).stdout).toMatch(/^a\.ts:3:\d+: warning split-expiry/)
  })
})

describe('the path of a review bot', () => {
  test('a pull request brings a mismatch, and the comment stands on the line that brought it', () => {
    const folder = project({ 'src/a.ts': mismatch('post'), 'src/b.ts': mismatch('team').replace(':rows`)', ':${id}:rows`)').replace('${page}', '${id}').replace(', page: number', '') })
    git(folder, 'init'); git(folder, 'add', '.'); git(folder, 'commit', '-qm', 'first')
    git(folder, 'checkout', '-q', '-b', 'pull')
    // The delete loses a part of its key; the old mismatch of the other file is no matter of this pull request.
    writeFileSync(join(folder, 'src/b.ts'), mismatch('team').replace('${page}', '${id}').replace(', page: number', ''))
    git(folder, 'commit', '-qam', 'second')
    keyproofIn(folder, ['-f', 'json=report.json'])
    const diff = git(folder, 'diff', 'main...pull')
    const bot = spawnSync(process.execPath, [join(REPOSITORY, 'fixtures/review-bot/bot.mjs'), join(folder, 'report.json')], { input: diff, encoding: 'utf8' })
    const comments = JSON.parse(bot.stdout) as { path: string; line: number; side: string; body: string }[]
    expect(comments.map(({ path, line, side }) => `${path}:${line} ${side}`)).toEqual(['src/b.ts:4 RIGHT'])
    expect(comments[0]!.body).toMatch(/set-delete-mismatch[^]*WRITE[^]*DELETE[^]*What happens/)
  })
})

describe('init', () => {
  test('writes what a gate needs, and nothing over what is there', () => {
    const folder = project({ 'package.json': '{\n    "name": "x",\n    "scripts": { "test": "vitest" }\n}\n', 'pnpm-lock.yaml': '', 'a.ts': mismatch('post') })
    const run = keyproofIn(folder, ['init', '--yes'])
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/Found 2 cache calls of ioredis; 1 error, 0 warnings\. Package manager: pnpm\.\nNo key is built by a factory: `keyproof init factory` writes one\.[^]*keyproof baseline/) as string })
    expect(JSON.parse(readFileSync(join(folder, 'keyproof.json'), 'utf8'))).toMatchObject({ rules: {} })
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toMatch(/^\{\n {4}"name": "x",\n {4}"scripts": \{\n {8}"test": "vitest",\n {8}"keyproof": "keyproof"/)
    expect(readFileSync(join(folder, '.github/workflows/keyproof.yml'), 'utf8')).toContain('pnpm exec keyproof audit --format github')
    writeFileSync(join(folder, 'keyproof.json'), '{ "ignore": ["a.ts"] }')
    keyproofIn(folder, ['init', '--yes'])
    expect(readFileSync(join(folder, 'keyproof.json'), 'utf8')).toBe('{ "ignore": ["a.ts"] }')
  })

  test('without a terminal and --yes it only says what it would write', () => {
    const folder = project({ 'package.json': '{}', 'a.ts': mismatch('post'), '.gitlab-ci.yml': '' })
    expect(keyproofIn(folder, ['init']).stdout).toContain('would write .gitlab/keyproof.yml')
    expect(existsSync(join(folder, 'keyproof.json'))).toBe(false)
  })
})

describe('the configuration', () => {
  test('may stand in package.json', () => {
    const folder = project({ 'package.json': '{ "name": "x", "keyproof": { "rules": { "set-delete-mismatch": "off" } } }', 'a.ts': mismatch('post') })
    expect(keyproofIn(folder, []).code).toBe(0)
    writeFileSync(join(folder, 'package.json'), '{ "keyproof": { "rule": {} } }')
    expect(keyproofIn(folder, [])).toMatchObject({ code: 2, stderr: expect.stringContaining('package.json#keyproof is not valid') as string })
  })

  test('has severities for some files, of which the last that fits counts', () => {
    const overrides = [{ files: ['scripts/**'], rules: { 'set-delete-mismatch': 'off' } }, { files: ['scripts/b.ts'], rules: { 'set-delete-mismatch': 'warning' } }]
    const folder = project({ 'keyproof.json': JSON.stringify({ overrides }), 'scripts/a.ts': mismatch('post'), 'scripts/b.ts': mismatch('team'), 'src/c.ts': mismatch('user') })
    const { findings } = JSON.parse(keyproofIn(folder, ['-f', 'json']).stdout) as { findings: { severity: string; location: { path: string } }[] }
    expect(findings.map(({ severity, location }) => `${severity} ${location.path}`)).toEqual(['warning scripts/b.ts', 'error src/c.ts'])
    writeFileSync(join(folder, 'keyproof.json'), '{ "overrides": [{ "files": ["x"], "rules": { "no-such-rule": "off" } }] }')
    expect(keyproofIn(folder, [])).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no rule "no-such-rule"') as string })
  })
})
