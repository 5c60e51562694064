import { describe, expect, test } from 'vitest'
import { auditFiles, keyFindings } from '../support.js'

const LOAD = 'declare function load(...args: unknown[]): Promise<any>\n'
const found = (files: Record<string, string>): string[] => keyFindings(auditFiles(files)).map((f) => `${f.ruleId} ${f.severity}`)
const inOneFile = (main: string): string[] => found({ 'main.ts': LOAD + main })

describe('what a value depends on is followed', () => {
  const cached = (loader: string, before = ''): string => `import { unstable_cache } from 'next/cache'\n${before}\nexport const f = (id: string, page: number) => unstable_cache(${loader}, [\`list-\${id}\`])()`

  test.each<[string, string]>([
    ['through awaited calls', cached('async () => { const rows = await load(id, page); return rows }')],
    ['through chains of promises', cached('() => load(id).then((rows) => load(rows, page))')],
    ['through Promise.all', cached('async () => { const [rows, count] = await Promise.all([load(id, page), load(id)]); return { rows, count } }')],
    ['through Promise.race', cached('() => Promise.race([load(id), load(page)])')],
    ['through destructuring', cached('async () => { const { skip } = { skip: page * 20 }; return load(id, skip) }')],
    ['through objects that are spread', cached('async () => { const where = { page }; return load({ id, ...where }) }')],
    ['through templates', cached('() => load(`/lists/${id}?page=${page}`)')],
    ['through functions of the file', cached('() => find(id, page)', 'const find = (id: string, page: number) => load({ id, skip: page })')],
    ['through closures', cached('() => read()').replace('=> unstable_cache', '=> { const read = () => load(id, page); return unstable_cache').concat(' }')],
  ])('%s', (_way, main) => {
    expect(inOneFile(main)).toEqual(['missing-key-dependency warning'])
  })

  test('through functions of other files, which drop what they do not use', () => {
    const main = "import { unstable_cache } from 'next/cache'\nimport { find } from './find'\nexport const f = (id: string, page: number) => unstable_cache(() => find(id, page), [`list-${id}`])()"
    const other = (body: string): string => `${LOAD}export const find = (id: string, page: number) => ${body}`
    expect(found({ 'main.ts': main, 'find.ts': other('load(id, page)') })).toEqual(['missing-key-dependency warning'])
    expect(found({ 'main.ts': main, 'find.ts': other('load(id)') })).toEqual([])
  })
})

describe('where key and value meet only at a call', () => {
  const CACHE = "import Redis from 'ioredis'\nconst redis = new Redis()\nexport const setPage = (owner: string, repo: string, data: unknown) => redis.set(`page:${owner}/${repo}`, JSON.stringify(data))"

  test('the data argument less the other arguments', () => {
    const main = (call: string): string => `import { setPage } from './cache'\n${LOAD}export async function f(owner: string, repo: string, userId: string) { ${call} }`
    expect(found({ 'cache.ts': CACHE, 'main.ts': main('await setPage(owner, repo, await load(owner, repo, userId))') })).toEqual(['missing-user-scope error'])
    expect(found({ 'cache.ts': CACHE, 'main.ts': main('await setPage(owner, repo, await load(owner, repo))') })).toEqual([])
    expect(found({ 'cache.ts': CACHE, 'main.ts': main('await setPage(userId, repo, await load(owner, userId))') })).toEqual([])
  })
})

test('a sibling that holds the scope raises the confidence, and is named', () => {
  const main = (sibling: string): string => `import Redis from 'ioredis'\nconst redis = new Redis()\n${LOAD}export async function f(userId: string, postId: string) { await redis.set(\`post:\${postId}\`, await load(postId, userId)); await redis.set(\`${sibling}\`, await load(userId)) }`
  const [alone] = keyFindings(auditFiles({ 'main.ts': main('feed:${postId}:${userId}') }))
  expect(alone).toMatchObject({ ruleId: 'missing-user-scope', severity: 'info', confidence: 'medium' })
  expect(alone?.related.map(({ role }) => role)).toContain('sibling')
  expect(keyFindings(auditFiles({ 'main.ts': main('count:${postId}') })).map(({ confidence }) => confidence)).toEqual(['low', 'low'])
})

describe('frameworks', () => {
  test.each<[string, string, string]>([
    ["'use cache' of a closure is keyed by it", "export async function f(userId: string) { 'use cache'\nreturn load(userId) }", ''],
    ['useSWR', "import useSWR from 'swr'\nexport const useList = (page: number) => useSWR('/api/list', () => load(page))", 'missing-key-dependency warning'],
    ['useAsyncData', "import { useAsyncData } from '#app'\nexport const useList = (page: number) => useAsyncData('list', () => load(page))", 'missing-key-dependency warning'],
    ['React cache lasts for one request', "import { cache } from 'react'\nexport const user = cache(async (userId: string) => load(userId))", ''],
    ['a memo of the module', "const memo = new Map<string, unknown>()\nexport async function f(name: string, userId: string) { const hit = memo.get('home'); if (hit) return hit; const made = await load(userId); memo.set('home', made); return made }", 'missing-user-scope error'],
    ['a handler behind CacheInterceptor that reads the user', "import { Controller, Get, UseInterceptors } from '@nestjs/common'\nimport { CacheInterceptor } from '@nestjs/cache-manager'\nimport { CurrentUser } from './user'\n@Controller('home')\nexport class Home {\n  @Get()\n  @UseInterceptors(CacheInterceptor)\n  get(@CurrentUser() user: { id: string }) { return load(user.id) }\n}", 'missing-user-scope error'],
    ['a handler behind CacheInterceptor that reads nobody', "import { Controller, Get, UseInterceptors } from '@nestjs/common'\nimport { CacheInterceptor } from '@nestjs/cache-manager'\n@Controller('home')\nexport class Home {\n  @Get()\n  @UseInterceptors(CacheInterceptor)\n  get() { return load('news') }\n}", ''],
    ['a DataLoader that all requests share', "import DataLoader from 'dataloader'\nimport { auth } from '@clerk/nextjs/server'\nexport const posts = new DataLoader(async (ids: readonly string[]) => load(ids, await auth()))\nexport const f = (id: string) => posts.load(id)", 'missing-user-scope info'],
  ])('%s', (_name, main, expected) => {
    expect(inOneFile(main)).toEqual(expected === '' ? [] : [expected])
  })
})
