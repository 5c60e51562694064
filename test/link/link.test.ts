import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../src/report/schema.js'
import { keyproofIn } from '../command-line.js'
import { project, REPOSITORY } from '../support.js'

const PACKAGES = ['packages/keys', 'packages/cache', 'packages/users', 'apps/web', 'apps/worker']

/** A copy of the monorepo, a repository of its own. */
function monorepo(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyproof-link-'))
  cpSync(join(REPOSITORY, 'fixtures/monorepo'), folder, { recursive: true })
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  return folder
}

/** What is the same however it was made; how many files were parsed for it is not, and edits take the syntax. */
const facts = (text: string): unknown => {
  const { findings, sites, keys, diagnostics, summary } = JSON.parse(text) as Report
  return { findings: findings.map((finding) => ({ ...finding, suggestion: undefined })), sites, keys, diagnostics, summary: { ...summary, parsed: 0 } }
}

function linked(folder: string, packages: readonly string[], args: readonly string[] = []): ReturnType<typeof keyproofIn> {
  packages.forEach((path, i) => expect(keyproofIn(folder, ['collect', path, '-o', `facts-${i}.json`])).toMatchObject({ code: 0, stderr: '' }))
  return keyproofIn(folder, ['link', ...packages.map((_, i) => `facts-${i}.json`), '-f', 'json', ...args])
}

const PRISMA = "import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()\n"

