import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BUILT_IN } from '../../src/clients/registry.js'
import { keyText } from '../../src/report/build.js'
import { auditFiles, REPOSITORY } from '../support.js'

/** `op key`, then the TTL and, unless it is the exact one, the match rule. */
function sitesOf(main: string, dependencies: Readonly<Record<string, string>>, config: object): string[] {
  const manifest = JSON.stringify({ name: 'app', dependencies })
  return auditFiles({ 'main.ts': main, 'package.json': manifest }, config).model.sites.map((site) => {
    const ttl = site.ttl ? ` ${site.ttl.ms === undefined ? site.ttl.unit : `${site.ttl.ms}ms`}` : ''
    const match = site.key.match === 'exact' ? '' : ` ${site.key.match}`
    return `${site.op} ${keyText(site)}${ttl}${match}`
  })
}

interface Case {
  readonly id: string
  readonly name?: string
  readonly code: string
  readonly sites: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly config?: object
}

const CASES: readonly Case[] = [
  {
    id: 'ioredis', code: `import Redis from 'ioredis'
const r = new Redis({ keyPrefix: 'app:' })
r.get('a'); r.set('a', 'v', 'EX', 60); r.setex('b', 5, 'v'); r.set('c', 'v', 'PX', 250); r.del('a', 'b'); r.unlink(['c'])
r.expire('a', 30); r.expire('a', 0); r.keys('a*'); r.hset('h', 'f', 'v'); r.hdel('h', 'f'); r.rename('tmp', 'list'); r.sunionstore('d', 's1', 's2'); r.getdel('once')`,
    sites: ['read app:a', 'write app:a 60000ms', 'write app:b 5000ms', 'write app:c 250ms', 'delete [app:a, app:b]', 'delete app:c',
      'write app:a 30000ms', 'delete app:a', 'read a* glob', 'write app:h', 'delete app:h', 'read app:tmp', 'write app:list', 'write app:d', 'delete app:once', 'read app:once'],
  },
  {
    id: 'ioredis', name: 'chains, scan and scripts', code: `import { Redis, Cluster } from 'ioredis'
const r = new Cluster([], { redisOptions: { keyPrefix: 'c:' } })
r.pipeline().set('a', '1').del('b').exec()
export async function f() { const [, found] = await r.scan(0, 'MATCH', 'u:*', 'COUNT', 10); await r.del(...found) }
r.eval('return 1', 1, 'lock')
export const g = (x: Redis) => x.mget('k1', 'k2')`,
    sites: ['write c:a', 'delete c:b', 'read u:* glob', 'delete c:u:* glob', 'write c:lock', 'read [k1, k2]'],
  },
  {
    id: 'redis', code: `import { createClient } from 'redis'
const c = createClient()
c.get('a'); c.set('a', 'v', { EX: 60 }); c.set('b', 'v', { expiration: { type: 'PX', value: 10 } }); c.setEx('d', 3, 'v'); c.del(['a', 'b'])
c.hGet('h', 'f'); c.mGet(['a', 'b']); c.multi().set('m', '1').exec(); c.pExpire('a', 500); c.json.set('j', '$', {})
export async function f() { for await (const key of c.scanIterator({ MATCH: 's:*' })) await c.del(key) }
c.eval('x', { keys: ['lua'], arguments: [] })`,
    sites: ['read a', 'write a 60000ms', 'write b 10ms', 'write d 3000ms', 'delete [a, b]', 'read h', 'read [a, b]', 'write m', 'delete a', 'write j',
      'read s:* glob', 'delete s:* glob', 'write lua'],
  },
  {
    id: 'upstash-redis', code: `import { Redis } from '@upstash/redis'
const r = Redis.fromEnv()
r.get<string>('a'); r.set('a', {}, { ex: 60 }); r.set('b', {}, { EX: 60 }); r.del('a', 'b'); r.setex('c', 1, 'v'); r.keys('a*'); r.mset({ x: 1, y: 2 }); r.hset('h', { f: 1 })`,
    sites: ['read a', 'write a 60000ms', 'write b', 'delete [a, b]', 'write c 1000ms', 'read a* glob', 'write [x, y]', 'write h'],
  },
  { id: 'upstash-redis', name: '@vercel/kv', code: "import { kv } from '@vercel/kv'\nkv.get('a'); kv.set('a', 1, { px: 5 }); kv.del('a')", sites: ['read a', 'write a 5ms', 'delete a'] },
  {
    id: 'valkey-glide', code: `import { GlideClient, TimeUnit } from '@valkey/valkey-glide'
export async function f() { const c = await GlideClient.createClient({ addresses: [] })
c.get('a'); c.set('a', 'v', { expiry: { type: TimeUnit.Seconds, count: 60 } }); c.set('b', 'v', { expiry: { type: TimeUnit.Milliseconds, count: 60 } }); c.del(['a', 'b']); c.scan('0', { match: 'a*' }) }`,
    sites: ['read a', 'write a 60000ms', 'write b 60ms', 'delete [a, b]', 'read a* glob'],
  },
  {
    id: 'memcached', code: `import Memcached from 'memcached'
const m = new Memcached('localhost', { namespace: 'n:' })
m.get('a', () => {}); m.set('a', 1, 60, () => {}); m.getMulti(['a', 'b'], () => {}); m.touch('a', 5, () => {}); m.del('a', () => {}); m.flush(() => {})`,
    sites: ['read n:a', 'write n:a 60000ms', 'read [n:a, n:b]', 'write n:a 5000ms', 'delete n:a', 'delete n:* glob'],
  },
  { id: 'memjs', code: "import { Client } from 'memjs'\nconst m = Client.create()\nm.get('a'); m.set('a', 'v', { expires: 60 }); m.delete('a')", sites: ['read a', 'write a 60000ms', 'delete a'] },
  {
    id: 'cache-manager', code: "import { createCache } from 'cache-manager'\nconst c = createCache()\nc.get('a'); c.set('a', 1, 60); c.del('a'); c.wrap('b', async () => 1, 500); c.wrap('d', async () => 1, { ttl: 7 }); c.mdel(['a', 'b']); c.mset([{ key: 'x', value: 1 }]); c.clear()",
    dependencies: { 'cache-manager': '^7.2.0' }, sites: ['read a', 'write a 60ms', 'delete a', 'read-through b 500ms', 'read-through d 7ms', 'delete [a, b]', 'write x', 'delete * glob'],
  },
  {
    id: 'cache-manager', name: 'version 4: seconds', code: "import { caching } from 'cache-manager'\nconst c = caching({ store: 'memory' })\nc.set('a', 1, { ttl: 60 }); c.wrap('b', async () => 1, { ttl: 5 }); c.reset()",
    dependencies: { 'cache-manager': '~4.1.0' }, sites: ['write a 60000ms', 'read-through b 5000ms', 'delete * glob'],
  },
  {
    id: 'nest-interceptor', code: `import { CacheInterceptor, CacheKey, CacheTTL, CACHE_MANAGER, Cache } from '@nestjs/cache-manager'
import { Inject } from '@nestjs/common'
export class Controller { constructor(@Inject(CACHE_MANAGER) private readonly cache: Cache) {}
@CacheKey('all_users') @CacheTTL(30) list() { return [] }
drop() { return this.cache.del('all_users') } }`,
    sites: ['read-through all_users', 'delete all_users'],
  },
  {
    id: 'nest-interceptor', name: 'the key of a response is its URL', code: `import { CacheInterceptor } from '@nestjs/cache-manager'
import { Controller, Get, Post, UseInterceptors } from '@nestjs/common'
class Own extends CacheInterceptor {}
@Controller('users') @UseInterceptors(CacheInterceptor)
export class Users { @Get() list() {} @Get(':id/photos') photos() {} @Post() add() {} }
@Controller() export class Others { @Get('a') @UseInterceptors(Own) cached() {} @Get('b') plain() {} }`,
    sites: ['read-through /users(|?{query})', 'read-through /users/{id}/photos(|?{query})', 'read-through /a(|?{query})'],
  },
  { id: 'apollo-response-cache', code: "import responseCachePlugin from '@apollo/server-plugin-response-cache'\nexport const plugins = [responseCachePlugin({ sessionId: async () => null })]", sites: ['read-through fqc:{sha256(query, variables, session, extra)}'] },
  {
    id: 'keyv', code: "import Keyv from 'keyv'\nconst k = new Keyv({ namespace: 'n' })\nk.get('a'); k.get(['a', 'b']); k.set('a', 1, 60); k.delete(['a', 'b']); k.setMany([{ key: 'x', value: 1 }]); k.clear()",
    sites: ['read n:a', 'read [n:a, n:b]', 'write n:a 60ms', 'delete [n:a, n:b]', 'write n:x', 'delete n:* glob'],
  },
  {
    id: 'cacheable', code: "import { Cacheable } from 'cacheable'\nconst c = new Cacheable({ namespace: 'n' })\nc.get('a'); c.set('a', 1, '1h'); c.set('b', 1, { ttl: 5, tags: ['t'] }); c.delete('a'); c.deleteMany(['a', 'b']); c.getOrSet('d', async () => 1, { ttl: 9 }); c.tags.invalidateTag('t')",
    sites: ['read n:a', 'write n:a 3600000ms', 'tag n:t', 'write n:b 5ms', 'delete n:a', 'delete [n:a, n:b]', 'read-through n:d 9ms', 'delete n:t tag'],
  },
  {
    id: 'lru-cache', code: "import { LRUCache } from 'lru-cache'\nconst c = new LRUCache<string, object>({ max: 5 })\nc.get('a'); c.set('a', {}, { ttl: 60 }); c.fetch('b', { ttl: 5 }); c.delete('a'); c.clear()",
    sites: ['read a', 'write a 60ms', 'read-through b 5ms', 'delete a', 'delete * glob'],
  },
  { id: 'quick-lru', code: "import QuickLRU from 'quick-lru'\nconst c = new QuickLRU({ maxSize: 5 })\nc.get('a'); c.set('a', 1, { maxAge: 60 }); c.delete('a')", sites: ['read a', 'write a 60ms', 'delete a'] },
  { id: 'ttlcache', code: "import { TTLCache } from '@isaacs/ttlcache'\nconst c = new TTLCache({ ttl: 5 })\nc.get('a'); c.set('a', 1, { ttl: 60 }); c.setTTL('a', 5); c.delete('a'); c.clear()", sites: ['read a', 'write a 60ms', 'write a 5ms', 'delete a', 'delete * glob'] },
  { id: 'node-cache', code: "import NodeCache from 'node-cache'\nconst c = new NodeCache()\nc.get('a'); c.set('a', 1, 60); c.mget(['a', 'b']); c.mset([{ key: 'x', val: 1 }]); c.del(['a', 'b']); c.take('a'); c.flushAll(); c.fetch('f', 60, () => 1)", sites: ['read a', 'write a 60000ms', 'read [a, b]', 'write x', 'delete [a, b]', 'delete a', 'delete * glob', 'read-through f 60000ms'] },
  {
    id: 'bentocache', code: `import { BentoCache } from 'bentocache'
const b = new BentoCache({ default: 'main', stores: {} })
const users = b.namespace('users')
b.get({ key: 'a' }); b.set({ key: 'a', value: 1, ttl: '5m', tags: ['t'] }); users.getOrSet({ key: 'u', factory: async () => 1, ttl: 10 }); b.use('main').delete({ key: 'a' })
b.deleteMany({ keys: ['a', 'b'] }); b.deleteByTag({ tags: ['t'] }); users.clear()`,
    sites: ['read a', 'tag t', 'write a 300000ms', 'read-through users:u 10ms', 'delete a', 'delete [a, b]', 'delete t tag', 'delete users:* glob'],
  },
  {
    id: 'cachified', code: `import { cachified, softPurge, type Cache } from '@epic-web/cachified'
import { LRUCache } from 'lru-cache'
const lru = new LRUCache({ max: 5 })
export const f = (id: string) => cachified({ key: \`u:\${id}\`, cache: lru, ttl: 60, getFreshValue: async () => 1 })
export const g = (id: string) => lru.delete(\`u:\${id}\`)
softPurge({ cache: lru, key: 'u:1' })
export function own(cache: Cache) { cache.get('a'); cache.set('a', { value: 1, metadata: {} }); cache.delete('a') }`,
    sites: ['read-through u:{id} 60ms', 'delete u:{id}', 'delete u:1', 'read a', 'write a', 'delete a'],
  },
  {
    id: 'async-cache-dedupe', code: `import { createCache } from 'async-cache-dedupe'
const c = createCache({ ttl: 5 })
c.define('fetchUser', { ttl: 60, references: () => ['users'] }, async (id: string) => id)
c.get('fetchUser', 'fetchUser~1'); c.set('fetchUser', 'fetchUser~1', 1, 9); c.clear('fetchUser', '1'); c.invalidateAll(['users'])`,
    sites: ['read-through fetchUser 60000ms prefix', 'tag users', 'read fetchUser~1', 'write fetchUser~1 9000ms', 'delete fetchUser prefix', 'delete users tag'],
  },
  { id: 'layered-loader', code: "import { Loader } from 'layered-loader'\nconst l = new Loader<string>({})\nl.get('a'); l.getInMemoryOnly('a'); l.forceSetValue('a', 'v'); l.invalidateCacheFor('a'); l.invalidateCacheForMany(['a', 'b']); l.invalidateCache()", sites: ['read-through a', 'read a', 'write a', 'delete a', 'delete [a, b]', 'delete * glob'] },
  { id: 'unkey-cache', code: "import { createCache, Namespace } from '@unkey/cache'\nconst c = createCache({ user: new Namespace({}, {}) })\nc.user.get('a'); c.user.set('a', {}, { fresh: 1, stale: 60 }); c.user.swr('b', async () => 1); c.user.remove(['a', 'b'])", sites: ['read user::a', 'write user::a 60ms', 'read-through user::b', 'delete [user::a, user::b]'] },
  {
    id: 'unstorage', code: "import { createStorage, prefixStorage } from 'unstorage'\nconst s = createStorage()\nconst u = prefixStorage(s, 'users')\ns.getItem('a'); u.setItem('1', {}, { ttl: 60 }); u.removeItem('1'); s.getKeys('users'); s.clear('users')",
    sites: ['read a', 'write users:1 60000ms', 'delete users:1', 'read users prefix', 'delete users prefix'],
  },
  { id: 'nitro-storage', code: "export const f = async () => { const s = useStorage('cache'); await s.getItem('a'); await s.setItem('a', 1, { ttl: 5 }); await s.removeItem('a'); await s.clear('b') }", dependencies: { nitropack: '2' }, sites: ['read cache:a', 'write cache:a 5000ms', 'delete cache:a', 'delete cache:b prefix'] },
  {
    id: 'nitro', code: 'export const load = defineCachedFunction(async (id: string, lang: string) => id, { maxAge: 60, getKey: (id: string, lang: string) => `u:${id}:${lang}` })\nexport const all = cachedFunction(async (page: number) => page, { maxAge: 5 })',
    dependencies: { nuxt: '4' }, sites: ['read-through u:{id}:{lang} 60000ms', 'read-through {page} 5000ms'],
  },
  { id: 'nitro', name: 'by import', code: "import { defineCachedFunction } from 'nitro/cache'\nconst load = defineCachedFunction(async (id: string) => id, { maxAge: 60 })\nexport const drop = (id: string) => load.invalidate(`u${id}`)", dependencies: { nitro: '3' }, sites: ['read-through {id} 60000ms', 'delete u{id}'] },
  { id: 'ocache', code: "import { defineCachedFunction } from 'ocache'\nconst load = defineCachedFunction(async (id: string) => id, { maxAge: 60 })\nexport const drop = (id: string) => load.invalidate(`u${id}`)", sites: ['read-through {id} 60000ms', 'delete u{id}'] },
  { id: 'p-memoize', code: "import pMemoize, { pMemoizeClear } from 'p-memoize'\nexport const f = pMemoize(async (id: string, lang: string) => id, { maxAge: 60 })\nexport const g = pMemoize(async (id: string, lang: string) => id, { cacheKey: ([id, lang]) => `${id}-${lang}` })\nexport const drop = () => pMemoizeClear(f)", sites: ['read-through {id} 60ms', 'read-through {id}-{lang}', 'delete * glob'] },
  { id: 'p-memoize', name: 'mem 8', code: "import mem from 'mem'\nexport const f = mem(async (id: string) => id, { maxAge: 60 })\nexport const drop = () => mem.clear(f)", sites: ['read-through {id} 60ms', 'delete * glob'] },
  { id: 'memoizee', code: "import memoize from 'memoizee'\nconst f = memoize(async (id: string, lang: string) => id, { promise: true, maxAge: 60 })\nexport const drop = () => f.delete('a')\nexport const all = () => f.clear()", sites: ['read-through [{id}, {lang}] 60ms', 'delete a', 'delete * glob'] },
  { id: 'lodash-memoize', code: "import { memoize } from 'lodash'\nconst f = memoize((id: string, lang: string) => id)\nconst g = memoize((id: string, lang: string) => id, (id, lang) => `${id}:${lang}`)\nexport const drop = () => { f.cache.get('a'); f.cache.set('a', 'v'); f.cache.delete('a'); g.cache.clear?.() }", sites: ['read-through {id}', 'read-through {id}:{lang}', 'read a', 'write a', 'delete a', 'delete * glob'] },
  { id: 'dataloader', code: "import DataLoader from 'dataloader'\nconst users = new DataLoader(async (ids: readonly string[]) => ids)\nusers.load('a'); users.loadMany(['a', 'b']); users.prime('a', 'v'); users.clear('a'); users.clearAll()", sites: ['read-through {key}', 'read-through a', 'read-through [a, b]', 'write a', 'delete a', 'delete * glob'] },
  { id: 'apollo-cache', code: "import { PrefixingKeyValueCache, type KeyValueCache } from '@apollo/utils.keyvaluecache'\nexport function f(inner: KeyValueCache) { const c = new PrefixingKeyValueCache(inner, 'fqc:'); c.get('a'); c.set('a', 'v', { ttl: 60 }); c.delete('a') }", sites: ['read fqc:a', 'write fqc:a 60000ms', 'delete fqc:a'] },
  {
    id: 'next-cache', code: `import { cacheTag, revalidatePath, revalidateTag, unstable_cache, unstable_expireTag } from 'next/cache'
export const load = unstable_cache(async (id: string) => id, ['posts'], { tags: ['posts'], revalidate: 60 })
export async function user(id: string) { 'use cache'; cacheTag('users', \`user-\${id}\`); return id }
revalidateTag('posts', 'max'); revalidatePath('/posts/[id]', 'page'); unstable_expireTag('a', 'b')`,
    sites: ['read-through [posts] 60000ms', 'tag posts', 'read-through [user, {id}]', 'tag [users, user-{id}]', 'delete posts tag', 'delete /posts/\\[id\\] route', 'delete [a, b] tag'],
  },
  { id: 'next-fetch', dependencies: { next: '15' }, code: "fetch('https://x', { next: { tags: ['posts'], revalidate: 60 } })", sites: ['tag posts 60000ms'] },
  { id: 'react-cache', code: "import { cache } from 'react'\nexport const user = cache(async (id: string, lang: string) => id)", sites: ['read-through [{id}, {lang}]'] },
  {
    id: 'tanstack-query', code: `import { QueryClient, queryOptions, useQueries, useQuery, useInfiniteQuery } from '@tanstack/react-query'
const q = new QueryClient()
const todo = (id: string) => queryOptions({ queryKey: ['todos', id], queryFn: () => 1, staleTime: 60 })
export function useA(id: string, ids: string[]) { useQuery(todo(id)); useInfiniteQuery({ queryKey: ['list'], queryFn: () => 1 }); useQueries({ queries: ids.map((x) => ({ queryKey: ['todos', x], queryFn: () => 1 })) }) }
q.getQueryData(['todos', '1']); q.setQueryData(todo('1').queryKey, 1); q.invalidateQueries({ queryKey: ['todos'] }); q.removeQueries({ queryKey: ['todos', '1'], exact: true }); q.invalidateQueries(); q.invalidateQueries({ predicate: () => true })`,
    sites: ['read-through [todos, {id}] 60ms', 'read-through [todos, {id}] 60ms', 'read-through [list]', 'read-through [todos, {x}]', 'read [todos, 1]', 'write [todos, 1]',
      'delete [todos] prefix', 'delete [todos, 1]', 'delete * glob', 'delete * predicate'],
  },
  { id: 'tanstack-query', name: 'version 4, by position', code: "import { useQuery, useQueryClient } from '@tanstack/react-query'\nexport function useA(id: string) { useQueryClient().invalidateQueries(['a']); return useQuery(['a', id], () => 1) }", sites: ['delete [a] prefix', 'read-through [a, {id}]'] },
  {
    id: 'swr', code: "import useSWR, { mutate, useSWRConfig } from 'swr'\nexport function useA(id?: string) { const { mutate: bound, cache } = useSWRConfig(); bound('/b'); cache.get('/d'); mutate('/a'); mutate((key) => true); mutate((key) => typeof key === 'string' && key.startsWith('/c')); return useSWR(id ? `/a/${id}` : null, fetch, { refreshInterval: 60 }) }",
    sites: ['delete /b', 'read /d', 'delete /a', 'delete {function} predicate', 'delete /c* glob', 'read-through /a/{id} 60ms'],
  },
  {
    id: 'trpc', code: `import { createTRPCReact } from '@trpc/react-query'
export const trpc = createTRPCReact<{ x: 1 }>()
export function useA(id: string) { const utils = trpc.useUtils(); utils.post.byId.invalidate({ id }); utils.post.invalidate(); utils.post.byId.setData({ id }, 1); utils.post.byId.getData({ id }); return trpc.post.byId.useQuery({ id }, { staleTime: 60 }) }`,
    sites: ['delete [post, byId, {{ id }}] prefix', 'delete [post] prefix', 'write [post, byId, {{ id }}]', 'read [post, byId, {{ id }}]', 'read-through [post, byId, {{ id }}] 60ms'],
  },
  {
    id: 'rtk-query', code: `import { createApi } from '@reduxjs/toolkit/query/react'
export const api = createApi({ endpoints: (build) => ({
  posts: build.query({ query: () => 'posts', providesTags: ['Post'], keepUnusedDataFor: 60 }),
  post: build.query({ query: (id: string) => id, providesTags: (result, error, id) => [{ type: 'Post', id }] }),
  add: build.mutation({ query: () => 'x', invalidatesTags: [{ type: 'Post', id: 'LIST' }] }),
}) })
api.util.invalidateTags(['Post']); api.util.updateQueryData('posts', undefined, () => {}); api.util.prefetch('posts', undefined, {}); api.util.resetApiState()`,
    sites: ['tag [Post] 60000ms', 'tag [Post, {id}]', 'delete [Post, LIST] prefix', 'delete [Post] prefix', 'write posts', 'read-through posts', 'delete * glob'],
  },
  {
    id: 'nuxt', code: "export const f = (id: string) => { useAsyncData(`user:${id}`, () => $fetch('/x')); useAsyncData(() => $fetch('/y')); useFetch('/api/a', { key: 'a' }); useFetch('/api/b'); clearNuxtData('a'); refreshNuxtData(['a', 'b']); useNuxtData('a') }",
    dependencies: { nuxt: '4.0.0' }, sites: ['read-through user:{id}', 'read-through a', 'read-through /api/b', 'delete a', 'delete [a, b]', 'read a'],
  },
  {
    id: 'cloudflare-kv', code: "export interface Env { KV: KVNamespace }\nexport default { async fetch(request: Request, env: Env) { await env.KV.get('a'); await env.KV.put('a', 'v', { expirationTtl: 60 }); await env.KV.delete('a'); await env.KV.list({ prefix: 'u:' }) } }",
    sites: ['read a', 'write a 60000ms', 'delete a', 'read u: prefix'],
  },
  { id: 'cache-api', code: "export async function f(url: string) { const c = caches.default; await c.match(new Request(`https://x/${url}`)); await c.put('https://x/a', new Response()); (await caches.open('v1')).delete('https://x/a') }", sites: ['read https://x/{url}', 'write https://x/a', 'delete https://x/a'] },
  { id: 'web-storage', code: "localStorage.getItem('a'); window.sessionStorage.setItem('a', '1'); localStorage.removeItem('a'); localStorage.clear()", config: { enable: ['web-storage'] }, sites: ['read a', 'write a', 'delete a', 'delete * glob'] },
  {
    id: 'keyproof', code: `import { createCache, defineKeys, key } from 'keyproof/runtime'
const keys = defineKeys({ profile: key<object>()({ scope: 'user', template: 'user:{userId}:profile', ttl: '5m' }) })
const cache = createCache({ keys })
export const f = (userId: string) => { cache.get(keys.profile({ userId })); cache.set(keys.profile({ userId }), {}, { ttl: '10m' }); cache.delete(keys.profile({ userId })); cache.getOrSet(keys.profile({ userId }), async () => ({})); cache.invalidateTag('t') }`,
    sites: ['read user:{userId}:profile', 'write user:{userId}:profile 600000ms', 'delete user:{userId}:profile', 'read-through user:{userId}:profile', 'delete t tag'],
  },
  {
    id: 'own-store', code: "export interface PageCache { get(key: string): Promise<string | undefined>; set(key: string, html: string, ttlMs?: number): Promise<void>; delete(key: string): Promise<void>; clear(): Promise<void>; getOrSet(key: string, load: () => Promise<string>): Promise<string> }\nexport class Pages { constructor(private readonly cache: PageCache) {}\n async f(slug: string) { await this.cache.get(`p:${slug}`); await this.cache.set(`p:${slug}`, ''); await this.cache.delete(`p:${slug}`); await this.cache.clear(); await this.cache.getOrSet(`q:${slug}`, async () => '') } }",
    sites: ['read p:{slug}', 'write p:{slug}', 'delete p:{slug}', 'delete * glob', 'read-through q:{slug}'],
  },
  {
    id: 'umami-redis', code: "import { UmamiRedisClient } from '@umami/redis-client'\nconst r = new UmamiRedisClient('')\nexport const f = (id: string) => { r.get(`w:${id}`); r.set(`w:${id}`, {}, 60); r.del(`w:${id}`); r.fetch(`w:${id}`, async () => ({}), 60) }",
    sites: ['read w:{id}', 'write w:{id} 60000ms', 'delete w:{id}', 'read-through w:{id} 60000ms'],
  },
  { id: 'map', code: 'const users = new Map<string, object>()\nexport async function user(id: string) { const hit = users.get(`u:${id}`); if (hit) return hit; const fresh = await load(id); users.set(`u:${id}`, fresh); return fresh }\nexport const drop = (id: string) => users.delete(`u:${id}`)\nexport const all = () => users.clear()\ndeclare function load(id: string): Promise<object>', sites: ['read u:{id}', 'write u:{id}', 'delete u:{id}', 'delete * glob'] },
]

