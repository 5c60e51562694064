import { describe, expect, test } from 'vitest'
import { siteLines } from '../support.js'

const sites = (main: string, config: object = {}): string[] => siteLines({ 'main.ts': main }, config)

describe('what is a cache', () => {
  test.each<[string, string, string[]]>([
    ['ioredis by default import', "import Redis from 'ioredis'\nconst r = new Redis()\nr.set('a:b', '1')", ['write a:b']],
    ['ioredis by alias', "import { Redis as Client } from 'ioredis'\nconst r = new Client()\nr.del('a:b')", ['delete a:b']],
    ['ioredis by annotation', "import type { Redis } from 'ioredis'\nexport const f = (r: Redis | null) => r?.get('a:b')", ['read a:b']],
    ['ioredis with a key prefix', "import Redis from 'ioredis'\nconst r = new Redis({ keyPrefix: 'app:' })\nr.get('x'); r.keys('x*')", ['read app:x', 'read x*']],
    ['a pipeline', "import Redis from 'ioredis'\nconst r = new Redis()\nr.pipeline().set('a:b', '1').del('c:d').exec()", ['write a:b', 'delete c:d']],
    ['node-redis', "import { createClient } from 'redis'\nconst r = createClient()\nr.hGetAll('a:b'); r.HSET('a:b', 'f', 'v')", ['read a:b', 'write a:b']],
    ['a client behind a getter', "import { createClient } from 'redis'\nlet c: ReturnType<typeof createClient> | undefined\nasync function client() { if (!c) c = createClient(); return c }\nexport const f = async () => (await client()).get('a:b')", ['read a:b']],
    ['@upstash/redis', "import { Redis } from '@upstash/redis'\nconst kv = Redis.fromEnv()\nkv.get<string>('a:b')", ['read a:b']],
    ['cache-manager', "import { caching } from 'cache-manager'\nexport async function f() { const c = await caching('memory'); await c.wrap('a:b', async () => 1) }", ['read-through a:b']],
    ['a Nest injection token', "import { CACHE_MANAGER } from '@nestjs/cache-manager'\nimport { Inject } from '@nestjs/common'\nexport class S { constructor(@Inject(CACHE_MANAGER) private readonly c: any) {}\n f() { return this.c.get('a:b') } }", ['read a:b']],
    ['constructor injection by type', "import type { Cache } from 'cache-manager'\nexport class S { constructor(private readonly c: Cache) {}\n f(id: string) { return this.c.del(`u:${id}`) } }", ['delete u:{id}']],
    ['keyv with a namespace', "import Keyv from 'keyv'\nconst k = new Keyv({ namespace: 'users' })\nk.set('1', {})", ['write users:1']],
    ['lru-cache', "import { LRUCache } from 'lru-cache'\nconst c = new LRUCache<string, string>({ max: 5 })\nc.get('a:b'); c.delete('a:b')", ['read a:b', 'delete a:b']],
    ['node-cache', "import NodeCache from 'node-cache'\nclass S { private readonly c = new NodeCache()\n f() { this.c.set('a:b', 1, 10); this.c.flushAll() } }\nexport { S }", ['write a:b', 'delete *']],
    ['next/cache', "import { revalidateTag, unstable_cache } from 'next/cache'\nexport const load = unstable_cache(async () => 1, ['posts', 'all'], { tags: ['posts'] })\nrevalidateTag('posts')", ['read-through [posts, all]', 'tag posts', 'delete posts']],
    ['swr, guarded', "import useSWR, { mutate } from 'swr'\nexport function useA(id?: string) { mutate('/api/a/1'); return useSWR(id ? `/api/a/${id}` : null) }", ['delete /api/a/1', 'read-through /api/a/{id}']],
    ['@unkey/cache namespaces', "import { createCache, Namespace } from '@unkey/cache'\nconst cache = createCache({ users: new Namespace({}, {}) })\nexport const f = (id: string) => cache.users.swr(id, async () => 1)", ['read-through users::{id}']],
    ['tanstack query', "import { useQuery, useQueryClient } from '@tanstack/react-query'\nexport function useA(id: string) { const q = useQueryClient(); q.invalidateQueries({ queryKey: ['a'] }); return useQuery({ queryKey: ['a', id], queryFn: () => 1 }) }", ['delete [a]', 'read-through [a, {id}]']],
    ['a client behind a getter of a class', "import Redis from 'ioredis'\nclass Provider { private made?: Redis\n get client() { this.made ??= new Redis(); return this.made } }\nconst provider = new Provider()\nprovider.client.get('a:b')", ['read a:b']],
    ['a Map in a field that is filled on a miss', 'export class Users {\n private readonly known = new Map<string, object>()\n async find(id: string) { const hit = this.known.get(`u:${id}`); if (hit) return hit; const fresh = await load(id); this.known.set(`u:${id}`, fresh); return fresh } }\ndeclare function load(id: string): Promise<object>', ['read u:{id}', 'write u:{id}']],
    ['a Map that is filled on a miss', 'const users = new Map<string, object>()\nexport async function user(id: string) { const hit = users.get(id); if (hit) return hit; const fresh = await load(id); users.set(id, fresh); return fresh }\ndeclare function load(id: string): Promise<object>', ['read {id} (handed through)', 'write {id} (handed through)']],
    ['commands in an array', "import Redis from 'ioredis'\nconst redis = new Redis()\nexport const f = (id: string) => redis.multi([['incr', `n:${id}`], ['expire', `n:${id}`, 60]]).exec()", ['write n:{id}', 'write n:{id}']],
    ['commands that are gathered first', "import Redis from 'ioredis'\nconst redis = new Redis()\nexport function f(ids: string[]) { const commands: string[][] = [['del', 'all:ids']]; for (const id of ids) commands.push(['del', `u:${id}`]); return redis.pipeline(commands).exec() }", ['delete all:ids', 'delete u:{id}']],
    ['commands that a wrapper hands on', "import Redis from 'ioredis'\nexport class Store { constructor(private readonly redis: Redis) {}\n  run(commands: string[][]) { return this.redis.multi(commands).exec() }\n  put(key: string, value: string) { return this.run([['set', key, value], ['expire', key, '60']]) } }\nconst store = new Store(new Redis())\nexport const f = (id: string) => store.put(`u:${id}`, '1')", ['write {key} (handed through)', 'write {key} (handed through)', 'write u:{id}']],
    ['a class that only carries the key', "import Redis from 'ioredis'\nclass Entry { constructor(readonly key: string, readonly field: string) {} }\nclass Cache { constructor(private readonly redis: Redis) {}\n  get(entry: Entry) { return this.redis.hget(entry.key, entry.field) } }\nclass Source { constructor(private readonly cache: Cache) {}\n  load(args: { entry: Entry }) { return this.cache.get(args.entry) } }\nconst source = new Source(new Cache(new Redis()))\nexport const f = (id: string) => source.load({ entry: new Entry(`page:${id}`, 'body') })", ['read {entry.key} (handed through)', 'read {args.entry.key} (handed through)', 'read page:{id}']],
  ])('%s', (_name, main, expected) => {
    expect(sites(main)).toEqual(expected)
  })

  test('a hook that another file makes of a factory of hooks', () => {
    const files = {
      'make.ts': "import { useQuery } from '@tanstack/react-query'\nexport function makeHook(run: () => string) { return function useIt(options: { queryKey: readonly unknown[] }) { return useQuery({ ...(options as any), queryFn: run }) } }\n",
      'hooks.ts': "import { makeHook } from './make'\nexport const useIt = makeHook(() => 'x')\n",
      'main.ts': "import { useIt } from './hooks'\nexport const useProgress = (id: string) => useIt({ queryKey: ['progress', id] })\n",
    }
    expect(siteLines(files)).toContain('read-through [progress, {id}]')
  })

  test("the user's own client", () => {
    const config = { clients: [{ id: 'vault', modules: ['@acme/vault'], types: ['Vault'], operations: { fetch: { op: 'read', key: 0 }, evict: { op: 'delete', key: { arg: 1 } } } }] }
    expect(sites("import type { Vault } from '@acme/vault'\nexport const f = (v: Vault) => { v.fetch('a:b'); v.evict(true, 'a:b') }", config)).toEqual(['read a:b', 'delete a:b'])
  })
})

