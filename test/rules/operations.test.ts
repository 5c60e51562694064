import { describe, expect, test } from 'vitest'
import { auditFiles } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const LRU = "import { LRUCache } from 'lru-cache'\nconst lru = new LRUCache<string, number>({ max: 10 })\n"
const LOAD = 'declare function load(...args: unknown[]): Promise<string>\n'

/** Findings of one rule, as `severity messageId`. */
const found = (rule: string, main: string, others: Record<string, string> = {}): string[] =>
  auditFiles({ 'main.ts': main, ...others }).findings.filter(({ ruleId }) => ruleId === rule).map(({ severity, messageId }) => `${severity} ${messageId}`)

type Row = readonly [name: string, expected: string, main: string, others?: Record<string, string>]
/** What the rule finds in each program; nothing where it is quiet. */
function table(rule: string, rows: readonly Row[]): void {
  describe(rule, () => {
    for (const [name, expected, main, others] of rows) {
      test(expected === '' ? `is quiet on ${name}` : `finds ${name}`, () => { expect(found(rule, main, others)).toEqual(expected === '' ? [] : [expected]) })
    }
  })
}

const MANAGER = "import type { Cache } from 'cache-manager'\ndeclare const cache: Cache\n"
const version = (major: number): Record<string, string> => ({ 'package.json': JSON.stringify({ dependencies: { 'cache-manager': `^${major}.0.0` } }) })

table('ttl-unit', [
  ['a product of thousands where seconds are taken', 'error unit', `${REDIS}export const f = (k: string) => redis.set(\`a:\${k}\`, '', 'EX', 5 * 60 * 1000)`],
  ['the same through a constant', 'error unit', `${REDIS}const HOUR = 60 * 60 * 1000\nexport const f = (k: string) => redis.setex(\`a:\${k}\`, HOUR, '')`],
  ['the same through a constant of another file', 'error unit', `${REDIS}import { keepMs } from './times'\nexport const f = (k: string) => redis.setex(\`a:\${k}\`, keepMs(), '')`, { 'times.ts': 'export const keepMs = () => 60 * 60 * 1000' }],
  ['ms() where seconds are taken', 'error unit', `${REDIS}import ms from 'ms'\nexport const f = (k: string) => redis.expire(\`a:\${k}\`, ms('1h'))`],
  ['a difference of two times in seconds\' place', 'error unit', `${REDIS}export const f = (k: string, until: Date) => redis.expire(\`a:\${k}\`, until.getTime() - Date.now())`],
  ['a point in time as a duration', 'error absolute', `${REDIS}export const f = (k: string, until: Date) => redis.expire(\`a:\${k}\`, Math.floor(until.getTime() / 1000))`],
  ['a duration as a point in time', 'error relative', `${REDIS}export const f = (k: string) => redis.expireat(\`a:\${k}\`, 3600)`],
  ['a fraction where Redis takes whole numbers', 'error fraction', `${REDIS}export const f = (k: string, ttl: number) => redis.expire(\`a:\${k}\`, ttl * Math.random())`],
  ['what a caller hands a wrapper', 'error unit', `${REDIS}const keep = (k: string, seconds: number) => redis.set(\`a:\${k}\`, '', 'EX', seconds)\nexport const f = (k: string) => keep(k, 60 * 60 * 1000)`],
  ['a parameter declared in another unit', 'error unit', `${REDIS}type Milliseconds = number\nexport const f = (k: string, ttl: Milliseconds) => redis.expire(\`a:\${k}\`, ttl)`],
  ['a name of another unit, as a warning', 'warning unit', `${REDIS}export const f = (k: string, keepMs: number) => redis.expire(\`a:\${k}\`, keepMs)`],
  ['a day in seconds where milliseconds are taken', 'warning unit', `${LRU}export const f = (k: string) => lru.set(\`a:\${k}\`, 1, { ttl: 86400 })`],
  ['an option of a constructor', 'error unit', "import MongoStore from 'connect-mongo'\nexport const store = MongoStore.create({ ttl: 14 * 24 * 60 * 60 * 1000 })"],
  ['a header', 'error unit', 'export const header = (until: Date) => `public, max-age=${until.getTime() - Date.now()}`'],
  ['cache-manager 5 given seconds', 'error unit', `${MANAGER}import ms from 'ms'\nexport const f = (k: string) => cache.set(\`a:\${k}\`, 1, ms('1h') / 1000)`, version(5)],
  ['NaN that passes a test for null', 'warning nan', `${LRU}export function f(k: string, options: { maxAge?: number }) { const ttl = options.maxAge! * 1000; if (ttl != null) lru.set(\`a:\${k}\`, 1, { ttl }) }`],
  ['a constant that holds another time than it says', 'warning misnamed', `${REDIS}const TWO_SECONDS_S = 10\nexport const ttl = TWO_SECONDS_S`],
  ['what a comment beside a constant says', 'warning unit', `${MANAGER}const ttl = 5 * 60 // 5 minutes, in seconds\nexport const f = (k: string) => cache.set(\`a:\${k}\`, 1, ttl)`, version(6)],
  ['a comment that says how long it is', '', `${MANAGER}const ttl = 60_000 // 60 seconds\nexport const f = (k: string) => cache.set(\`a:\${k}\`, 1, ttl)`, version(6)],
  ['cache-manager 4 given the same', '', `${MANAGER}import ms from 'ms'\nexport const f = (k: string) => cache.set(\`a:\${k}\`, 1, ms('1h') / 1000)`, version(4)],
  ['a wrapper that converts inside', '', `${REDIS}const keep = (k: string, ms: number) => redis.set(\`a:\${k}\`, '', 'EX', Math.floor(ms / 1000))\nexport const f = (k: string) => keep(k, 60 * 60 * 1000)`],
  ['a unit that nothing tells', '', `${REDIS}export const f = (k: string, ttl: number) => redis.expire(\`a:\${k}\`, ttl)`],
  ['milliseconds divided and rounded', '', `${REDIS}export const f = (k: string, until: Date) => redis.expire(\`a:\${k}\`, Math.ceil((until.getTime() - Date.now()) / 1000))`],
  ['the time on a clock', '', `${REDIS}export const f = (k: string, at: Date) => redis.expire(\`a:\${k}\`, at.getSeconds())`],
  ['sentinels', '', `${REDIS}export const f = (k: string) => redis.set(\`a:\${k}\`, '', 'PX', 1)`],
  ['a count in a name that ends with a day', '', `${REDIS}const MAX_ATTEMPTS_IN_ONE_DAY = 15\nexport const ttl = MAX_ATTEMPTS_IN_ONE_DAY`],
  ['a point in time where one is taken', '', `${REDIS}export const f = (k: string, until: Date) => redis.pexpireat(\`a:\${k}\`, until.getTime())`],
])

