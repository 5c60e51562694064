import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Report } from '../../src/report/schema.js'
import { BIN, keyproofIn } from '../command-line.js'
import { REPOSITORY } from '../support.js'

const PACKAGES = ['packages/keys', 'packages/cache', 'packages/users', 'apps/web', 'apps/worker']
const FACTS = '.keyproof/facts.json'

/** The recipe of the README in a copy of the monorepo. */
function workspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyproof-turbo-'))
  cpSync(join(REPOSITORY, 'fixtures/monorepo'), folder, { recursive: true })
  const edit = (path: string, more: object): void => writeFileSync(join(folder, path), JSON.stringify({ ...JSON.parse(readFileSync(join(folder, path), 'utf8')) as object, ...more }))
  edit('package.json', { packageManager: 'npm@10.8.2' })
  for (const path of PACKAGES) edit(`${path}/package.json`, { version: '0.0.0', scripts: { 'keyproof:collect': `node ${JSON.stringify(BIN)} collect -o ${FACTS}` } })
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n.turbo\n.keyproof\n')
  const recipe = /```json title=turbo\.json\n([^]*?)```/.exec(readFileSync(join(REPOSITORY, 'README.md'), 'utf8'))![1]!
  writeFileSync(join(folder, 'turbo.json'), recipe)
  for (const args of [['init', '-q'], ['add', '-A'], ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'one']]) spawnSync('git', args, { cwd: folder })
  return folder
}

/** Which packages had to be collected, and which were taken from Turborepo's cache. */
function collected(folder: string): readonly string[] {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_CACHE: 'local:rw', NO_COLOR: '1', FORCE_COLOR: '0', CI: '' }
  const run = spawnSync(join(REPOSITORY, 'node_modules/.bin/turbo'), ['run', 'keyproof:collect', '--ui=stream', '--no-update-notifier', '--log-order=grouped'], { cwd: folder, encoding: 'utf8', env })
  expect(run.status, run.stdout + run.stderr).toBe(0)
  return [...run.stdout.matchAll(/^@acme\/(\w+):keyproof:collect: cache miss/gm)].map(([, name]) => name!).sort()
}

const said = (text: string): unknown => {
  const { findings, sites, keys } = JSON.parse(text) as Report
  return { findings: findings.map((finding) => ({ ...finding, suggestion: undefined })), sites, keys }
}

test('Turborepo collects what changed, and what depends on it; the link says what an audit of the whole says', () => {
  const folder = workspace()
  const link = (): unknown => said(keyproofIn(folder, ['link', ...PACKAGES.map((path) => `${path}/${FACTS}`), '-f', 'json']).stdout)
  const whole = (): unknown => said(keyproofIn(folder, ['audit', '.', '-f', 'json']).stdout)
  expect(collected(folder)).toEqual(['cache', 'keys', 'users', 'web', 'worker'])
  expect(link()).toEqual(whole())
  expect(collected(folder)).toEqual([])
  // The worker deletes the right key now.
  writeFileSync(join(folder, 'apps/worker/src/index.ts'), "import { forget } from '@acme/users'\nexport const onOrder = (userId: string) => forget(`shop:cart:${userId}:EUR`)\n")
  expect(collected(folder)).toEqual(['worker'])
  expect(link()).toEqual(whole())
  appendFileSync(join(folder, 'packages/keys/src/index.ts'), '\nexport const more = 1\n')
  expect(collected(folder)).toEqual(['keys', 'users', 'web', 'worker'])
  expect(link()).toEqual(whole())
}, 180_000)
