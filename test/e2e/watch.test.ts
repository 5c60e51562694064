import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { BIN, keyproofIn, PLAIN } from '../command-line.js'
import { project } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const WRITES = `${REDIS}export const save = (id: string) => redis.set(\`post:\${id}:rows\`, '1', 'EX', 60)\n`
const WRONG = `${REDIS}export const drop = (id: string) => redis.del(\`post:\${id}\`)\n`
const RIGHT = WRONG.replace('}`', '}:rows`')

describe('--cache', () => {
  const home = project({})
  const env = (): NodeJS.ProcessEnv => ({ XDG_CACHE_HOME: home })

  test.each(['text', 'json', 'sarif', 'html'])('%s: the same bytes, the same exit code, and nothing audited again', (format) => {
    const folder = project({ 'writes.ts': WRITES, 'drops.ts': WRONG, 'package.json': '{}', 'node_modules/x/package.json': '{}' })
    const args = ['--cache', '--timings', '-f', format]
    const cold = keyproofIn(folder, args, env())
    expect(cold.stderr).toContain('resolving keys')
    expect(existsSync(join(folder, 'node_modules/.cache/keyproof'))).toBe(true)
    const warm = keyproofIn(folder, args, env())
    expect(warm.stderr).not.toContain('resolving keys')
    expect({ ...warm, stderr: '' }).toEqual({ ...cold, stderr: '' })
    expect(warm.code).toBe(1)
    expect(keyproofIn(folder, ['-f', format]).stdout).toBe(cold.stdout)
  })

  test('each request has its own: rules, paths and severities do not mix', () => {
    const folder = project({ 'writes.ts': WRITES, 'drops.ts': WRONG, 'package.json': '{}', 'node_modules/x/package.json': '{}' })
    for (const args of [[], ['--only', 'ttl-unit'], ['--rule', 'set-delete-mismatch=info'], ['audit', 'writes.ts'], []]) {
      const plain = keyproofIn(folder, [...args, '-f', 'json'], env()).stdout
      for (let i = 0; i < 2; i++) expect(keyproofIn(folder, [...args, '-f', 'json', '--cache-location', 'kept'], env()).stdout).toBe(plain)
    }
    expect(readdirSync(join(folder, 'kept'))).toHaveLength(4)
  })

  test('one that comes with the audited tree is not believed', () => {
    const folder = project({ 'writes.ts': WRITES, 'drops.ts': WRONG, 'package.json': '{}', 'node_modules/x/package.json': '{}' })
    keyproofIn(folder, ['--cache'], { XDG_CACHE_HOME: project({}) })
    const [file] = readdirSync(join(folder, 'node_modules/.cache/keyproof'))
    const path = join(folder, 'node_modules/.cache/keyproof', file!)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"error"', '"info"'))
    const run = keyproofIn(folder, ['--cache', '--timings'], env())
    expect(run.stderr).toContain('resolving keys')
    expect(run.code).toBe(1)
  })

  test('where there can be none, that is told, and the audit goes on', () => {
    const folder = project({ 'writes.ts': WRITES, 'drops.ts': WRONG, 'home': 'a file', 'package.json': '{}' })
    const run = keyproofIn(folder, ['--cache'], { XDG_CACHE_HOME: join(folder, 'home') })
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/^keyproof: no cache: .*\n$/)
  })
})

describe('--watch', () => {
  let child: ChildProcess | undefined
  afterEach(() => { child?.kill('SIGKILL') })

  /** Starts a watch, and returns what waits until so much has been said. */
  function watching(folder: string, ...paths: readonly string[]): (said: string) => Promise<string> {
    const all = { text: '' }
    child = spawn(process.execPath, [BIN, 'audit', ...paths, '--watch', '-f', 'agent'], { cwd: folder, env: { ...process.env, ...PLAIN } })
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => { all.text += chunk.toString() })
    return async (said) => {
      const until = Date.now() + 30_000
      while (!all.text.includes(said)) {
        if (Date.now() > until) throw new Error(`never said ${said}: ${all.text}`)
        await new Promise((resolve) => { setTimeout(resolve, 20) })
      }
      const text = all.text
      all.text = ''
      return text
    }
  }

  test('audits again when files change, come and go; a fault does not end it; ends with the code of the last round', async () => {
    const folder = project({ 'writes.ts': WRITES, 'drops.ts': WRONG, 'package.json': '{}' })
    const hears = watching(folder)
    await hears('watching; interrupt to end\n')
    writeFileSync(join(folder, 'drops.ts'), RIGHT)
    expect(await hears('0 errors')).not.toContain('set-delete-mismatch')
    writeFileSync(join(folder, 'more.ts'), WRONG)
    expect(await hears('0 errors, 2 warnings')).toContain('more.ts:3')
    writeFileSync(join(folder, 'keyproof.json'), '{ bad')
    await hears('keyproof.json:1:')
    rmSync(join(folder, 'keyproof.json'))
    expect(await hears('0 errors, 2 warnings')).toContain('more.ts:3')
    rmSync(join(folder, 'more.ts'))
    await hears('0 errors, 1 warning,')
    writeFileSync(join(folder, 'drops.ts'), WRONG)
    await hears('1 error,')
    const code = new Promise((resolve) => { child!.once('exit', resolve) })
    child!.kill('SIGINT')
    expect(await code).toBe(1)
  }, 120_000)

  test('settings beside the folder that is audited count too', async () => {
    const folder = project({ 'src/writes.ts': WRITES, 'src/drops.ts': WRONG, 'package.json': '{}' })
    const hears = watching(folder, 'src')
    await hears('watching')
    writeFileSync(join(folder, 'package.json'), '{ "keyproof": { "rules": { "set-delete-mismatch": "off" } } }')
    await hears('0 errors')
  }, 60_000)

  test('code beside the folder that is audited counts, and a folder behind a link', async () => {
    const folder = project({ 'lib/keys.ts': 'export const key = (id: string) => `post:${id}`\n', 'src/writes.ts': WRITES, 'src/drops.ts': `${REDIS}import { key } from '../lib/keys'\nexport const drop = (id: string) => redis.del(key(id))\n`, 'package.json': '{}' })
    symlinkSync(join(folder, 'src'), join(folder, 'linked'))
    const hears = watching(folder, 'src')
    await hears('watching')
    writeFileSync(join(folder, 'lib/keys.ts'), 'export const key = (id: string) => `post:${id}:rows`\n')
    await hears('0 errors')
    child!.kill('SIGKILL')
    const hearsLink = watching(folder, 'linked')
    await hearsLink('watching')
    writeFileSync(join(folder, 'src/drops.ts'), WRONG)
    await hearsLink('1 error,')
  }, 60_000)

  test('a change that makes no difference is not told', async () => {
    const folder = project({ 'writes.ts': WRITES, 'drops.ts': WRONG, 'package.json': '{}' })
    const hears = watching(folder)
    await hears('watching')
    writeFileSync(join(folder, 'README.md'), 'nothing to do with it')
    await new Promise((resolve) => { setTimeout(resolve, 500) })
    writeFileSync(join(folder, 'drops.ts'), RIGHT)
    expect((await hears('0 errors')).match(/errors?,/g)).toHaveLength(1)
  }, 60_000)
})