table('ttl-falsy', [
  ['a default behind ||', 'warning falsy', `${LRU}export const f = (k: string, ttl?: number) => lru.set(k, 1, { ttl: ttl || 60_000 })`],
  ['a test around the call', 'warning falsy', `${LRU.replace('max: 10', 'max: 10, ttl: 1000')}export function f(k: string, ttl?: number) { if (ttl) lru.set(k, 1, { ttl }); else lru.set(k, 1) }`],
  ['what the comment gives a meaning', 'warning falsy', `${REDIS}/** @param ttl in seconds; 0 keeps it for good */\nexport const f = (k: string, ttl?: number) => redis.set(\`a:\${k}\`, '', 'EX', ttl || 60)`],
  ['a test around the call of a cache that was made without a lifetime', '', `${LRU}export function f(k: string, ttl?: number) { if (ttl) lru.set(k, 1, { ttl }); else lru.set(k, 1) }`],
  ['a default behind ??', '', `${LRU}export const f = (k: string, ttl?: number) => lru.set(k, 1, { ttl: ttl ?? 60_000 })`],
  ['a number read from the environment', '', `${LRU}export const f = (k: string) => lru.set(k, 1, { ttl: Number(process.env.TTL) || 60_000 })`],
  ['a store to which 0 means nothing', '', `${REDIS}export const f = (k: string, ttl?: number) => redis.set(\`a:\${k}\`, '', 'EX', ttl || 60)`],
])

table('split-expiry', [
  ['SET and EXPIRE', 'warning split', `${REDIS}export async function f(k: string) { await redis.set(\`a:\${k}\`, ''); await redis.expire(\`a:\${k}\`, 60) }`],
  ['INCR and an EXPIRE of the first', 'warning split', `${REDIS}export async function f(k: string) { const n = await redis.incr(\`a:\${k}\`); if (n === 1) await redis.expire(\`a:\${k}\`, 60) }`],
  ['both at once', 'warning concurrent', `${REDIS}export async function f(k: string) { await Promise.all([redis.hincrby(\`a:\${k}\`, 'n', 1), redis.expire(\`a:\${k}\`, 60)]) }`],
  ['a helper that gives the lifetime', 'warning split', `${REDIS}const touch = (key: string) => redis.expire(key, 60)\nexport async function f(key: string) { await redis.set(key, ''); await touch(key) }`],
  ['an EXPIRE of every write, as a note', 'info split', `${REDIS}export async function f(k: string, ttl?: number) { await redis.lpush(\`a:\${k}\`, ''); if (ttl) await redis.expire(\`a:\${k}\`, ttl) }`],
  ['a transaction', '', `${REDIS}export const f = (k: string) => redis.multi().set(\`a:\${k}\`, '').expire(\`a:\${k}\`, 60).exec()`],
  ['a pipeline in a variable', '', `${REDIS}export async function f(k: string) { const p = redis.pipeline(); p.incr(\`a:\${k}\`); p.expire(\`a:\${k}\`, 60); await p.exec() }`],
  ['a SET with its own lifetime, made longer', '', `${REDIS}export async function f(k: string) { await redis.set(\`a:\${k}\`, '', 'EX', 5); await redis.expire(\`a:\${k}\`, 60) }`],
  ['an EXPIRE of another key', '', `${REDIS}export async function f(k: string) { await redis.set(\`a:\${k}\`, ''); await redis.expire(\`b:\${k}\`, 60) }`],
])

table('ttl-missing', [
  ['a key for each user that nothing ends', 'info unbounded', `${REDIS}export const f = (userId: string, v: string) => redis.set(\`a:\${userId}\`, v)`],
  ['one write with a lifetime, and one without', 'warning uneven', `${REDIS}export const f = (id: string, v: string) => redis.set(\`a:\${id}\`, v, 'EX', 60)\nexport const g = (id: string, v: string) => redis.set(\`a:\${id}\`, v)`],
  ['a lifetime that a call leaves out', 'info omitted', `${REDIS}const keep = (k: string, v: string, ttl?: number) => redis.set(k, v, 'EX', ttl!)\nexport const f = (id: string) => keep(\`a:\${id}\`, '', 60)\nexport const g = (id: string) => keep(\`b:\${id}\`, '')`],
  ['a constant key', '', `${REDIS}export const f = (v: string) => redis.set('settings:all', v)`],
  ['a key that is deleted', '', `${REDIS}export const f = (id: string, v: string) => redis.set(\`a:\${id}\`, v)\nexport const g = (id: string) => redis.del(\`a:\${id}\`)`],
  ['a key that EXPIRE reaches', '', `${REDIS}export const f = (id: string, v: string) => redis.set(\`a:\${id}\`, v)\nexport const g = (id: string) => redis.expire(\`a:\${id}\`, 60)`],
  ['a lock', '', `${REDIS}export const f = (id: string, v: string) => redis.set(\`a:\${id}\`, v, 'NX')`],
  ['a memory with a bound', '', `${LRU}export const f = (id: string) => lru.set(\`a:\${id}\`, 1)`],
  ['a lifetime that is kept', '', `${REDIS}export const f = (id: string, v: string) => redis.set(\`a:\${id}\`, v, 'EX', 60)\nexport const g = (id: string, v: string) => redis.set(\`a:\${id}\`, v, 'KEEPTTL')`],
  ['one of two numbers, handed to a wrapper that asks for undefined', '', `${REDIS}const keep = async (k: string, v: string, ttl?: number) => { if (ttl === undefined) await redis.set(k, v); else await redis.set(k, v, 'EX', ttl) }\nconst LONG = 60\nexport const f = (id: string, ok: boolean) => keep(\`a:\${id}\`, '', ok ? LONG : 5)\nexport const g = (id: string) => keep(\`a:\${id}\`, '', 7)`],
  ['a wrapper with two ways, one of them with a lifetime', '', `${REDIS}const keep = async (k: string, v: string, ttl?: number) => { if (ttl) await redis.set(k, v, 'EX', ttl); else await redis.set(k, v) }\nexport const f = (id: string, ttl: number) => keep(\`a:\${id}\`, '', ttl)`],
])

