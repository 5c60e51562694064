import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keyproofIn } from '../command-line.js'
import { project } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const MISMATCH = `${REDIS}export const save = (id: string, page: number) => redis.set(\`post:\${id}:\${page}:rows\`, '', 'EX', 60)\nexport const drop = (id: string) => redis.del(\`post:\${id}:rows\`)\n`
const git = (folder: string, ...args: string[]): string => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main', ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** A repository with a branch on which these files came. */
function branched(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string {
  const folder = project({ 'package.json': '{}', ...before })
  git(folder, 'init', '-q')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-qm', 'before')
  git(folder, 'checkout', '-qb', 'change')
  for (const [path, text] of Object.entries(after)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  git(folder, 'add', '-A')
  git(folder, 'commit', '-qm', 'after')
  return folder
}

describe('--changed finds what a change brings, however the change is written', () => {
  test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['plainly', {}, { 'a.ts': MISMATCH }],
    ['below a line that reads as the head of a diff', { 'a.ts': '// x\n' }, { 'a.ts': `// x\nlet x = 1, y = 2\n++ b/nothing.ts\n${MISMATCH}` }],
    ['in a file whose name git quotes', {}, { 'é"ü.ts': MISMATCH }],
    ['in files of which attributes say that they have no differences', {}, { '.gitattributes': '*.ts -diff\n', 'a.ts': MISMATCH }],
    ['in a file with a zero in it', {}, { 'a.ts': `// \0\n${MISMATCH}` }],
    ['behind lines that git does not count', { 'a.ts': `${'// x\u2028'.repeat(30)}\n` }, { 'a.ts': `${'// x\u2028'.repeat(30)}\n${MISMATCH}` }],
    ['behind returns without newlines', { 'a.ts': `${'// x\r'.repeat(30)}\n` }, { 'a.ts': `${'// x\r'.repeat(30)}\n${MISMATCH}` }],
  ])('%s', (_, before, after) => {
    const folder = branched(before, after)
    const run = keyproofIn(folder, ['audit', '.', '--changed', 'main', '-f', 'agent'])
    expect(run.stdout).toContain('set-delete-mismatch')
    expect(run.code).toBe(1)
  })

  test('and nothing where nothing of it was changed', () => {
    expect(keyproofIn(branched({ 'a.ts': MISMATCH }, { 'b.ts': '// x\n' }), ['audit', '.', '--changed', 'main']).code).toBe(0)
  })
})

describe('git runs nothing of the repository', () => {
  const marked = (folder: string): string => join(folder, 'ran')

  test.each<[string, (folder: string) => void]>([
    ['filters', (folder) => { git(folder, 'config', 'filter.evil.clean', `touch ${marked(folder)}; cat`); writeFileSync(join(folder, '.gitattributes'), '*.ts filter=evil\n'); writeFileSync(join(folder, 'a.ts'), `${MISMATCH}// more\n`) }],
    ['monitors', (folder) => { git(folder, 'config', 'core.fsmonitor', `touch ${marked(folder)}; false`) }],
    ['hooks', (folder) => { mkdirSync(join(folder, 'hooks')); writeFileSync(join(folder, 'hooks/post-index-change'), `#!/bin/sh\ntouch ${marked(folder)}\n`, { mode: 0o755 }); git(folder, 'config', 'core.hooksPath', 'hooks') }],
    ['differs', (folder) => { git(folder, 'config', 'diff.external', `touch ${marked(folder)}; true`); git(folder, 'config', 'core.pager', `touch ${marked(folder)}`) }],
  ])('no %s', (_, plant) => {
    const folder = branched({}, { 'a.ts': MISMATCH })
    plant(folder)
    expect(keyproofIn(folder, ['audit', '.', '--changed', 'main']).code).toBe(1)
    expect(existsSync(marked(folder))).toBe(false)
  })

  test('a folder of the tree that looks like a repository is none', () => {
    const folder = branched({}, { 'a.ts': MISMATCH })
    const bare = join(folder, 'pkg')
    git(folder, 'init', '-q', '--bare', bare)
    writeFileSync(join(bare, 'package.json'), '{}')
    writeFileSync(join(bare, 'b.ts'), MISMATCH.replaceAll('post', 'team'))
    git(bare, 'config', 'core.fsmonitor', `touch ${marked(folder)}`)
    const run = keyproofIn(bare, ['audit', '.', '--changed', 'main'])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('--changed: git cannot tell what was changed')
    expect(existsSync(marked(folder))).toBe(false)
  })
})