describe('collect and link', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['as it is', {}],
    ['rows cached by one application, and written by the other', {
      'apps/web/src/index.ts': `${PRISMA}import { cache } from '@acme/cache'\nimport { keys } from '@acme/keys'\nexport async function product(sku: string) { const hit = await cache.get(keys.product(sku)); if (hit) return hit; const row = await prisma.product.findUnique({ where: { sku } }); await cache.put(keys.product(sku), row, 60); return row }\n`,
      'apps/worker/src/index.ts': `${PRISMA}export const rename = (sku: string, name: string) => prisma.product.update({ where: { sku }, data: { name } })\n`,
    }],
    ['what a library is given by the application that depends on it', {
      'packages/users/src/index.ts': "interface AppCache { get(key: string): Promise<string | null>; set(key: string, value: string, ttl: number): Promise<unknown>; delete(key: string): Promise<unknown> }\nexport class Carts { constructor(private readonly cache: AppCache) {}\n  save(id: string, currency: string) { return this.cache.set(`cart:${id}:${currency}`, '1', 60) }\n  drop(id: string) { return this.cache.delete(`cart:${id}`) } }\n",
      'apps/web/src/index.ts': "import Redis from 'ioredis'\nimport { Carts } from '@acme/users'\nclass RedisCache implements AppCache { private readonly redis = new Redis()\n  get(key: string) { return this.redis.get(`pre:${key}`) }\n  set(key: string, value: string, ttl: number) { return this.redis.set(`pre:${key}`, value, 'EX', ttl) }\n  delete(key: string) { return this.redis.del(`pre:${key}`) } }\nexport const carts = new Carts(new RedisCache())\n",
    }],
    ['a key that one application counts and another reads', {
      'apps/web/src/index.ts': "import Redis from 'ioredis'\nconst redis = new Redis()\nexport const hit = (ip: string) => redis.incr(`rate:${ip}`)\n",
      'apps/worker/src/index.ts': "import Redis from 'ioredis'\nconst redis = new Redis()\nexport const seen = (ip: string) => redis.get(`rate:${ip}`)\nexport const put = (ip: string) => redis.set(`rate:${ip}`, JSON.stringify({ ip }), 'EX', 60)\n",
    }],
    ['what the configuration ignores', { 'keyproof.json': '{ "ignore": ["apps/worker/**"] }' }],
    ['a finding that is suppressed', { 'apps/worker/src/index.ts': readFileSync(join(REPOSITORY, 'fixtures/monorepo/apps/worker/src/index.ts'), 'utf8').replace('// expect: set-delete-mismatch', '// keyproof-disable-next-line set-delete-mismatch -- known') }],
    ['a wrapper that only its callers make a site of', { 'apps/web/src/label-1.ts': "import { forget } from '@acme/users'\nexport const gone = (sku: string) => forget(`shop:product:${sku}`)\n" }],
  ])('the linked packages say what the whole says: %s', (_, files) => {
    const folder = monorepo(files)
    const whole = keyproofIn(folder, ['audit', '.', '-f', 'json'])
    const run = linked(folder, PACKAGES)
    expect(facts(run.stdout)).toEqual(facts(whole.stdout))
    expect(run.code).toBe(whole.code)
    // In any order.
    expect(facts(linked(folder, [...PACKAGES].reverse()).stdout)).toEqual(facts(whole.stdout))
  })

  test('a package by itself does not see what it depends on not', () => {
    const folder = monorepo()
    keyproofIn(folder, ['collect', 'packages/users', '-o', 'facts.json'])
    const { files, package: path, repository } = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as { files: string[]; package: string; repository: string }
    expect({ files, path, repository }).toEqual({ files: ['packages/cache/src/index.ts', 'packages/keys/src/index.ts', 'packages/users/src/index.ts'], path: 'packages/users', repository: 'monorepo' })
  })

  test('repositories: the service that writes against the service that deletes', () => {
    const redis = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
    const [writer, deleter] = [
      project({ '.git/HEAD': '', 'package.json': '{ "name": "@shop/api" }', 'src/cart.ts': `${redis}export const save = (id: string, currency: string) => redis.set(\`cart:\${id}:\${currency}\`, '1', 'EX', 60)\n` }),
      project({ '.git/HEAD': '', 'package.json': '{ "name": "jobs" }', 'src/cart.ts': `${redis}export const drop = (id: string) => redis.del(\`cart:\${id}\`)\n` }),
    ]
    const here = project({})
    expect(keyproofIn(writer, ['collect', '-o', join(here, 'api.json')]).code).toBe(0)
    expect(keyproofIn(deleter, ['collect', '-o', join(here, 'jobs.json')]).code).toBe(0)
    const run = keyproofIn(here, ['link', 'api.json', 'jobs.json', '-f', 'json'])
    const { findings, sites } = JSON.parse(run.stdout) as Report
    expect(sites.map(({ location }) => location.path)).toEqual(['jobs/src/cart.ts', 'shop/api/src/cart.ts'])
    expect(findings.filter(({ severity }) => severity === 'error').map(({ ruleId, location, related }) => [ruleId, location.path, related[0]!.path])).toEqual([['set-delete-mismatch', 'jobs/src/cart.ts', 'shop/api/src/cart.ts']])
    expect(run.code).toBe(1)
    // Neither says it alone.
    expect(keyproofIn(here, ['link', 'api.json']).code).toBe(0)
  })

  test('projects that a tsconfig puts together, as those of Nx', () => {
    const folder = project({
      'package.json': '{ "name": "org" }', 'nx.json': '{}', 'tsconfig.base.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@org/cache": ["libs/cache/src/index.ts"] } } }',
      'libs/cache/src/index.ts': "import Redis from 'ioredis'\nconst redis = new Redis()\nexport const put = (key: string) => redis.set(`live:${key}`, '1', 'EX', 60)\nexport const drop = (key: string) => redis.del(`live:${key}`)\n",
      'apps/web/src/index.ts': "import { put } from '@org/cache'\nexport const save = (id: string, currency: string) => put(`cart:${id}:${currency}:rows`)\n",
      'apps/worker/src/index.ts': "import { drop } from '@org/cache'\nexport const gone = (id: string) => drop(`cart:${id}:rows`)\n",
    })
    const whole = keyproofIn(folder, ['audit', '.', '-f', 'json'])
    expect(whole.code).toBe(1)
    expect(facts(linked(folder, ['libs/cache', 'apps/web', 'apps/worker']).stdout)).toEqual(facts(whole.stdout))
  })

  test('two repositories of one name are not taken for one, nor are their caches', () => {
    const own = 'class MemoryCache { private readonly entries = new Map<string, string>()\n  get(key: string) { return this.entries.get(key) }\n  set(key: string, value: string, ttl: number) { this.entries.set(key, value) }\n  delete(key: string) { this.entries.delete(key) } }\nconst cache = new MemoryCache()\n'
    const collected = (name: string, text: string): string => {
      const folder = project({ '.git/HEAD': '', 'package.json': `{ "name": "${name}" }`, 'src/a.ts': own + text })
      keyproofIn(folder, ['collect', '-o', 'facts.json'])
      return join(folder, 'facts.json')
    }
    const writes = 'export const save = (id: string, page: number) => cache.set(`row:${id}:${page}:all`, id, 60)\n'
    const drops = 'export const drop = (id: string) => cache.delete(`row:${id}:all`)\n'
    const run = keyproofIn(project({}), ['link', collected('one', writes), collected('two', drops), '-f', 'json'])
    expect((JSON.parse(run.stdout) as Report).findings.filter(({ ruleId }) => ruleId === 'set-delete-mismatch' )).toEqual([])
    const same = keyproofIn(project({}), ['link', collected('one', writes), collected('one', drops)])
    expect(same).toMatchObject({ code: 2, stderr: expect.stringContaining('two files hold the facts of . of one') as string })
  })

  test('a package without sources has nothing to say', () => {
    const folder = monorepo()
    execFileSync('mkdir', ['-p', join(folder, 'packages/styles')])
    writeFileSync(join(folder, 'packages/styles/package.json'), '{ "name": "@acme/styles" }')
    expect(keyproofIn(folder, ['collect', 'packages/styles', '-o', 'facts.json'])).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    ['no JSON', '{ bad', 'facts.json: is no JSON'],
    ['something else', '{ "name": "x" }', 'facts.json: is no file of `keyproof collect`: schemaVersion'],
    ['of another version', '{ "tool": { "name": "keyproof", "version": "9.9.9" } }', 'facts.json: of keyproof 9.9.9, and this is '],
  ])('%s: an error that says so', (_, text, message) => {
    const run = keyproofIn(project({ 'facts.json': text }), ['link', 'facts.json'])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain(message)
  })

  test('facts that were changed by hand: an error, and no file from elsewhere is shown', () => {
    const folder = monorepo()
    const outside = project({ 'secret.ts': 'const hunter2 = 1\n' })
    keyproofIn(folder, ['collect', 'apps/worker', '-o', 'worker.json'])
    keyproofIn(folder, ['collect', 'apps/web', '-o', 'web.json'])
    const text = readFileSync(join(folder, 'worker.json'), 'utf8')
    writeFileSync(join(folder, 'led.json'), text.replaceAll('apps/worker/src/index.ts', `../${outside.split('/').at(-1)!}/secret.ts`).replaceAll('"startLine":11', '"startLine":1'))
    const run = keyproofIn(folder, ['link', 'led.json', 'web.json', '-f', 'text'])
    expect(run.code).toBe(1)
    expect(run.stdout).toContain('secret.ts\n')
    expect(run.stdout).not.toContain('hunter2')
    writeFileSync(join(folder, 'long.json'), text.replace('"comments":{}', '"comments":{"apps/worker/src/index.ts":[[4000000000,"x"]]}'))
    expect(keyproofIn(folder, ['link', 'long.json', 'web.json']).code).toBe(1)
    writeFileSync(join(folder, 'odd.json'), text.replaceAll('"key":{', '"lock":{'))
    expect(keyproofIn(folder, ['link', 'odd.json'])).toMatchObject({ code: 2, stderr: 'keyproof: the facts hold what `keyproof collect` does not write: collect them again\n' })
  })

  test('a folder that is not there', () => {
    expect(keyproofIn(project({}), ['collect', 'nowhere'])).toMatchObject({ code: 2, stderr: 'keyproof: no such folder: nowhere\n' })
  })
})