table('undefined-in-key', [
  ['a parameter that a call leaves out', 'error absent', `${REDIS}const keyOf = (a: string, b?: string) => \`a:\${a}:\${b}\`\nexport const f = (id: string) => redis.get(keyOf(id))`],
  ['an optional chain', 'warning absent', `${REDIS}export const f = (s?: { id: string }) => redis.get(\`a:\${s?.id}\`)`],
  ['an optional chain in a constant', 'warning absent', `${REDIS}export function f(s?: { id: string }) { const id = s?.id; return redis.get(\`a:\${id}\`) }`],
  ['a header that may not be there', 'warning absent', `${REDIS}export const f = (request: Request) => redis.get(\`a:\${request.headers.get('x')}\`)`],
  ['a builder that returns nothing on one way', 'error absent', `${REDIS}function part(v: any): string { if (v == null) return; return \`x=\${v}\` }\nexport const f = (v: any) => redis.get(\`a:\${part(v)}\`)`],
  ['a cache that a GraphQL server keeps for all', 'warning absent', "import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache'\nconst cache = new InMemoryLRUCache()\nexport const f = (s?: { id: string }) => cache.get(`a:${s?.id}`)"],
  ['a cache of the browser, as a note', 'info absent', "import { useQuery } from '@tanstack/react-query'\nexport const f = (s?: { id: string }) => useQuery({ queryKey: [`a:${s?.id}`], queryFn: () => 1 })"],
  ['what is declared optional, as a note', 'info absent', `${REDIS}export const f = (o: { id?: string }) => redis.get(\`a:\${o.id}\`)`],
  ['what a schema lets be absent', 'info absent', `${REDIS}import { z } from 'zod'\nconst schema = z.object({ id: z.string().optional() })\nexport const f = (body: unknown) => { const input = schema.parse(body); return redis.get(\`a:\${input.id}\`) }`],
  ['the input of a procedure', 'info absent', `${REDIS}import { z } from 'zod'\ndeclare const procedure: any\nexport const f = procedure.input(z.object({ id: z.string().nullish() })).query(({ input }) => redis.get(\`a:\${input.id}\`))`],
  ['a type inferred of a schema', 'info absent', `${REDIS}import { z } from 'zod'\nconst schema = z.object({ id: z.string().optional() }).strict()\nexport const f = (input: z.infer<typeof schema>) => redis.get(\`a:\${input.id}\`)`],
  ['what a schema gives a default', '', `${REDIS}import { z } from 'zod'\nconst schema = z.object({ id: z.string().optional().default('all') })\nexport const f = (body: unknown) => { const input = schema.parse(body); return redis.get(\`a:\${input.id}\`) }`],
  ['a member that one of two types has as undefined', 'info absent', `${REDIS}type Of = { version: number; label: undefined } | { version: undefined; label: string }\nexport const f = (o: Of) => redis.get(\`a:\${o.version}\`)`],
  ['a member that both of two types have', '', `${REDIS}type Of = { kind: 'a'; id: string } | { kind: 'b'; id: string }\nexport const f = (o: Of) => redis.get(\`a:\${o.id}\`)`],
  ['a variable of the environment, as a note', 'info absent', `${REDIS}export const f = () => redis.get(\`a:\${process.env.STAGE}\`)`],
  ['a prefix with a fixed word behind what is handed in', 'warning fallback', "declare function handler(options: object): void\nexport function onCreation({ buildId }: { buildId?: string }) { const space = buildId || 'none'; handler({ keyPrefix: `app:${space}:` }) }"],
  ['a prefix of the environment', '', "declare function handler(options: object): void\nhandler({ keyPrefix: `app:${process.env.STAGE || 'dev'}:` })"],
  ['a guard around it', '', `${REDIS}export const f = (s?: { id: string }) => (s ? redis.get(\`a:\${s?.id}\`) : null)`],
  ['an early return', '', `${REDIS}export function f(s?: { id: string }) { const id = s?.id; if (!id) return null; return redis.get(\`a:\${id}\`) }`],
  ['an assertion', '', `${REDIS}declare function assert(x: unknown): void\nexport function f(s?: { id: string }) { assert(s?.id); return redis.get(\`a:\${s?.id}\`) }`],
  ['a default', '', `${REDIS}export const f = (s?: { id: string }) => redis.get(\`a:\${s?.id ?? 'guest'}\`)`],
  ['an exclamation mark', '', `${REDIS}export const f = (s?: { id: string }) => redis.get(\`a:\${s!.id}\`)`],
  ['an array key', '', "import { useQuery } from '@tanstack/react-query'\nexport const f = (id?: string) => useQuery({ queryKey: ['a', id], queryFn: () => 1 })"],
  ['a parameter with a default', '', `${REDIS}const keyOf = (a: string, b = 'all') => \`a:\${a}:\${b}\`\nexport const f = (id: string) => redis.get(keyOf(id))`],
])

table('object-in-key', [
  ['an object literal', 'error object', `${REDIS}export const f = (id: string) => redis.get(\`a:\${{ id }}\`)`],
  ['a type of the program', 'error object', `${REDIS}interface Filter { readonly tag: string }\nexport const f = (filter: Filter) => redis.get('a:' + filter)`],
  ['a list of objects that is joined', 'error object', `${REDIS}interface Tag { readonly name: string }\nexport const f = (tags: Tag[]) => redis.get(['a', tags].join(':'))`],
  ['a Set', 'error object', `${REDIS}export const f = (ids: Set<string>) => redis.get(\`a:\${ids}\`)`],
  ['a date', 'warning date', `${REDIS}export const f = (day: Date) => redis.get(\`a:\${day}\`)`],
  ['a promise that nobody awaits', 'error promise', `${REDIS}const idOf = async (name: string) => name.length\nexport const f = (name: string) => redis.get(\`a:\${idOf(name)}\`)`],
  ['a query of Express', 'warning query', `${REDIS}import type { Request } from 'express'\nexport const f = (req: Request) => redis.get(\`a:\${req.query.filter}\`)`],
  ['JSON of what it has no notation for', 'warning lossy', `${REDIS}export const f = (ids: Set<string>) => redis.get(\`a:\${JSON.stringify(ids)}\`)`],
  ['a class with a text of its own', '', `${REDIS}class Id { toString() { return '1' } }\nexport const f = (id: Id) => redis.get(\`a:\${id}\`)`],
  ['what comes from a package', '', `${REDIS}import type { ObjectId } from 'mongodb'\nexport const f = (id: ObjectId) => redis.get(\`a:\${id}\`)`],
  ['a URL', '', `${REDIS}export const f = (url: URL) => redis.get(\`a:\${url}\`)`],
  ['what an async builder returns', '', `${REDIS}const hash = async (s: string) => s.length\nasync function keyOf(s: string) { return hash(s) }\nexport const f = async (s: string) => { const key = await keyOf(s); return redis.get(\`a:\${key}\`) }`],
  ['a date that a builder turns into text', '', `${REDIS}const weekOf = (day: Date) => day.toISOString().slice(0, 10)\nexport const f = (day: Date) => redis.get(\`a:\${weekOf(day)}\`)`],
  ['a promise that is awaited', '', `${REDIS}const idOf = async (name: string) => name.length\nexport const f = async (name: string) => redis.get(\`a:\${await idOf(name)}\`)`],
  ['a list of texts', '', `${REDIS}export const f = (ids: string[]) => redis.get(\`a:\${ids}\`)`],
])

table('unstable-key', [
  ['the time', 'warning time', `${REDIS}export const f = () => redis.get(\`a:\${Date.now()}\`)`],
  ['a value made at random', 'warning random', `${REDIS}import { randomUUID } from 'node:crypto'\nexport const f = () => redis.get(\`a:\${randomUUID()}\`)`],
  ['values of an object, unsorted', 'warning unordered', `${REDIS}export const f = (o: Record<string, string>) => redis.get(\`a:\${Object.values(o).join(':')}\`)`],
  ['JSON of an object of others', 'info stringified', `${REDIS}export const f = (o: Record<string, string>) => redis.get(\`a:\${JSON.stringify(o)}\`)`],
  ['a bucket of time', '', `${REDIS}export const f = () => redis.get(\`a:\${Math.floor(Date.now() / 60000)}\`)`],
  ['a day', '', `${REDIS}export const f = () => redis.get(\`a:\${new Date().toISOString().slice(0, 10)}\`)`],
  ['a key that is only written', '', `${REDIS}import { randomUUID } from 'node:crypto'\nexport const f = (v: string) => redis.set(\`a:\${randomUUID()}\`, v, 'EX', 60)`],
  ['what is written and read back', '', `${REDIS}import { randomUUID } from 'node:crypto'\nexport async function f() { const key = \`a:\${randomUUID()}\`; await redis.set(key, '1'); return redis.get(key) }`],
  ['JSON of a literal', '', `${REDIS}export const f = (a: string, b: number) => redis.get(\`a:\${JSON.stringify({ a, b })}\`)`],
  ['values that are sorted', '', `${REDIS}export const f = (o: Record<string, string>) => redis.get(\`a:\${Object.values(o).sort().join(':')}\`)`],
  ['keys of TanStack Query', '', "import { useQuery } from '@tanstack/react-query'\nexport const f = (o: Record<string, string>) => useQuery({ queryKey: ['a', o], queryFn: () => 1 })"],
])

