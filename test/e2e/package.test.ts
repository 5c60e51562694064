import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../support.js'

const npm = (args: string[], cwd: string): string => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
const MOST_BYTES = 700_000
const WANTED = /^(?:bin\/keyproof\.js|dist\/(?:src|rules)\/.+\.(?:js|d\.ts)|rules\/[\w-]+\/(?:README\.md|bad\.ts|good\.ts)|schema\/\w+\.json|CHANGELOG\.md|LICENSE|README\.md|package\.json)$/

test('the package holds what is needed, and is small', () => {
  const [packed] = JSON.parse(npm(['pack', '--ignore-scripts', '--dry-run', '--json'], REPOSITORY)) as { size: number; files: { path: string }[] }[]
  expect(packed!.files.map(({ path }) => path).filter((path) => !WANTED.test(path))).toEqual([])
  expect(packed!.size).toBeLessThan(MOST_BYTES)
})

test('nothing of it runs when it is installed', () => {
  const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
  expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([])
})

interface Locked { readonly version: string; readonly license?: string; readonly dev?: boolean; readonly optional?: boolean; readonly peer?: boolean; readonly hasInstallScript?: boolean }

/** Licences that let anybody use what they cover, in whatever way. */
const PERMISSIVE = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', '0BSD'])

test('what is installed with it has a permissive licence, runs nothing, and is listed in SECURITY.md', () => {
  const { packages } = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const installed = Object.entries(packages).filter(([path, { dev, optional, peer }]) => path !== '' && !dev && !optional && !peer).map(([path, locked]) => ({ name: path.split('node_modules/').at(-1)!, ...locked }))
  expect(installed.length).toBeGreaterThan(10)
  expect(installed.filter(({ license }) => !PERMISSIVE.has(license ?? ''))).toEqual([])
  expect(installed.filter(({ hasInstallScript }) => hasInstallScript)).toEqual([])
  const listed = readFileSync(join(REPOSITORY, 'SECURITY.md'), 'utf8')
  expect([...new Set(installed.map(({ name, license }) => `${name} (${license})`))].sort().filter((line) => !listed.includes(line))).toEqual([])
})

test('the packed package installs into an empty project, and npx keyproof runs there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyproof-pack-'))
  npm(['pack', '--ignore-scripts', '--pack-destination', folder], REPOSITORY)
  const [tarball] = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }')
  npm(['install', '--no-audit', '--no-fund', `./${tarball}`], folder)
  writeFileSync(join(folder, 'a.ts'), "import Redis from 'ioredis'\nconst r = new Redis()\nr.set('user:photo:v1', '')\n")
  expect(execFileSync('npx', ['keyproof'], { cwd: folder, encoding: 'utf8' })).toContain('1 site, 1 key: 1 resolved')
}, 300_000)
