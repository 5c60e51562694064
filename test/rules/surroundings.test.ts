import { describe, expect, test } from 'vitest'
import { auditFiles } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const PRISMA = `${REDIS}import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()\n`
const QUERY = "import { useQuery, useQueryClient } from '@tanstack/react-query'\n"

/** What a rule finds, as severities. */
const found = (rule: string, main: string, others: Readonly<Record<string, string>> = {}): string[] =>
  auditFiles({ 'main.ts': main, ...others }).findings.filter(({ ruleId }) => ruleId === rule).map(({ severity }) => severity)

/** Rows of an entity in a cache, written here and there. */
const cached = (key: string, read: string): string =>
  `export async function load(id: string) { const hit = await redis.get(${key}); if (hit) return JSON.parse(hit); const row = await ${read}; await redis.set(${key}, JSON.stringify(row), 'EX', 600); return row }\n`

describe('missing-invalidation asks what the write changes', () => {
  const named = PRISMA + cached('`campaign:${id}`', 'prisma.campaign.findUnique({ where: { id }, select: { title: true, author: { select: { name: true } } } })')
  const rename = 'export async function rename(id: string, title: string) { await prisma.campaign.update({ where: { id }, data: { title } }); await redis.del(`campaign:${id}`) }\n'

  test('a field that the value is made of is found', () => {
    const touch = 'export async function retitle(id: string) { await prisma.campaign.update({ where: { id }, data: { title: "x" } }) }'
    expect(found('missing-invalidation', named + rename + touch)).toEqual(['warning'])
  })

  test('so is one that is not told', () => {
    const touch = 'export async function change(id: string, data: object) { await prisma.campaign.update({ where: { id }, data }) }'
    expect(found('missing-invalidation', named + rename + touch)).toEqual(['warning'])
  })

  test('a field that the value does not hold is none of its matter', () => {
    const touch = 'export async function seen(id: string) { await prisma.campaign.update({ where: { id }, data: { seenAt: new Date() } }) }'
    expect(found('missing-invalidation', named + rename + touch)).toEqual([])
  })

  test('but a field that it is filtered by is', () => {
    const open = PRISMA + cached('`open:${id}`', 'prisma.task.findMany({ where: { owner: id, done: false }, select: { title: true } })')
    const add = 'export async function retitle(id: string, title: string) { await prisma.task.update({ where: { id }, data: { title } }); await redis.del(`open:${id}`) }\n'
    expect(found('missing-invalidation', `${open}${add}export async function finish(id: string) { await prisma.task.update({ where: { id }, data: { done: true } }) }`)).toEqual(['warning'])
    expect(found('missing-invalidation', `${open}${add}export async function note(id: string) { await prisma.task.update({ where: { id }, data: { note: "" } }) }`)).toEqual([])
  })

  test('what a sibling deletes for the sake of another row says nothing', () => {
    const count = PRISMA + cached('`project:${id}:emails:count`', 'prisma.email.count({ where: { contact: { projectId: id } } })')
    const send = 'export async function send(id: string, to: string) { const contact = await prisma.contact.create({ data: { projectId: id, to } }); await prisma.email.create({ data: { contactId: contact.id } }); await redis.del(`project:${id}:emails:count`) }\n'
    expect(found('missing-invalidation', `${count}${send}export async function track(id: string) { await prisma.contact.update({ where: { id }, data: { seen: 1 } }) }`)).toEqual([])
    expect(found('missing-invalidation', `${count}${send}export async function again(id: string) { await prisma.email.create({ data: { contactId: id } }) }`)).toEqual(['warning'])
  })

  test('a row that is made is none that was found', () => {
    const account = PRISMA + cached('`account:${id}`', 'prisma.account.findUnique({ where: { email: id } })')
    const reset = 'export async function reset(email: string) { await prisma.account.update({ where: { email }, data: { password: "" } }); await redis.del(`account:${email}`) }\n'
    expect(found('missing-invalidation', `${account}${reset}export async function signUp(email: string) { await prisma.account.create({ data: { email } }) }`)).toEqual([])
  })

  test('what lives for a second is fresh enough', () => {
    const brief = named.replace("'EX', 600", "'EX', 1")
    expect(found('missing-invalidation', `${brief}${rename}export async function retitle(id: string) { await prisma.campaign.update({ where: { id }, data: { title: "x" } }) }`)).toEqual([])
  })
})

