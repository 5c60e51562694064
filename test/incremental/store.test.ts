import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Inputs } from '../../src/incremental/inputs.js'
import { ownFolder, secretOf } from '../../src/incremental/secret.js'
import { cacheFolder, inFile, type Kept } from '../../src/incremental/store.js'
import { project } from '../support.js'
import { SILENT } from '../../src/cli/progress.js'
import { keptAudit } from '../../src/cli/kept-audit.js'
import { reported, requestOf, storeAt } from './support.js'

const NOTHING: Inputs = { config: null, ignored: [], files: [], led: [], read: [], asked: [], settings: { files: [], texts: [], globs: [] } }
const kept = (value: string): Kept<string> => ({ maker: 'test', inputs: NOTHING, value })
const PROGRAM = { 'a.ts': "import Redis from 'ioredis'\nconst redis = new Redis()\nexport const f = (id: string) => redis.set(`a:${id}:b`, '1')\nexport const g = (id: string) => redis.del(`a:${id}`)\n", 'b.ts': 'export const nothing = 1 // of any cache\n' }

describe('what is kept in a file', () => {
  test.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['with an error made a note', (text: string) => text.replaceAll('"error"', '"info"')],
    ['without a signature', (text: string) => text.slice(65)],
    ['with the signature of nothing', (text: string) => `${'0'.repeat(64)}\n${text.slice(65)}`],
    ['no text', () => '\u0000\u0001\ufffd'],
  ])('%s: it is as if it were not there', async (_, spoil) => {
    const folder = project(PROGRAM)
    const file = join(folder, 'node_modules/.cache/keyproof/a.json')
    const store = storeAt(file)
    const cold = await reported(folder, store)
    const text = readFileSync(file, 'utf8')
    expect(spoil(text)).not.toBe(text)
    writeFileSync(file, spoil(text))
    expect(await reported(folder, store)).toEqual({ ...cold, isAnew: true })
    // It is whole again.
    expect(await reported(folder, store)).toEqual({ ...cold, isAnew: false })
  })

  test('signed by somebody else, as one that comes with the audited tree would be: it is as if it were not there', async () => {
    const folder = project(PROGRAM)
    const file = join(folder, 'cache.json')
    const cold = await reported(folder, storeAt(file, 'the secret of the attacker'))
    const forged = readFileSync(file, 'utf8')
    writeFileSync(file, forged)
    expect(await reported(folder, storeAt(file, 'ours'))).toEqual({ ...cold, isAnew: true })
  })

  test('of another version: it is as if it were not there', async () => {
    const folder = project(PROGRAM)
    const store = storeAt(join(folder, 'cache.json'))
    await reported(folder, store)
    store.set({ ...store.get()!, maker: 'keyproof 0.0.0' })
    expect((await reported(folder, store)).isAnew).toBe(true)
  })

  test('a run that is killed in the middle of writing leaves what was there', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'keyproof-killed-')), 'a.json')
    const store = inFile<string>(file, 'secret')
    store.set(kept('first'))
    let torn = 0
    for (let i = 0; i < 8; i++) {
      await killedWriting(file)
      expect(store.get()?.value).toMatch(/^(?:first|x{30000000})$/)
      torn += readdirSync(dirname(file)).filter((name) => name.endsWith('.tmp')).length
    }
    // Some were killed while they wrote, or this shows nothing; what they left is swept away when it is old.
    expect(torn).toBeGreaterThan(0)
    const long = Date.now() / 1000 - 3600
    for (const name of readdirSync(dirname(file)).filter((each) => each.endsWith('.tmp'))) utimesSync(join(dirname(file), name), long, long)
    store.set(kept('last'))
    expect(readdirSync(dirname(file))).toEqual(['a.json'])
    expect(store.get()?.value).toBe('last')
  }, 60_000)

  test('of another request, or a link to it: it is as if it were not there', async () => {
    const folder = project(PROGRAM)
    const silent = { ...requestOf(folder), rules: { 'set-delete-mismatch': 'off' } }
    await keptAudit(silent, storeAt(join(folder, 'off.json')), SILENT)
    cpSync(join(folder, 'off.json'), join(folder, 'default.json'))
    symlinkSync(join(folder, 'off.json'), join(folder, 'linked.json'))
    for (const name of ['default.json', 'linked.json']) expect(JSON.parse((await reported(folder, storeAt(join(folder, name)))).bytes)).toMatchObject({ summary: { findings: { warning: 1 } } })
  })

  test('a device in its place is not read', async () => {
    const folder = project(PROGRAM)
    symlinkSync('/dev/zero', join(folder, 'cache.json'))
    expect((await reported(folder, storeAt(join(folder, 'cache.json')))).isAnew).toBe(true)
  })

  test('a configuration that is edited while the audit runs: nothing is kept', async () => {
    const folder = project({ ...PROGRAM, 'keyproof.json': '{ "rules": { "set-delete-mismatch": "off" } }' })
    const store = storeAt(join(folder, 'cache.json'))
    const edit = (name: string): void => { if (name === 'tracing values') writeFileSync(join(folder, 'keyproof.json'), '{}') }
    await keptAudit(requestOf(folder), store, { ...SILENT, phase: edit })
    expect(store.get()).toBeUndefined()
    expect(JSON.parse((await reported(folder, store)).bytes)).toMatchObject({ summary: { findings: { warning: 1 } } })
  })

  test('what a configuration no longer leaves out is found, though nothing is left of what it did not', async () => {
    const folder = project({ 'new/b.ts': PROGRAM['b.ts'], 'legacy/a.ts': PROGRAM['a.ts'], 'keyproof.json': '{ "ignore": ["legacy/**"] }' })
    const store = storeAt(join(folder, 'cache.json'))
    await reported(folder, store)
    rmSync(join(folder, 'new'), { recursive: true })
    writeFileSync(join(folder, 'keyproof.json'), '{}')
    expect(JSON.parse((await reported(folder, store)).bytes)).toMatchObject({ summary: { files: 1 } })
  })

  test('a file that an import leads to, and that could not be read as code, counts', async () => {
    const keys = 'export const key = (id: string) => `a:${id}:b`\n'
    const folder = project({ 'src/a.ts': "import Redis from 'ioredis'\nimport { key } from './generated/keys'\nconst redis = new Redis()\nexport const f = (id: string) => redis.set(key(id), '1')\nexport const g = (id: string) => redis.del(`a:${id}`)\n", 'src/generated/keys.ts': `${keys}// ${'x'.repeat(6000)}\n` })
    const store = storeAt(join(folder, 'cache.json'))
    await reported(folder, store)
    writeFileSync(join(folder, 'src/generated/keys.ts'), keys)
    expect((await reported(folder, store)).bytes).toBe((await reported(folder)).bytes)
  })

  test('where nothing changed, nothing is written', async () => {
    const folder = project(PROGRAM)
    let writes = 0
    const store = storeAt(join(folder, 'cache.json'))
    const counting = { get: () => store.get(), set: (kept: NonNullable<ReturnType<typeof store.get>>) => { writes++; store.set(kept) } }
    for (let i = 0; i < 3; i++) await reported(folder, counting)
    expect(writes).toBe(1)
  })

  test('where it cannot be written, the audit goes on', async () => {
    const folder = project(PROGRAM)
    const cold = await reported(folder)
    mkdirSync(join(folder, 'cache.json'))
    const { forgiving } = await import('../../src/incremental/store.js')
    const failures: unknown[] = []
    expect(await reported(folder, forgiving(storeAt(join(folder, 'cache.json')), (error) => void failures.push(error)))).toEqual(cold)
    expect(failures).toHaveLength(1)
  })
})