describe('clients: reads, writes, deletes, TTLs and match rules', () => {
  test.each(CASES.map((each) => [`${each.id}${each.name ? `, ${each.name}` : ''}`, each] as const))('%s', (_name, { code, sites, dependencies = {}, config = {} }) => {
    expect(sitesOf(code, dependencies, config)).toEqual(sites)
  })

  test('every client file has its test', () => {
    expect(BUILT_IN.map((client) => client.id).filter((id) => !CASES.some((each) => each.id === id))).toEqual([])
  })

  test('and the test shows every kind of operation that the file declares, and its TTL', () => {
    const missing = BUILT_IN.flatMap((client) => {
      const shown = CASES.filter((each) => each.id === client.id).flatMap((each) => each.sites)
      const declared = Object.values({ ...client.operations, ...client.functions }).flat()
      const kinds = new Set(declared.flatMap((spec) => ('op' in spec ? [spec.op] : [])))
      const untold = [...kinds].filter((op) => !shown.some((site) => site.startsWith(`${op} `)))
      const lasts = declared.some((spec) => 'ttl' in spec && spec.ttl !== undefined) && !shown.some((site) => / \d+ms/.test(site))
      return [...untold, ...(lasts ? ['ttl'] : [])].map((kind) => `${client.id} ${kind}`)
    })
    expect(missing).toEqual([])
  })

  test('a client that is opt-in is not looked for unasked', () => {
    expect(sitesOf("import 'ioredis'\nlocalStorage.getItem('a')", {}, {})).toEqual([])
  })

  test('the globals of a framework count only where it is a dependency', () => {
    expect(sitesOf("import 'ioredis'\nuseAsyncData('a', () => 1); useStorage('b').getItem('c')", {}, {})).toEqual([])
  })
})

describe('the README', () => {
  test('names the first module of every client in its table', () => {
    const table = readFileSync(join(REPOSITORY, 'README.md'), 'utf8').split('## Caches it knows')[1]!.split('\n## ')[0]!
    const missing = BUILT_IN.map((client) => client.modules[0]!).filter((module) => module !== 'global' && !table.includes(module.split('/')[0] === 'nuxt' ? 'nuxt' : module.replace(/\/runtime$/, '')))
    expect(missing).toEqual([])
  })
})