describe('invalidate-order', () => {
  const load = PRISMA + cached('`c:${id}`', 'prisma.contact.findFirst({ where: { email: id } })')
  test('is quiet on two branches of one test', () => {
    expect(found('invalidate-order', `${load}export async function send(ids: string[]) { for (const id of ids) { const row = await load(id); if (!row) { await prisma.contact.create({ data: { email: id } }); await redis.del(\`c:\${id}\`) } else { await prisma.contact.update({ where: { id }, data: { email: '' } }) } } }`)).toEqual([])
  })
  test('is found where the delete comes first', () => {
    expect(found('invalidate-order', `${load}export async function send(id: string) { await redis.del(\`c:\${id}\`); await prisma.contact.update({ where: { id }, data: { email: '' } }) }`)).toEqual(['warning'])
  })
})

describe('missing-key-dependency', () => {
  test.each<[string, string]>([
    ['what is loaded anew by whoever wants it', `${QUERY}export function useExport(format: string) { const { refetch } = useQuery({ queryKey: ['export'], enabled: false, queryFn: () => fetch('/export?format=' + format) }); return refetch }`],
    ['a key that is chosen by it', `${QUERY}type Scope = 'own' | 'team' | 'all'\nexport const useKeys = (id: string, scope: Scope) => useQuery({ queryKey: scope === 'own' ? ['keys', 'own'] : scope === 'team' ? ['keys', 'team', id] : ['keys', 'all', id], queryFn: () => fetch('/keys/' + id + '/' + scope) })`],
    ['what a server puts there for a hook', `${QUERY}declare function fetchProfile(): Promise<string>\ndeclare function profileOf(userId: string): Promise<string>\nexport const useProfile = () => useQuery({ queryKey: ['profile', 'own'], queryFn: fetchProfile })\nexport async function prefetch(queryClient: ReturnType<typeof useQueryClient>, userId: string) { await queryClient.prefetchQuery({ queryKey: ['profile', 'own'], queryFn: () => profileOf(userId) }) }`],
  ])('is quiet on %s', (_name, main) => {
    expect(found('missing-key-dependency', main)).toEqual([])
  })

  test('is found where the key tells two of three', () => {
    expect(found('missing-key-dependency', `${QUERY}export const useKeys = (id: string, mode: string) => useQuery({ queryKey: ['keys', id, mode ? 'a' : 'b'], queryFn: () => fetch('/keys/' + id + '/' + mode) })`)).toEqual(['warning'])
  })
  test('is found where a hit is looked at', () => {
    expect(found('missing-key-dependency', `${QUERY}export function useExport(format: string) { const { data } = useQuery({ queryKey: ['export'], enabled: false, queryFn: () => fetch('/export?format=' + format) }); return data }`)).toEqual(['warning'])
  })
})

describe('key-collision is quiet', () => {
  test.each<[string, string]>([
    ['where a hook is handed one of two as its key', `${QUERY}declare function ask(name: string): Promise<string>\nconst useStats = (name: string) => useQuery({ queryKey: ['stats', name], queryFn: () => ask(name) })\nexport const useOf = (column: { sqlName?: string; label: string }) => useStats(column.sqlName || column.label)`],
    ['where a server fills it ahead by other means', `${QUERY}declare function fetchHost(id: string): Promise<string>\ndeclare function hostOf(id: string): Promise<string>\nexport const useHost = (id: string) => useQuery({ queryKey: ['host', id], queryFn: () => fetchHost(id) })\nexport const prefetch = (queryClient: ReturnType<typeof useQueryClient>, id: string) => queryClient.prefetchQuery({ queryKey: ['host', id], queryFn: () => hostOf(id) })`],
  ])('%s', (_name, main) => {
    expect(found('key-collision', main)).toEqual([])
  })
})

describe('key-factory-bypass', () => {
  test('is quiet on the words of an address that a loader asks', () => {
    const api = `${QUERY}export const ask = (path: string) => fetch('/api/' + path)\nexport const useAlerts = () => useQuery({ queryKey: ['alerts'], queryFn: () => ask('alerts') })\nexport const useTeams = () => useQuery({ queryKey: ['teams'], queryFn: () => ask('teams') })`
    expect(found('key-factory-bypass', `${QUERY}import { ask } from './api'\nexport const useSources = () => useQuery({ queryKey: ['sources'], queryFn: () => ask('sources') })`, { 'api.ts': api })).toEqual([])
  })
})

describe('unstable-key', () => {
  const query = "import useSWR from 'swr'\ndeclare const get: (path: string) => Promise<string>\nconst query = (path: string, parts: Record<string, any>) => { const text = Object.keys(parts).map((name) => `${name}=${parts[name]}`).join('&'); const whole = path.includes('?') ? `${path}&${text}` : `${path}?${text}`; return whole }\n"
  test('is quiet on members that are written out', () => {
    expect(found('unstable-key', `${query}export function usePage(page: number, token: string) { const parts: Record<string, string | number> = { page, size: 50 }; if (token) parts['token'] = token; const path = query('/api/groups', parts); return useSWR(path, get) }`)).toEqual([])
  })
  test('is found where others fill the object', () => {
    expect(found('unstable-key', `${query}export function usePage(url: string, parts: Record<string, string>) { const path = query(url, parts); return useSWR(path, get) }`)).toEqual(['warning'])
  })
})

