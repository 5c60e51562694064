import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../support.js'

test('the packed package installs into an empty project, and npx keyproof runs there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyproof-pack-'))
  const npm = (args: string[], cwd: string): string => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  npm(['pack', '--ignore-scripts', '--pack-destination', folder], REPOSITORY)
  const [tarball] = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }')
  npm(['install', '--no-audit', '--no-fund', `./${tarball}`], folder)
  writeFileSync(join(folder, 'a.ts'), "import Redis from 'ioredis'\nconst r = new Redis()\nr.set('user:photo:v1', '')\n")
  expect(execFileSync('npx', ['keyproof'], { cwd: folder, encoding: 'utf8' })).toContain('1 site, 1 key: 1 resolved')
}, 300_000)