/** Kills a process that writes one large cache after another, as soon as it has begun to write one. */
async function killedWriting(file: string): Promise<void> {
  const child = spawn(process.execPath, [new URL('writer.mjs', import.meta.url).pathname, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve) => { child.stdout.once('data', () => resolve()) })
  const before = new Set(readdirSync(dirname(file)))
  const until = Date.now() + 5000
  while (Date.now() < until && !readdirSync(dirname(file)).some((name) => name.endsWith('.tmp') && !before.has(name))) { /* it is about to */ }
  child.kill('SIGKILL')
  await new Promise<void>((resolve) => { child.once('exit', () => resolve()) })
}

describe('early cutoff', () => {
  const withStore = (files: Readonly<Record<string, string>>): { readonly folder: string; readonly again: () => Promise<boolean> } => {
    const folder = project(files)
    const store = storeAt(join(folder, 'cache.json'))
    return { folder, again: async () => (await reported(folder, store)).isAnew }
  }

  test.each([
    ['a comment in a file that has nothing to do with caches', 'b.ts', 'export const nothing = 2 // another\n', false],
    ['an import of a cache in it', 'b.ts', "import Redis from 'ioredis'\nexport const redis = new Redis()\n", true],
    ['an import of a file that uses one', 'b.ts', "import { f } from './a'\nexport const g = f\n", true],
    ['a header that lets caches keep a response', 'b.ts', "res.setHeader('Cache-Control', 'public')\n", true],
    ['a comment in the file that uses one', 'a.ts', `// comment\n${PROGRAM['a.ts']}`, true],
    ['another file', 'c.ts', 'export const more = 1\n', true],
    ['the same text', 'b.ts', PROGRAM['b.ts'], false],
    ['a tsconfig that is new', 'tsconfig.json', '{}', true],
    ['a configuration that is new', 'keyproof.json', '{}', true],
    ['a file that is none of its own', 'README.md', 'Hello', false],
  ])('%s', async (_, path, text, isAnew) => {
    const { folder, again } = withStore(PROGRAM)
    expect(await again()).toBe(true)
    expect(await again()).toBe(false)
    writeFileSync(join(folder, path), text)
    expect(await again()).toBe(isAnew)
    expect(await again()).toBe(false)
  })
})