describe('undefined-in-key', () => {
  test('is quiet where the member was asked for by its name', () => {
    expect(found('undefined-in-key', `${REDIS}export function f(o: { userId?: string; device?: string }) { if ('device' in o) return redis.get(\`a:\${o.device}\`); return null }`)).toEqual([])
  })
})

describe('set-delete-mismatch is quiet', () => {
  test.each<[string, string]>([
    ['on a key whose last part is empty until it is known', 'export async function f(id: string) { await redis.set(`run:${id}`, "1") }\nexport const g = () => { const id = ""; return redis.del(`run:${id}`) }'],
    ['on what a wrapper writes for others that are made of it', "class Once { constructor(private readonly options: { namespace?: string }) {}\n  private key(id: string) { return `once:${this.options.namespace ?? 'default'}:${id}` }\n  mark(id: string) { return redis.set(this.key(id), '1') }\n  clear(id: string) { return redis.del(this.key(id)) } }\nconst polls = new Once({ namespace: 'polls' })\nexport const f = (id: string) => polls.clear(id)"],
  ])('%s', (_name, main) => {
    expect(found('set-delete-mismatch', REDIS + main)).toEqual([])
  })
})

describe('undefined-in-key is quiet', () => {
  test.each<[string, string]>([
    ['where a function on the way asked', 'const keyOf = (id: string) => `lock:${id}`\nasync function check(id?: string) { if (!id) return true; return (await redis.get(keyOf(id))) === null }\nexport async function enter(user?: { id: string }) { const id = user?.id; return check(id) }'],
    ['where a text within a text is left out', "async function list(kind?: string) { return redis.keys(`mod:${kind ? `${kind}:` : ''}*`) }\nconst all = (kind?: string) => list(kind)\nexport const every = () => all()"],
    ['where the program shows what is there', "const conf = { redis: { prefix: process.env.PREFIX || 'app' } }\nexport class Store { private readonly conf = conf?.redis\n  get(id: string) { return redis.get(`${this.conf?.prefix}:${id}`) } }"],
  ])('%s', (_name, main) => {
    expect(found('undefined-in-key', REDIS + main)).toEqual([])
  })
})

describe('what steers and what is said is no part of a value', () => {
  test('words of an error', () => {
    expect(found('missing-key-dependency', "import { LRUCache } from 'lru-cache'\nconst cache = new LRUCache<string, string>({ max: 9 })\ndeclare function ask(domain: string): Promise<string[]>\nfunction pick(all: string[], domain: string, product: string): string { const one = all.find((each) => each === domain); if (one) return one; throw new Error(`no ${product} at ${domain}`) }\nexport async function idOf(domain: string, product: string) { const hit = cache.get(domain); if (hit) return hit; const id = pick(await ask(domain), domain, product); cache.set(domain, id); return id }")).toEqual([])
  })
  test('a count that a middleware keeps', () => {
    expect(found('missing-user-scope', "import type { Request, Response, NextFunction } from 'express'\nimport Redis from 'ioredis'\nconst redis = new Redis()\nexport async function limit(req: Request, res: Response, next: NextFunction) { const key = `limit:${req.path}`; const hit = await redis.get(key); const left = hit ? Number(hit) - 1 : 60; await redis.set(key, String(left), 'PX', 60000); if (left > 0) return next(); res.status(429).send('no') }")).toEqual([])
  })
  test('two branches of a lifetime', () => {
    expect(found('ttl-missing', `${REDIS}export async function put(id: string, v: string, ttl: number) { if (ttl >= 0) await redis.set(\`s:\${id}\`, v, 'EX', ttl); else await redis.set(\`s:\${id}\`, v) }`)).toEqual([])
  })
})

describe('hole-mismatch of what a wrapper is handed', () => {
  const contacts = `${REDIS}declare function load(projectId: string, email: string): Promise<string>\nexport async function byEmail(projectId: string, email: string) { const hit = await redis.get(\`p:\${projectId}:c:\${email}\`); if (hit) return hit; const row = await load(projectId, email); await redis.set(\`p:\${projectId}:c:\${email}\`, row, 'EX', 60); return row }\n`
  test.each<[string, readonly string[], string]>([
    ['is an error where two are swapped', ['error'], 'export const f = (project: { id: string }, email: string) => byEmail(email, project.id)'],
    ['is found where the id of a thing stands in the place of another', ['warning'], "export const f = (project: { id: string }, to: string[]) => to.map((recipient) => (recipient.includes('@') ? byEmail(recipient, project.id) : null))"],
    ['is quiet where they stand in their places', [], 'export const f = (project: { id: string }, recipient: string) => byEmail(project.id, recipient)'],
    ['is quiet where names say nothing', [], 'export const f = (a: string, b: string) => byEmail(a, b)'],
  ])('%s', (_name, expected, main) => {
    expect([...new Set(found('hole-mismatch', contacts + main))]).toEqual(expected)
  })
})

