import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BIN, keyproofIn } from '../command-line.js'
import { project } from '../support.js'

// A key, a path and a name that try all of it: escapes of terminals, commands of runners, marks of direction, markup.
const EVIL = '\\u001b[31m\\r\\n::stop-commands::x\\n##vso[task.setvariable]\\u202e<script>@team'
const CODE = `import Redis from 'ioredis'
const redis = new Redis()
export const save = (id: string, page: string) => redis.set(\`rows:${EVIL}:\${id}:\${page}\`, '', 'EX', 60)
export const drop = (id: string) => redis.del(\`rows:${EVIL}:\${id}\`)
`
const evil = (): string => project({ 'a\u001b[31m.ts': CODE, '##[group]x/::error::.ts': CODE.replaceAll('rows', 'cols').replace('(', '(/* \u202e ##vso[x] */'), 'broken\u001b]0;x.ts': `${CODE}\n}} ::error::` })

/** What nothing may hold that people or runners read. */
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|##(?:\[|vso\[)/
const COMMAND = /^\s*::(?!(?:error|warning|notice) file=)/m

describe('nothing that the audited code says does anything', () => {
  const folder = evil()

  test.each(['text', 'github', 'markdown', 'agent', 'junit', 'html', 'json', 'sarif', 'gitlab', 'rdjson'])('as %s', (format) => {
    const { stdout, code } = keyproofIn(folder, ['audit', '.', '--explain', '--format', format])
    expect(code).toBe(1)
    expect(stdout.replace(/^::\w+ file=.*$/gm, '')).not.toMatch(format === 'github' || format === 'text' || format === 'agent' ? HARMFUL : /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    if (format === 'text' || format === 'github' || format === 'agent') expect(stdout).not.toMatch(COMMAND)
    if (format === 'html') expect(stdout).not.toContain('<script>@team')
  })

  test.each([['keys', '.'], ['advise', '.'], ['trace', 'rows:*', '.'], ['clients', '.']])('by %s', (...args) => {
    const { stdout, stderr } = keyproofIn(folder, args)
    expect(stdout + stderr).not.toMatch(HARMFUL)
    expect(stdout + stderr).not.toMatch(COMMAND)
  })

  test('in the names of a configuration that is refused', () => {
    const { stderr, code } = keyproofIn(project({ 'a.ts': '', 'keyproof.json': JSON.stringify({ 'x\n::stop-commands::y\u001b[31m': 1, rules: { '::error::\u202e': 'off' } }) }), [])
    expect(code).toBe(2)
    expect(stderr).not.toMatch(HARMFUL)
    expect(stderr).not.toMatch(COMMAND)
  })
})

describe('files are written whole, and nowhere else', () => {
  const MISMATCH = { 'a.ts': "import Redis from 'ioredis'\nconst redis = new Redis()\nredis.set('a:1', '', 'EX', 60)\n" }

  test('a link in the place of a report is put out of the way, and what it leads to stays as it is', () => {
    const [folder, other] = [project(MISMATCH), project({ 'precious.txt': 'precious' })]
    symlinkSync(join(other, 'precious.txt'), join(folder, 'report.json'))
    expect(keyproofIn(folder, ['-f', 'json=report.json']).code).toBe(0)
    expect(readFileSync(join(other, 'precious.txt'), 'utf8')).toBe('precious')
    expect(lstatSync(join(folder, 'report.json')).isFile()).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['a.ts', 'report.json'])
  })

  test('a pipe is written to, and stays a pipe', () => {
    const folder = project(MISMATCH)
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const read = spawnSync('sh', ['-c', `cat pipe & "${process.execPath}" "${BIN}" -f json=pipe >/dev/null; wait`], { cwd: folder, encoding: 'utf8' })
    expect(JSON.parse(read.stdout)).toMatchObject({ schemaVersion: 1 })
    expect(lstatSync(pipe).isFIFO()).toBe(true)
  })

  test('a full disk is told, exit 2', () => {
    if (!existsSync('/dev/full')) return
    const folder = project(MISMATCH)
    const run = spawnSync('sh', ['-c', `"${process.execPath}" "${BIN}" -f json > /dev/full`], { cwd: folder, encoding: 'utf8' })
    expect(run.status).toBe(2)
    expect(run.stderr).toMatch(/^keyproof: cannot write: .*ENOSPC/)
    const device = keyproofIn(folder, ['-f', 'json=/dev/full'])
    expect(device.code).toBe(2)
    expect(device.stderr).toContain('ENOSPC')
    expect(lstatSync('/dev/full').isCharacterDevice()).toBe(true)
  })

  test('a folder in the place of a report is an error that names it, and nothing is left behind', () => {
    const folder = project(MISMATCH)
    mkdirSync(join(folder, 'report.json'))
    const { code, stderr } = keyproofIn(folder, ['-f', 'json=report.json'])
    expect(code).toBe(2)
    expect(stderr).toContain('report.json')
    expect(readdirSync(folder).sort()).toEqual(['a.ts', 'report.json'])
  })

  test('init writes through no link out of the folder', () => {
    const [folder, other] = [project({ ...MISMATCH, 'package.json': '{}' }), project({})]
    symlinkSync(join(other, 'made.json'), join(folder, 'keyproof.json'))
    symlinkSync(other, join(folder, '.github'))
    const { code, stderr } = keyproofIn(folder, ['init', '--yes'])
    expect(code).toBe(2)
    expect(stderr).toContain('.github/workflows/keyproof.yml leads out of this folder: nothing was written there')
    expect(readdirSync(other)).toEqual([])
  })

  test('mended files keep their mode; one that is no UTF-8 stays as it is', () => {
    const code = "import Redis from 'ioredis'\nconst redis = new Redis()\nexport const save = (id: string) => redis.set(`user:${id}:photo`, '', 'EX', 60)\nexport const read = (id: string) => redis.get(`user:${id}:photo`)\nexport const drop = (id: string) => redis.del(`user:${id}:fhoto`)\n"
    const folder = project({ 'a.ts': code })
    chmodSync(join(folder, 'a.ts'), 0o755)
    const run = keyproofIn(folder, ['--fix-suggestions'])
    expect(run.stderr).toContain('mended a.ts:5')
    expect(statSync(join(folder, 'a.ts')).mode & 0o777).toBe(0o755)
    const bytes = Buffer.concat([Buffer.from(code), Buffer.from([0x2f, 0x2f, 0xff, 0x0a])])
    writeFileSync(join(folder, 'a.ts'), bytes)
    expect(keyproofIn(folder, ['--fix-suggestions']).stderr).toContain('a.ts: not UTF-8, and left as it is')
    expect(readFileSync(join(folder, 'a.ts')).equals(bytes)).toBe(true)
  })

  test('a baseline that is a link to a secret is refused, and nothing of it is shown', () => {
    const [folder, other] = [project(MISMATCH), project({ token: 'ghp_secret' })]
    symlinkSync(join(other, 'token'), join(folder, 'keyproof-baseline.json'))
    const { code, stderr } = keyproofIn(folder, [])
    expect(code).toBe(2)
    expect(stderr).toBe('keyproof: keyproof-baseline.json is no file of this repository\n')
  })
})
