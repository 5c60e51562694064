import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../support.js'

const COPIED = ['src', 'rules', 'test/support.ts', 'test/rules', 'test/report', 'test/scaffold', 'fixtures', 'schema', 'README.md', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'eslint.config.js']

test('npm run new begins a rule, a client and a format that type-check, lint and pass the tests of the catalogue', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyproof-new-'))
  for (const path of COPIED) cpSync(join(REPOSITORY, path), join(folder, path), { recursive: true })
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'))
  const run = (command: string, ...args: string[]): string => execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: '', NO_COLOR: '1' } })

  expect(run('node', 'test/scaffold/new.mjs', 'rule', 'stale-tag')).toContain('wrote rules/stale-tag/rule.ts')
  expect(run('node', 'test/scaffold/new.mjs', 'client', 'pocket-cache')).toContain('wrote src/clients/pocket-cache.ts')
  expect(run('node', 'test/scaffold/new.mjs', 'format', 'lines')).toContain('wrote src/report/formats/lines.ts')
  expect(() => run('node', 'test/scaffold/new.mjs', 'rule', 'stale-tag')).toThrow(/rules\/stale-tag\/rule\.ts is there already/)
  expect(() => run('node', 'test/scaffold/new.mjs', 'rule', 'Stale Tag')).toThrow(/is no name/)

  run('npx', 'tsc', '--noEmit', '-p', '.')
  run('npx', 'eslint', 'rules/stale-tag', 'src/clients', 'src/report/formats')
  const told = run('npx', 'vitest', 'run', 'test/rules/rules.test.ts', 'test/rules/proofs.test.ts', '-t', 'stale-tag|the catalogue')
  expect(told).toMatch(/Tests {2}\d+ passed/)
  expect(readFileSync(join(folder, 'src/clients/registry.ts'), 'utf8')).toContain('pocketCache')
})