describe('stampede', () => {
  const head = "import NodeCache from 'node-cache'\nconst cache = new NodeCache({ stdTTL: 15, useClones: false })\ndeclare function load(id: string): Promise<string[]>\n"
  test('is quiet where the promise is kept', () => {
    expect(found('stampede', `${head}export async function sites(id: string) { const known = cache.get<Promise<string[]>>(id); if (known) return known; const made = (async () => { try { return await load(id) } catch { cache.del(id); return [] } })(); cache.set(id, made); return made }`)).toEqual([])
  })
  test('is told where each who misses loads', () => {
    expect(found('stampede', `${head}export async function sites(id: string) { const known = cache.get<string[]>(id); if (known) return known; const made = await load(id); cache.set(id, made); return made }`)).toEqual(['info'])
  })
  test('is quiet on work that is put into a queue', () => {
    expect(found('stampede', `${REDIS}export async function add(id: string, v: string) { if (await redis.exists(\`seen:\${id}\`)) return; await redis.multi().rpush('queue', v).llen('queue').exec(); await redis.set(\`seen:\${id}\`, v) }`)).toEqual([])
  })
})

describe('missing-key-dependency of an address', () => {
  test('is quiet where the key holds the whole of it', () => {
    expect(found('missing-key-dependency', "import { LRUCache } from 'lru-cache'\nconst cache = new LRUCache<string, string>({ max: 9 })\ndeclare function ask(at: URL): Promise<string>\nexport async function keysOf(issuer: URL) { const hit = cache.get(issuer.href); if (hit) return hit; const made = await ask(issuer); cache.set(issuer.href, made); return made }")).toEqual([])
  })
})

describe('two applications of one repository', () => {
  const own = { 'apps/ext/package.json': '{"name":"ext"}', 'apps/web/package.json': '{"name":"web"}', 'package.json': '{"workspaces":["apps/*"]}' }
  const ext = "import { useQuery } from '@tanstack/react-query'\ndeclare function ask(path: string): Promise<string>\nexport const queryKeys = { projects: ['projects', 'all'] as const }\nexport const useProjects = () => useQuery({ queryKey: queryKeys.projects, queryFn: () => ask('/v3/projects') })\n"
  const web = "import { useQuery } from '@tanstack/react-query'\ndeclare function load(path: string): Promise<string>\nexport const useList = () => useQuery({ queryKey: ['projects', 'all'], queryFn: () => load('@get/projects') })\n"
  test.each(['key-collision', 'key-factory-bypass'])('share no entries and no factories: %s', (rule) => {
    expect(found(rule, '', { ...own, 'apps/ext/keys.ts': ext, 'apps/web/list.ts': web })).toEqual([])
    expect(found(rule, '', { ...own, 'apps/web/keys.ts': ext, 'apps/web/list.ts': web })).toEqual(['warning'])
  })
})

test('a default among the members of an object is no factory of keys', () => {
  const a = "import { LRUCache } from 'lru-cache'\nexport class Store { private readonly held = new LRUCache<string, string>({ max: 9 })\n  static key(tag: string, mode: string) { return `${tag}:${mode}` }\n  get(key: string) { return this.held.get(key) } set(key: string, v: string) { this.held.set(key, v) } }\n"
  const head = "import { Store } from './store'\nconst store = new Store()\ninterface Options { tag: string; mode?: string }\n"
  const one = `${head}function made(o: Options) { return { tag: o.tag, mode: o.mode ?? 'profile' } }\nexport function one(o: Options) { const x = made(o); return store.get(Store.key(x.tag, x.mode)) }\n`
  const two = `${head}const copied = (o: Options) => ({ ...o })\nexport function two(o: Options) { const x = copied({ tag: o.tag, mode: o.mode ?? 'profile' }); return store.get(Store.key(x.tag, x.mode!)) }\n`
  expect(found('key-factory-bypass', '', { 'store.ts': a, 'one.ts': one, 'two.ts': two })).toEqual([])
})

test.each([[2, 'info'], [4, 'warning']])('a key of a browser that is spelled in %i files: %s', (count, severity) => {
  const files = Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}.ts`, `import { useQuery } from '@tanstack/react-query'\nexport const use${i} = () => useQuery({ queryKey: ['members', 'all'], queryFn: () => 1 })\n`]))
  expect(found('key-factory-bypass', '', files)).toEqual([severity])
})