const COUNTS = 'const counts = new Map<string, number>()\ndeclare function count(id: string): Promise<number>\n'
const memo = (test: string): string => `export async function f(id: string) { const hit = counts.get(id); ${test}; const n = await count(id); counts.set(id, n); return n }`

table('falsy-hit', [
  ['a number', 'warning truthy', `${COUNTS}${memo('if (hit) return hit')}`],
  ['a number negated', 'warning truthy', `${COUNTS}export async function f(id: string) { let hit = counts.get(id); if (!hit) { hit = await count(id); counts.set(id, hit) } return hit }`],
  ['a default behind ||', 'warning truthy', `import Keyv from 'keyv'\nconst keyv = new Keyv<boolean>()\nexport async function f(id: string) { const hit = await keyv.get(id) as boolean; return hit || null }`],
  ['whatever type is asked for, as a note', 'info truthy', `import Keyv from 'keyv'\nconst keyv = new Keyv()\nexport async function f<T>(id: string, load: () => Promise<T>): Promise<T> { const hit = await keyv.get(id) as T; if (hit) return hit; const made = await load(); await keyv.set(id, made); return made }`],
  ['null where there is undefined on a miss', 'error sentinel', `${COUNTS}${memo('if (hit !== null) return hit')}`],
  ['undefined where there is null on a miss', 'error sentinel', `${REDIS}${LOAD}export async function f(id: string) { const hit = await redis.get(\`a:\${id}\`); if (hit !== undefined) return hit; const made = await load(id); await redis.set(\`a:\${id}\`, made); return made }`],
  ['a test for undefined', '', `${COUNTS}${memo('if (hit !== undefined) return hit')}`],
  ['null, where that is what is known not to be there', 'warning truthy', 'const rows = new Map<string, { id: string } | null>()\ndeclare function load(id: string): Promise<{ id: string } | null>\nexport async function f(id: string) { const hit = rows.get(id); if (hit) return hit; const made = await load(id); rows.set(id, made); return made }'],
  ['null behind || null', '', 'const rows = new Map<string, { id: string } | null>()\ndeclare function load(id: string): Promise<{ id: string } | null>\nexport async function f(id: string) { if (rows.has(id)) return rows.get(id) || null; const made = await load(id); rows.set(id, made); return made }'],
  ['an object', '', 'const pages = new Map<string, { readonly text: string }>()\ndeclare function load(id: string): Promise<{ text: string }>\nexport async function f(id: string) { const hit = pages.get(id); if (hit) return hit; const made = await load(id); pages.set(id, made); return made }'],
  ['text of Redis that is parsed', '', `${REDIS}${LOAD}export async function f(id: string): Promise<number> { const hit = await redis.get(\`a:\${id}\`); if (hit) return JSON.parse(hit); const made = await load(id); await redis.set(\`a:\${id}\`, JSON.stringify(made)); return 1 }`],
  ['a test for 0 besides', '', `${COUNTS}${memo('if (hit || hit === 0) return hit')}`],
  ['a helper that asks for the rest of a lifetime', '', `${REDIS}const left = async (key: string): Promise<number | null> => redis.ttl(key)\nexport async function f(id: string) { const rest = await left(\`a:\${id}\`); if (rest) return rest; return redis.get(\`a:\${id}\`) }`],
  ['a helper that answers yes or no', '', `${REDIS}const isOn = async (id: string): Promise<boolean> => (await redis.get(\`flag:\${id}\`)) === '1'\nexport async function f(id: string) { if (await isOn(id)) return 1; return 2 }`],
])

const INFLIGHT = 'const inflight = new Map<string, Promise<string>>()\nasync function load(id: string): Promise<string> { return id }\n'
const shared = (after: string): string => `export function f(id: string) { const known = inflight.get(id); if (known) return known; const made = load(id); inflight.set(id, made)${after}; return made }`

table('cached-error', [
  ['memoizee without promise: true', 'warning rejection', "import memoize from 'memoizee'\nexport const f = memoize(async (id: string) => id)"],
  ['the option of callbacks', 'warning option', "import memoize from 'memoizee'\nexport const f = memoize(async (id: string) => id, { async: true })"],
  ['memoize of lodash', 'warning rejection', "import { memoize } from 'lodash'\nexport const f = memoize(async (id: string) => id)"],
  ['a promise in a map', 'warning inflight', `${INFLIGHT}${shared('')}`],
  ['what is taken out before it is settled', 'warning early', `${INFLIGHT}export async function f(id: string) { const known = inflight.get(id); if (known) return known; try { const made = load(id); inflight.set(id, made); return made } finally { inflight.delete(id) } }`],
  ['an answer whatever its status', 'warning response', `${REDIS}export async function f(id: string) { const answer = await fetch(\`https://x/\${id}\`); const data = await answer.json(); await redis.set(\`a:\${id}\`, JSON.stringify(data), 'EX', 60); return data }`],
  ['whatever a decorated method returns, as a note', 'info anything', `${REDIS}export function Cached() { return (_t: object, _n: string, d: PropertyDescriptor) => { const original = d.value; d.value = async function (id: string) { const hit = await redis.get(\`a:\${id}\`); if (hit) return JSON.parse(hit); const made = await original.apply(this, [id]); await redis.set(\`a:\${id}\`, JSON.stringify(made), 'EX', 5); return made } } }`],
  ['memoizee with promise: true', '', "import memoize from 'memoizee'\nexport const f = memoize(async (id: string) => id, { promise: true })"],
  ['a function that is not async', '', "import { memoize } from 'lodash'\nexport const f = memoize((id: string) => id)"],
  ['a promise that is taken out when it fails', '', `${INFLIGHT}${shared('; made.catch(() => inflight.delete(id))')}`],
  ['a promise that never fails', '', 'const seen = new Map<string, Promise<string | undefined>>()\ndeclare function load(id: string): Promise<string>\nexport function f(id: string) { const known = seen.get(id); if (known) return known; const made = (async () => { try { return await load(id) } catch { return undefined } })(); seen.set(id, made); return made }'],
  ['an answer whose status is looked at', '', `${REDIS}export async function f(id: string) { const answer = await fetch(\`https://x/\${id}\`); if (!answer.ok) return null; const data = await answer.json(); await redis.set(\`a:\${id}\`, JSON.stringify(data), 'EX', 60); return data }`],
  ['p-memoize, which forgets failures', '', "import pMemoize from 'p-memoize'\nexport const f = pMemoize(async (id: string) => id)"],
])

const USER = 'interface User { readonly name: string; readonly made: Date }\ndeclare function load(id: string): Promise<User>\n'
const parsed = (then: string): string => `${REDIS}${USER}export async function f(id: string): Promise<User> { const hit = await redis.get(\`u:\${id}\`); if (hit !== null) { const user = JSON.parse(hit) as User; ${then} } const made = await load(id); await redis.set(\`u:\${id}\`, JSON.stringify(made), 'EX', 60); return made }`

table('lossy-value', [
  ['a date that JSON.parse is said to give', 'warning lossy', parsed('return user')],
  ['a Map in what unstable_cache stores', 'warning lossy', "import { unstable_cache } from 'next/cache'\ndeclare function load(): Promise<Map<string, number>>\nexport const f = unstable_cache(async (): Promise<Map<string, number>> => load(), ['a'])"],
  ['an object of a class', 'warning lossy', parsed('return user').replace('interface User { readonly name: string; readonly made: Date }', 'class User { name = ""; greet() { return this.name } }')],
  ['dates that are made anew', '', parsed('return { ...user, made: new Date(user.made) }')],
  ['a type without any', '', parsed('return user').replace('made: Date', 'made: string')],
  ['a member that may be text', '', parsed('return user').replace('made: Date', 'made: Date | string')],
])