describe('where it is kept, and what signs it', () => {
  test('in the nearest node_modules of the repository, or else with this person', () => {
    const env = { XDG_CACHE_HOME: '/home/somebody/.cache' }
    const folder = project({ '.git/HEAD': '', 'node_modules/x/package.json': '{}', 'apps/web/a.ts': '' })
    expect(cacheFolder(join(folder, 'apps/web'), env)).toBe(join(folder, 'node_modules/.cache/keyproof'))
    const bare = project({ '.git/HEAD': '', 'a.ts': '' })
    expect(dirname(cacheFolder(bare, env))).toBe('/home/somebody/.cache/keyproof')
    expect(cacheFolder(bare, env)).not.toBe(cacheFolder(project({ '.git/HEAD': '' }), env))
  })

  test('never through a link that leads out of the repository', () => {
    const env = { XDG_CACHE_HOME: '/home/somebody/.cache' }
    for (const link of ['node_modules', 'node_modules/.cache', 'node_modules/.cache/keyproof']) {
      const folder = project({ '.git/HEAD': '', 'node_modules/.cache/x': '' })
      rmSync(join(folder, link), { recursive: true, force: true })
      symlinkSync(mkdtempSync(join(tmpdir(), 'keyproof-elsewhere-')), join(folder, link))
      expect(dirname(cacheFolder(folder, env))).toBe('/home/somebody/.cache/keyproof')
    }
  })

  test('the secret is made once, for nobody else to read; the environment may give another', () => {
    const env = { XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'keyproof-home-')) }
    const tree = project({})
    const secret = secretOf(env, tree)
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(secretOf(env, tree)).toBe(secret)
    expect(statSync(join(ownFolder(env), 'secret')).mode & 0o777).toBe(0o600)
    expect(secretOf({ ...env, KEYPROOF_CACHE_SECRET: 'of the pipeline' }, tree)).toBe('of the pipeline')
    writeFileSync(join(ownFolder(env), 'secret'), 'short')
    expect(() => secretOf(env, tree)).toThrow('is cut short')
  })

  test('a secret in the audited tree is none, and a folder that is named by no whole path is not meant', () => {
    const tree = project({ '.cache/keyproof/secret': 'a'.repeat(64) })
    expect(() => secretOf({ XDG_CACHE_HOME: join(tree, '.cache') }, tree)).toThrow('stands in the tree that is audited')
    for (const named of ['', 'relative']) expect(ownFolder({ XDG_CACHE_HOME: named })).toBe(ownFolder({}))
  })
})