describe('what is not a cache', () => {
  test.each<[string, string]>([
    ['a Map as data structure', "const index = new Map<string, number>()\nfor (const w of ['a']) index.set(w, (index.get(w) ?? 0) + 1)"],
    ['a Map that groups', 'export function group(rows: { k: string }[]) { const by = new Map<string, object[]>(); for (const r of rows) { by.set(r.k, [...(by.get(r.k) ?? []), r]) } return by }'],
    ['a Set', "const seen = new Set<string>()\nseen.add('a'); seen.has('a'); seen.delete('a')"],
    ['URLSearchParams', "new URLSearchParams('').get('a'); new URL('http://x').searchParams.set('a', 'b')"],
    ['Headers and FormData', "new Headers().set('a', 'b'); new FormData().get('a')"],
    ['axios', "import axios from 'axios'\naxios.get('/users'); axios.create().delete('/users/1')"],
    ['a router', "import { Router } from 'express'\nconst router = Router()\nrouter.get('/users', () => {})"],
    ['a configuration service', "import { ConfigService } from '@nestjs/config'\nexport class S { constructor(private readonly config: ConfigService) {}\n f() { return this.config.get('REDIS_URL') } }"],
    ['a repository', "import { Repository } from 'typeorm'\nexport class S { constructor(private readonly redisRepository: Repository<object>) {}\n f() { return this.redisRepository.delete('1') } }"],
    ['something that is merely called cache', "class Cache { get(name: string) { return name } }\nconst redisCache = new Cache()\nredisCache.get('a:b')"],
    ['the Redis of another module', "import { Redis } from './mine.js'\nnew Redis().get('a')"],
  ])('%s', (_name, main) => {
    expect(sites(`import 'ioredis'\n${main}`)).toEqual([])
  })
})