table('unawaited-cache', [
  ['a promise in a test', 'warning test', `${REDIS}export function f(id: string) { if (redis.get(\`a:\${id}\`)) return 1; return 2 }`],
  ['a delete as a statement', 'warning invalidation', `${REDIS}${LOAD}export async function f(id: string) { await load(id); redis.del(\`a:\${id}\`) }`],
  ['void', '', `${REDIS}${LOAD}export async function f(id: string) { await load(id); void redis.del(\`a:\${id}\`) }`],
  ['what catches its failure', '', `${REDIS}${LOAD}export async function f(id: string) { await load(id); redis.del(\`a:\${id}\`).catch(() => 0) }`],
  ['what is handed to waitUntil', '', `${REDIS}${LOAD}declare function waitUntil(p: Promise<unknown>): void\nexport async function f(id: string) { await load(id); waitUntil(redis.del(\`a:\${id}\`)) }`],
  ['a command of a pipeline', '', `${REDIS}export async function f(id: string) { const p = redis.pipeline(); p.del(\`a:\${id}\`); await p.exec() }`],
  ['a cache that answers at once', '', `${LRU}export async function f(id: string) { lru.delete(id) }`],
])

const aside = (around: (body: string) => string = (body) => body): string => `${REDIS}${LOAD}export async function f(id: string) { ${around('const hit = await redis.get(`a:${id}`); if (hit !== null) return hit; const made = await load(id); await redis.set(`a:${id}`, made, "EX", 60); return made')} }`

table('stampede', [
  ['get, load, set', 'info unguarded', aside()],
  ['get, load, set of a cache that a GraphQL server keeps', 'info unguarded', `${LOAD}import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache'\nconst cache = new InMemoryLRUCache()\nexport async function f(id: string) { const hit = await cache.get(id); if (hit) return hit; const made = await load(id); await cache.set(id, made); return made }`],
  ['objects that each makes', 'warning mutable', `class Balance { constructor(public left: string) {} }\n${LOAD}import { LRUCache } from 'lru-cache'\nconst lru = new LRUCache<string, Balance>({ max: 9 })\nexport async function f(id: string) { let hit = lru.get(id); if (!hit) { const left = await load(id); hit = new Balance(left); lru.set(id, hit) } return hit }`],
  ['what goes past the read-through of the project', 'warning bypass', `${aside()}\ndeclare function withLock<T>(key: string, work: () => Promise<T>): Promise<T>\nexport async function remember(key: string, loader: () => Promise<string>) { const hit = await redis.get(key); if (hit !== null) return hit; return withLock(key, async () => { const made = await loader(); await redis.set(key, made, 'EX', 60); return made }) }`],
  ['a lock', '', aside((body) => `await withLock(id); ${body}`).concat('\ndeclare function withLock(id: string): Promise<void>')],
  ['a promise that is kept', '', `${aside()}`.replace('export async function f', 'async function fill').concat('\nconst inflight = new Map<string, Promise<string>>()\nexport const g = (id: string) => { const made = inflight.get(id) ?? fill(id).finally(() => inflight.delete(id)); inflight.set(id, made); return made }')],
  ['a value that nothing loads', '', `${REDIS}export async function f(id: string, v: string) { const hit = await redis.get(\`a:\${id}\`); if (hit) return hit; await redis.set(\`a:\${id}\`, v); return v }`],
])

table('keys-command', [
  ['KEYS', 'error keys', `${REDIS}export const f = (id: string) => redis.keys(\`a:\${id}:*\`)`],
  ['KEYS in a wrapper', 'error keys', `${REDIS}export class Cache { find(pattern: string) { return redis.keys(pattern) } }`],
  ['SCAN whose cursor is dropped', 'error once', `${REDIS}export async function f() { const [, keys] = await redis.scan(0, 'MATCH', 'a:*'); return keys }`],
  ['a pattern without the prefix of the client', 'error prefix', "import Redis from 'ioredis'\nconst redis = new Redis({ keyPrefix: 'app:' })\nexport const f = () => redis.scanStream({ match: 'a:*' })"],
  ['a walk for one thing, as a note', 'info walk', `${REDIS}export async function f(id: string) { for await (const keys of redis.scanStream({ match: \`a:\${id}:*\` })) if (keys.length > 0) await redis.del(...keys) }`],
  ['Map#keys and Object.keys', '', 'const m = new Map<string, number>()\nexport const f = (o: object) => [...m.keys(), ...Object.keys(o)]'],
  ['keys() of something called redis that is none', '', 'declare const redis: { keys(): string[] }\nexport const f = () => redis.keys()'],
  ['SCAN in a loop', '', `${REDIS}export async function f() { let cursor = '0'; do { const [next, keys] = await redis.scan(cursor, 'MATCH', 'a:*'); cursor = next; console.log(keys) } while (cursor !== '0') }`],
  ['a pattern with the prefix', '', "import Redis from 'ioredis'\nconst redis = new Redis({ keyPrefix: 'app:' })\nexport const f = () => redis.scanStream({ match: 'app:a:*' })"],
])

describe('what a key is for', () => {
  const purposes = (main: string): string[] => [...new Set(auditFiles({ 'main.ts': REDIS + main }).model.sites.filter(({ passThrough }) => !passThrough).map(({ purpose }) => purpose))]

  test.each<[string, string, string]>([
    ['counter', 'a key that is counted up, where it is read too', 'export const a = (id: string) => redis.incr(`x:${id}`)\nexport const b = (id: string) => redis.get(`x:${id}`)'],
    ['lock', 'taken with NX and deleted', 'export async function a(id: string, me: string) { await redis.set(`x:${id}`, me, "PX", 5, "NX"); await redis.del(`x:${id}`) }'],
    ['dedupe', 'a mark set once', 'export const a = (id: string) => redis.set(`x:${id}`, "1", "EX", 60, "NX")'],
    ['queue', 'a list', 'export const a = (v: string) => redis.lpush("x:jobs", v)\nexport const b = () => redis.brpop("x:jobs", 0)'],
    ['one-time', 'read and deleted', 'export const a = (id: string, v: string) => redis.set(`x:${id}`, v, "EX", 60)\nexport async function b(id: string) { const v = await redis.get(`x:${id}`); await redis.del(`x:${id}`); return v }'],
    ['flag', 'a fixed word', 'export const a = (id: string) => redis.set(`x:${id}`, "1", "EX", 60)\nexport const b = (id: string) => redis.exists(`x:${id}`)'],
    ['session', 'made anew at each write', 'import { randomUUID } from "node:crypto"\nexport const a = (v: string) => redis.set(`x:${randomUUID()}`, v, "EX", 60)'],
    ['one-time', 'refused where it is not there, and deleted at the end', 'declare function work(): Promise<void>\nexport const a = (id: string, v: string) => redis.set(`x:${id}`, v, "EX", 60)\nexport async function b(id: string) { const v = await redis.get(`x:${id}`); if (!v) throw new Error("expired"); await work(); await work(); await work(); await redis.del(`x:${id}`); return v }'],
    ['one-time', 'taken out by a script', 'const TAKE = `local v = redis.call("GET", KEYS[1]) redis.call("DEL", KEYS[1]) return v`\nexport const a = (id: string, v: string) => redis.set(`x:${id}`, v, "EX", 60, "NX")\nexport const b = (id: string) => redis.eval(TAKE, 1, `x:${id}`)'],
    ['session', 'deleted only where it has ended', 'import { randomBytes } from "node:crypto"\nexport async function a(v: string) { const token = randomBytes(32).toString("hex"); await redis.set(`x:${token}`, v, "EX", 60); return token }\nexport async function b(token: string) { const v = await redis.get(`x:${token}`); if (!v) return null; if (JSON.parse(v).endsAt < Date.now()) { await redis.del(`x:${token}`); return null } return v }'],
    ['counter', 'a script that counts', 'const LIMIT = `local n = redis.call("INCR", KEYS[1]) return n`\nexport const a = (id: string) => redis.eval(LIMIT, 1, `x:${id}`)'],
    ['counter', 'a bucket of tokens in a script', "const TAKE = `\nlocal key = KEYS[1]\nlocal known = redis.call('HMGET', key, 'tokens', 'at')\nlocal tokens = tonumber(known[1]) or tonumber(ARGV[1])\ntokens = tokens - 1\nredis.call('HMSET', key, 'tokens', tokens, 'at', ARGV[2])\nreturn tokens`\nexport const a = (id: string) => redis.eval(TAKE, 1, `x:${id}`, 10, Date.now())"],
    ['counter', 'a window that slides', 'export async function a(id: string) { await redis.zremrangebyscore(`x:${id}`, 0, Date.now() - 60000); await redis.zadd(`x:${id}`, Date.now(), "a"); return redis.zcard(`x:${id}`) }'],
    ['counter', 'read, one more, set', 'export async function a(id: string) { const n = Number(await redis.get(`x:${id}`)); await redis.set(`x:${id}`, String(n + 1)) }'],
    ['counter data', 'a script that counts another key', "const PUT = `redis.call('SET', KEYS[1], ARGV[1]) redis.call('INCR', KEYS[2])`\nexport const a = (id: string) => redis.eval(PUT, 2, `x:${id}`, 'total', 'v')"],
    ['lock', 'released by a script that compares', 'const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`\nexport const a = (id: string, me: string) => redis.set(`x:${id}`, me, "PX", 5, "NX")\nexport const b = (id: string, me: string) => redis.eval(RELEASE, 1, `x:${id}`, me)'],
    ['lock', 'a fixed word that another function of the file deletes', 'export const a = (id: string) => redis.set(`x:${id}`, "1", "EX", 60, "NX")\nexport const b = (id: string) => redis.del(`x:${id}`)'],
    ['dedupe', 'a number set once', 'export const a = (id: string) => redis.set(`x:${id}`, 1, "EX", 60, "NX")'],
    ['dedupe', 'begun, and then its result', 'export async function a(id: string, work: () => Promise<string>) { if (!await redis.set(`x:${id}`, "begun", "EX", 60, "NX")) return redis.get(`x:${id}`); const v = await work(); await redis.set(`x:${id}`, v, "EX", 60); return v }'],
    ['dedupe', 'looked for, and marked at once', 'declare function work(): Promise<void>\nexport async function a(id: string) { if (await redis.get(`x:${id}`)) return; await redis.set(`x:${id}`, "1", "EX", 60); await work() }'],
    ['dedupe', 'added to a set, to see whether it is new', 'export async function a(id: string, url: string) { if (await redis.sadd(`x:${id}`, url)) console.log(url) }'],
    ['flag', 'a constant as JSON', 'export const a = (id: string) => redis.set(`x:${id}`, JSON.stringify(true), "EX", 60)\nexport const b = async (id: string) => (await redis.get(`x:${id}`)) === "true"'],
    ['flag', 'a word that a constant names', 'const STOPPED = "stopped"\nexport const a = (id: string) => redis.set(`x:${id}`, STOPPED, "EX", 60)\nexport const b = async (id: string) => (await redis.get(`x:${id}`)) === STOPPED'],
    ['data', 'an answer that is cached, although it is one word', 'declare function ask(id: string): Promise<boolean>\nexport async function a(id: string) { if (await redis.get(`x:${id}`)) return true; const is = await ask(id); if (is) await redis.set(`x:${id}`, "1", "EX", 60); return is }'],
    ['data', 'an epoch that who comes first makes', 'import { randomUUID } from "node:crypto"\nexport const a = (id: string) => redis.set(`x:${id}`, randomUUID(), "NX")\nexport const b = (id: string) => redis.set(`x:${id}`, randomUUID())\nexport const c = (id: string) => redis.get(`x:${id}`)'],
    ['data', 'a list that is kept, and read', 'export const a = (v: string) => redis.lpush("x:newest", v)\nexport const b = () => redis.lrange("x:newest", 0, 9)'],
    ['data', 'a list cut to a length', 'export async function a(v: string) { await redis.lpush("x:newest", v); await redis.ltrim("x:newest", 0, 99) }\nexport const b = () => redis.lrange("x:newest", 0, 9)'],
    ['queue', 'what was gathered is read and removed', 'export const a = (v: string) => redis.sadd("x:todo", v)\nexport async function b() { const all = await redis.smembers("x:todo"); await redis.del("x:todo"); return all }'],
    ['queue', 'what is due is taken off', 'export const a = (at: number, v: string) => redis.zadd("x:due", at, v)\nexport async function b() { for (const v of await redis.zrangebyscore("x:due", 0, Date.now())) await redis.zrem("x:due", v) }'],
    ['queue', 'nothing but its length', 'export const a = () => redis.llen("x:jobs")'],
    ['data', 'a lifetime given only where there is none', 'export async function a(v: string) { await redis.sadd("x:all", v); await redis.expire("x:all", 60, "NX") }\nexport const b = () => redis.smembers("x:all")'],
    ['counter', 'a command of its own that counts', 'redis.defineCommand("take", { numberOfKeys: 1, lua: `return redis.call("INCR", KEYS[1])` })\nexport const a = (id: string) => redis.take(`x:${id}`)\nexport const b = (id: string) => redis.get(`x:${id}`)'],
    ['counter', 'nothing but how many there are', 'export const a = (id: string) => redis.scard(`x:${id}`)'],
    ['counter', 'a script that counts each of its keys', 'const TIERS = `for i, key in ipairs(KEYS) do redis.call("INCR", key) end`\nexport const a = (id: string) => redis.eval(TIERS, 1, `x:${id}`)'],
    ['dedupe', 'set, and what was there before is told', 'export const a = async (id: string) => (await redis.set(`x:${id}`, "1", "PX", 60000, "GET")) === null'],
    ['dedupe', 'a mark by a wrapper', 'const mark = (key: string, value: string, seconds: number) => redis.set(key, value, "EX", seconds, "NX")\nexport const a = (id: string) => mark(`x:${id}`, "1", 1)'],
    ['dedupe', 'held for long, and let go where it failed', 'export const a = (id: string, me: string) => redis.set(`x:${id}`, me, "EX", 86400, "NX")\nexport const b = (id: string) => redis.del(`x:${id}`)'],
    ['session', 'a token whose lifetime stands before its value', 'import { randomUUID } from "node:crypto"\nexport async function a(v: string) { const token = randomUUID(); await redis.setex(`x:${token}`, 60, v); return token }\nexport const b = (token: string) => redis.get(`x:${token}`)'],
    ['one-time', 'read on one way only, refused without it', 'declare function work(): Promise<void>\nexport const a = (id: string, v: string) => redis.set(`x:${id}`, v, "EX", 60)\nexport async function b(id: string, free: boolean) { const v = free ? "none" : await redis.get(`x:${id}`); if (!v) throw new Error("expired"); await work(); await work(); await redis.del(`x:${id}`) }'],
    ['queue', 'members that a script takes off when they are due', 'const TAKE = `local due = redis.call("ZRANGEBYSCORE", KEYS[1], 0, ARGV[1]) for _, id in ipairs(due) do redis.call("ZREM", KEYS[1], id) end return due`\nexport const a = (v: string) => redis.zadd("x:due", 1, v)\nexport const b = () => redis.eval(TAKE, 1, "x:due", Date.now())'],
    ['queue', 'members that a script moves to what failed', 'const FAIL = `redis.call("ZREM", KEYS[1], ARGV[1]) redis.call("ZADD", KEYS[2], ARGV[2], ARGV[1])`\nexport const a = (id: string) => redis.eval(FAIL, 2, "x:waiting", "x:failed", id, Date.now())'],
    ['queue', 'what the members stand for, put there with them', "const PUT = `\nlocal queue = KEYS[1]\nlocal items = KEYS[2]\nredis.call('HSET', items, ARGV[1], ARGV[2])\nredis.call('ZADD', queue, ARGV[3], ARGV[1])\nredis.call('ZREM', KEYS[3], ARGV[1])`\nexport const a = (id: string, v: string) => redis.eval(PUT, 3, 'x:waiting', 'x:items', 'x:failed', id, v, 1)"],
    ['counter', 'members of which only the number is asked', 'export const a = (id: string, who: string) => redis.sadd(`x:${id}`, who)\nexport const b = async (id: string) => (await redis.scard(`x:${id}`)) < 10'],
    ['data', 'members that are counted, and read', 'export const a = (id: string, who: string) => redis.sadd(`x:${id}`, who)\nexport const b = (id: string) => redis.scard(`x:${id}`)\nexport const c = (id: string) => redis.smembers(`x:${id}`)'],
    ['dedupe', 'claimed with what it is to be, and let go where it failed', 'declare function work(): Promise<void>\nexport async function a(id: string, made: string) { if (await redis.set(`x:${id}`, made, "EX", 60, "NX") !== "OK") return redis.get(`x:${id}`); try { await work() } catch { await redis.del(`x:${id}`) } await redis.set(`x:${id}`, made, "EX", 600) }'],
    ['dedupe', 'asked for whether it is there, and marked when it is done', 'declare function work(): Promise<void>\nexport async function a(id: string) { if (await redis.exists(`x:${id}`)) return; await work(); await redis.setex(`x:${id}`, 60, "1") }'],
    ['dedupe', 'a script that adds to a set what is not in it', 'const ONCE = `if redis.call("SISMEMBER", KEYS[1], ARGV[1]) == 1 then return 0 end redis.call("SADD", KEYS[1], ARGV[1]) return 1`\nexport const a = (id: string) => redis.eval(ONCE, 1, "x:done", id)'],
    ['counter', 'a script put together of pieces', 'const COUNT = `redis.call("INCR", KEYS[1])`\nconst LIMIT = `local n = ${COUNT} return n`\nexport const a = (id: string) => redis.eval(LIMIT, 1, `x:${id}`)'],
    ['counter', 'counted and bounded in one chain', 'export const a = (id: string) => redis.multi().incrby(`x:${id}`, 2).expire(`x:${id}`, 60).exec()\nexport const b = (id: string) => redis.get(`x:${id}`)'],
    ['queue', 'read and removed in one chain', 'export const a = (id: string, v: string) => redis.rpush(`x:${id}`, v)\nexport const b = (id: string) => redis.multi().lrange(`x:${id}`, 0, -1).del(`x:${id}`).exec()'],
    ['data', 'an index that is cleared with what it names', 'export const a = (v: string) => redis.sadd("x:index", v)\nexport async function b() { const all = await redis.smembers("x:index"); redis.del("x:index"); for (const one of all) redis.del(`y:${one}`) }'],
    ['queue', 'two lists that are read and removed in one go', 'export const a = (v: string) => redis.multi().rpush("x:items", v).sadd("x:who", v).exec()\nexport async function b() { const who = await redis.smembers("x:who"); await redis.del("x:who"); const items = await redis.lrange("x:items", 0, -1); await redis.del("x:items"); return [who, items] }'],
    ['queue', 'members taken out at random', 'export const a = (v: string) => redis.sadd("x:todo", v)\nexport const b = () => redis.scard("x:todo")\nexport const c = () => redis.spop("x:todo", 10)'],
    ['lock', 'held for longer by who holds it', 'export class Owner { constructor(private readonly me: string) {}\n  claim(id: string) { return redis.set(`x:${id}`, this.me, "PX", 100, "NX", "GET") }\n  keep(id: string) { return redis.set(`x:${id}`, this.me, "PX", 100) }\n  leave(id: string) { return redis.del(`x:${id}`) } }'],
    ['dedupe', 'who finds it does nothing more', 'declare function work(): Promise<void>\nexport async function a(id: string) { const done = await redis.get(`x:${id}`); if (done) return; await work(); await work(); await redis.set(`x:${id}`, "1", "EX", 60) }'],
    ['dedupe', 'a wrapper lets it go, which is called where it failed', 'declare function work(): Promise<void>\nconst claim = (name: string) => redis.set(`x:${name}`, "1", "EX", 60, "NX")\nconst release = (name: string) => redis.del(`x:${name}`)\nexport async function a() { if (!await claim("mail")) return; try { await work() } catch { await release("mail") } }'],
    ['lock', 'taken where nobody holds it, and left by who is found to', 'export class Locks { constructor(private readonly me: string) {}\n  async take(id: string) { const held = await redis.get(`x:${id}`); if (held) return false; await redis.set(`x:${id}`, JSON.stringify({ owner: this.me }), "PX", 1000); return true }\n  async leave(id: string) { const held = await redis.get(`x:${id}`); if (held) { const lock = JSON.parse(held); if (lock.owner === this.me) { await redis.del(`x:${id}`) } } } }'],
    ['data', 'a script that keeps the newest of what it gathers', 'const ADD = `redis.call("ZADD", KEYS[1], ARGV[1], ARGV[2])\nif redis.call("ZCARD", KEYS[1]) > 100 then redis.call("ZREMRANGEBYRANK", KEYS[1], 0, -101) end`\nexport const a = (id: string, v: string) => redis.eval(ADD, 1, `x:${id}`, Date.now(), v)\nexport const b = (id: string) => redis.zrangebyscore(`x:${id}`, 0, "+inf")'],
    ['data', 'a probe of the store under a key of its own', 'import { randomUUID } from "node:crypto"\nexport async function a() { const key = `x:${randomUUID()}`; await redis.set(key, "ok", "EX", 5); return (await redis.get(key)) === "ok" }'],
    ['lock', 'what is taken by a name, and by one that is told', 'class Locks { constructor(private readonly me: string) {}\n  async run(name: string, work: () => Promise<void>) { const held = await redis.get(`x:${name}`); if (held) return; await redis.set(`x:${name}`, this.me, "PX", 1000); try { await work() } finally { const now = await redis.get(`x:${name}`); if (now === this.me) { await redis.del(`x:${name}`) } } } }\nconst locks = new Locks("a")\nexport const daily = () => locks.run("daily", async () => undefined)'],
    ['one-time', 'asked for by a helper, and gone when it was used', 'declare function isEmpty(value: unknown): boolean\ndeclare function pay(v: string): Promise<void>\ndeclare function made(): string\nexport const a = (v: string) => redis.set(`x:${made()}`, v, "EX", 60)\nexport async function b(state: string) { const key = `x:${state}`; const v = await redis.get(key); if (isEmpty(v)) { throw new Error("gone") } await pay(v!); await pay(v!); await redis.del(key) }'],
    ['queue', 'a list of work that wrappers read, do and remove', 'declare function work(all: string[]): Promise<void>\nconst put = (id: string, v: string) => redis.rpush(`x:${id}`, v)\nconst all = (id: string) => redis.lrange(`x:${id}`, 0, -1)\nconst drop = (id: string) => redis.del(`x:${id}`)\nexport const a = (id: string) => put(id, "v")\nexport async function b(id: string) { const found = await all(id); await work(found); await drop(id) }'],
    ['data', 'a list of members that are taken off one by one', 'export const a = (v: string) => redis.rpush("x:all", v)\nexport const b = (v: string) => redis.lrem("x:all", 0, v)\nexport const c = () => redis.lrange("x:all", 0, -1)'],
    ['data', 'a list that a wrapper cuts to a length', 'const channel = (name: string) => ({ push: async (v: string) => { await redis.lpush(name, v); await redis.ltrim(name, 0, 9) }, all: () => redis.lrange(name, 0, -1) })\nexport const a = () => channel("x:newest").push("v")\nexport const b = () => channel("x:newest").all()'],
    ['one-time', 'a code that a wrapper asks for, and put back where it was wrong', 'const load = async (id: string) => { const found = await redis.get(`x:${id}`); if (!found) { return null } return JSON.parse(found) }\nconst save = (id: string, code: object) => redis.set(`x:${id}`, JSON.stringify(code), "EX", 60)\nexport const a = (id: string) => save(id, { tries: 0 })\nexport async function b(id: string, typed: string) { const code = await load(id); if (!code) { return null } if (code.word !== typed) { code.tries++; await save(id, code); return null } await redis.del(`x:${id}`); return code.user }'],
    ['one-time', 'a step that a wrapper will not be without, and a later one', 'const step = async (id: string) => { const found = await redis.get(`x:${id}`); if (found === null) { throw new Error("gone") } return JSON.parse(found) }\nconst put = (id: string, v: object) => redis.set(`x:${id}`, JSON.stringify(v))\ndeclare function send(v: object): Promise<void>\nexport const a = (id: string) => put(id, { step: 1 })\nexport async function b(id: string) { const v = await step(id); await put(id, { ...v, step: 2 }) }\nexport async function c(id: string) { const v = await step(id); await send(v); await send(v); await redis.del(`x:${id}`) }'],
    ['session', 'kept under a word that a function of the program makes, without which nothing goes on', 'import { randomBytes } from "node:crypto"\nconst made = () => randomBytes(16).toString("hex").toString()\nconst put = (id: string, v: string) => redis.set(`x:${id}`, v)\nexport async function a(v: string) { const id = made(); await put(id, v); return id }\nexport async function b(id: string) { const v = await redis.get(`x:${id}`); if (v === null) { throw new Error("who?") } return v }'],
    ['data', 'the same, which nobody misses', 'import { randomBytes } from "node:crypto"\nconst made = () => randomBytes(16).toString("hex").toString()\nconst put = (id: string, v: string) => redis.set(`x:${id}`, v)\nexport async function a(v: string) { const id = made(); await put(id, v); return id }\nexport const b = (id: string) => redis.get(`x:${id}`)'],
    ['lock', 'held against all others, and let go later', 'export class Locks { async take(me: string, id: string) { const key = `x:${id}`; const other = await redis.get(key); if (other && other !== me) { throw new Error("held") } await redis.set(key, me); return async () => { await redis.del(key) } } }'],
    ['lock', 'released by a script that knows its owner by a name', 'const RELEASE = `local key = KEYS[1]\nlocal me = ARGV[1]\nif redis.call("GET", key) == me then return redis.call("DEL", key) end return 0`\nexport const a = (id: string, me: string) => redis.set(`x:${id}`, me, "PX", 5, "NX")\nexport const b = (id: string, me: string) => redis.eval(RELEASE, 1, `x:${id}`, me)'],
    ['counter', 'counted and bounded by a wrapper of a wrapper', 'const MINUTE = 60\nconst limit = ({ key, most }: { key: string, most: number }, next: () => unknown) => async () => { const [n] = await redis.multi().incr(key).expire(key, MINUTE).exec(); return Number(n) > most ? undefined : next() }\nconst route = (name: string, next: () => unknown) => async (path: string) => limit({ key: `x:${name}:${path}`, most: 10 }, next)()\nexport const a = route("login", () => 1)'],
    ['queue counter', 'a class that runs scripts, on each of the keys that it is given', 'class Script { constructor(private readonly source: string, private readonly sha: string) {}\n  async run(count: number, ...rest: string[]) { try { return await redis.evalsha(this.sha, count, ...rest) } catch { return await redis.eval(this.source, count, ...rest) } } }\nconst HEAD = `local function now() return 1 end`\nconst put = new Script(HEAD + `redis.call("RPUSH", KEYS[1], ARGV[1]) redis.call("INCR", KEYS[2])`, "abc")\nexport const a = (id: string) => put.run(2, `x:${id}:jobs`, `x:${id}:total`, "v")'],
    ['data', 'loaded on a miss', 'declare function load(id: string): Promise<string>\nexport async function a(id: string) { const hit = await redis.get(`x:${id}`); if (hit) return hit; const v = await load(id); await redis.set(`x:${id}`, v); return v }\nexport const b = (id: string) => redis.del(`x:${id}`)'],
  ])('%s: %s', (purpose, _name, main) => {
    expect(purposes(main)).toEqual(purpose.split(' '))
  })
})

test.each([["condition: 'NX'", 'lock'], ["condition: 'XX'", 'data'], ['NX: true', 'lock']])('node-redis: a SET with %s: %s', (option, purpose) => {
  const main = `import { createClient } from 'redis'\nconst redis = createClient()\nexport const take = (id: string, me: string) => redis.set(\`x:\${id}\`, me, { expiration: { type: 'EX', value: 30 }, ${option} })\n`
  expect(auditFiles({ 'main.ts': main }).model.sites.map((site) => site.purpose)).toEqual([purpose])
})

test('node-redis: a key that is counted and bounded in one chain, by a wrapper of a wrapper', () => {
  const main = `import { createClient } from 'redis'\nconst redis = createClient()\nconst MINUTE = 60 * 1000\nconst limit = ({ key }: { key: string }, next: () => unknown) => async () => { const [n] = await redis.multi().incr(key).pExpire(key, MINUTE).exec(); return Number(n) > 5 ? undefined : next() }\nconst route = ({ name }: { name: string }, next: () => unknown) => async (path: string) => limit({ key: \`\${name}:\${path}\` }, next)()\nexport const login = route({ name: 'login' }, () => 1)`
  expect(auditFiles({ 'main.ts': main }).model.sites.filter(({ passThrough }) => !passThrough).map(({ purpose }) => purpose)).toEqual(['counter'])
})
