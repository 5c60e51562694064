import { describe, expect, test } from 'vitest'
import { auditFiles } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const QUERY = "import { useQuery, useQueryClient } from '@tanstack/react-query'\n"
const PRISMA = "import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()\n"

/** Findings of one rule, as `severity confidence`. */
function found(rule: string, files: Readonly<Record<string, string>>, config: object = {}): string[] {
  return auditFiles(files, config).findings.filter((f) => f.ruleId === rule).map((f) => `${f.severity} ${f.confidence}`)
}

describe('set-get-mismatch is quiet', () => {
  test.each<[string, string]>([
    ['where the key is written', 'export const a = (id: string) => redis.set(`u:${id}:photo`, "")\nexport const b = (id: string) => redis.get(`u:${id}:photo`)'],
    ['where nothing that is written is near: another program writes it', "redis.set('a:b', '')\nredis.get('settings:flags')"],
    ['where what is near is read by others', 'export const a = (id: string) => redis.set(`usage:${id}`, "")\nexport const b = (id: string) => redis.get(`usage:${id}`)\nexport const legacy = (id: string, email: string) => redis.get(`usage:${id}:${email}`)'],
    ['where what is near is a lock', 'export const a = (id: string) => redis.set(`org:${id}:billing-lock`, "1", "EX", 10, "NX")\nexport const b = (id: string) => redis.get(`org:${id}:billing`)'],
    ['where a write of an unknown key may make it', 'declare function keyOf(): string\nredis.set(keyOf(), "")\nexport const a = (id: string, lang: string) => redis.set(`page:${id}:${lang}`, "")\nexport const b = (id: string) => redis.get(`page:${id}`)'],
    ['where keys are listed by a pattern', "redis.set('a:list:x', '')\nredis.keys('a:lists:*')"],
    ['where the key is a hash of another command', 'export const a = (id: string) => redis.hset(`h:${id}:x`, "f", 1)\nexport const b = (id: string) => redis.hget(`h:${id}:x`, "f")'],
  ])('%s', (_name, main) => {
    expect(found('set-get-mismatch', { 'main.ts': REDIS + main })).toEqual([])
  })

  test('and unsure where only the spelling differs from what others read', () => {
    const main = 'export const a = (id: string) => redis.set(`user:photo:${id}`, "")\nexport const b = (id: string) => redis.get(`user:photo:${id}`)\nexport const c = (id: string) => redis.get(`user-photo:${id}`)'
    expect(found('set-get-mismatch', { 'main.ts': REDIS + main })).toEqual(['warning medium'])
  })

  test('but found though keys of other kinds are listed by patterns', () => {
    const main = 'export const all = () => redis.keys("api-key:*")\nexport const a = (id: string) => redis.set(`user:photo:${id}:small`, "")\nexport const b = (id: string) => redis.get(`user:${id}:small`)'
    const client = "import Redis from 'ioredis'\nconst redis = new Redis({ keyPrefix: process.env.PREFIX })\n"
    expect(found('set-get-mismatch', { 'main.ts': client + main })).toEqual(['error high'])
    expect(found('set-get-mismatch', { 'main.ts': REDIS + main.replace('api-key:*', 'user:photo:*') })).toEqual([])
  })

  test('and unsure where a write with no word in its key may make it', () => {
    const main = 'declare const prefix: string\nexport const w = (state: string) => redis.set(`${prefix}:${state}`, "")\nexport const a = (id: string) => redis.set(`user:photo:${id}`, "")\nexport const c = (id: string) => redis.get(`user-photo:${id}`)'
    expect(found('set-get-mismatch', { 'main.ts': REDIS + main })).toEqual(['warning low'])
  })
})

describe('hole-mismatch is quiet', () => {
  const keys = 'export const actionKey = (environmentId: string, name: string) => `env:${environmentId}:action:${name}`\n'
  const write = "import { actionKey } from './keys.js'\nexport const save = (environmentId: string, name: string) => redis.set(actionKey(environmentId, name), '')\n"

  test.each<[string, string]>([
    ['where names differ but say nothing of another thing', 'export const a = (env: string, label: string) => redis.del(actionKey(env, label))'],
    ['where the argument is the id of that thing', 'export const a = (environment: { id: string }, name: string) => redis.del(actionKey(environment.id, name))'],
    ['where the name is a short form', 'export const a = (envId: string, name: string) => redis.del(actionKey(envId, name))'],
    ['where one name fills both', 'export const a = (name: string) => redis.del(actionKey(name, name))'],
    ['where a service gives the thing', 'declare const EnvironmentService: { of(x: string): { id: string } }\nexport const a = (x: string, name: string) => redis.del(actionKey(EnvironmentService.of(x).id, name))'],
  ])('%s', (_name, main) => {
    expect(found('hole-mismatch', { 'keys.ts': keys, 'main.ts': REDIS + write + main })).toEqual([])
  })

  test.each<[string, string]>([
    ['where both sides put the value through one function', 'export const a = (email: string) => redis.set(`u:${email.toLowerCase()}`, "")\nexport const b = (email: string) => redis.del(`u:${email.toLowerCase()}`)'],
    ['where one of several writers fills the hole as the delete does', 'type P = { id: string; slug: string }\nexport const a = (post: P) => redis.set(`p:${post.slug}`, "")\nexport const c = (post: P) => redis.set(`p:${post.id}`, "")\nexport const b = (post: P) => redis.del(`p:${post.id}`)'],
    ['where the owners are different things', 'type P = { id: string; slug: string }\nexport const a = (post: P) => redis.set(`p:${post.slug}`, "")\nexport const b = (entry: P) => redis.del(`p:${entry.id}`)'],
    ['where a guard covers every value of the key', 'export async function f({ id, tag }: { id?: string; tag?: string }) { if (id && tag) await redis.del(`s:${id}:${tag}`) }'],
    ['where the guard is used in the key through a method', 'export async function f(team: { id: string } | null, path?: string[]) { if (path && path.length > 0) await redis.del(`t:${team?.id}:${path.join("/")}`) }'],
    ['where names that look alike are never declared together', 'type P = { _envId: string }\nexport const a = (envId: string) => redis.set(`feed:${envId}`, "")\nexport const b = (row: P) => redis.del(`feed:${row._envId}`)'],
    ['where some other write fills the hole with that name', 'type P = { _userId: string; userId: string }\nexport const a = (userId: string) => redis.set(`feed:${userId}`, "")\nexport const c = (row: P) => redis.set(`feed:${row._userId}`, "")\nexport const b = (row: P) => redis.del(`feed:${row._userId}`)'],
    ['where a variable of the same name hides no other', 'export async function f(id: string, others: string[]) { await redis.set(`s:${id}`, ""); others.forEach((other) => redis.del(`s:${other}`)) }'],
    ['where the write is in another function', 'export const w = (id: string) => redis.set(`s:${id}`, "")\nexport const f = (id: string, others: string[]) => others.forEach((id) => redis.del(`s:${id}`))'],
    ['where the guard is of something else', 'export async function f(id: string, isAdmin?: boolean) { if (isAdmin) await redis.del(`s:${id}`) }'],
  ])('%s', (_name, main) => {
    expect(found('hole-mismatch', { 'main.ts': REDIS + main })).toEqual([])
  })
})

describe('hole-mismatch is quiet on rows', () => {
  const publish = (find: string, drop: string): string => `export const save = (id: string) => redis.set(\`template:\${id}\`, '')
export async function publish(draft: { id: string }) {
  const live = await prisma.template.findFirst({ where: { ${find} } })
  await prisma.template.update({ where: { id: live.id }, data: {} })
  await redis.del(\`template:\${${drop}}\`)
}`

  test.each<[string, string]>([
    ['where the key of the written row is deleted', publish('parentId: draft.id', 'live.id')],
    ['where the row was found by its own identifier', publish('id: draft.id', 'draft.id')],
    ['where the reference is to a thing of another kind', publish('userId: draft.id', 'draft.id')],
    ['where both keys are deleted', publish('parentId: draft.id', 'draft.id').replace('await redis.del', 'await redis.del(`template:${live.id}`)\n  await redis.del')],
  ])('%s', (_name, main) => {
    expect(found('hole-mismatch', { 'main.ts': REDIS + PRISMA + main })).toEqual([])
  })

  test('and finds the key of the other row', () => {
    expect(found('hole-mismatch', { 'main.ts': REDIS + PRISMA + publish('parentId: draft.id', 'draft.id') })).toEqual(['warning medium'])
  })
})

describe('set-delete-mismatch is quiet on keys that may be empty', () => {
  const drop = 'async function drop(key: string) {\n  if (!key) return\n  await redis.del(key)\n}\nexport const save = (id: string) => redis.set(`post:${id}`, "")\n'

  test.each<[string, string]>([
    ['where only the running program knows', 'export const a = (id?: string) => drop(id ? `post:${id}` : "")'],
    ['where the key is there', 'export const a = (id: string) => drop(`post:${id}`)'],
  ])('%s', (_name, main) => {
    expect(found('set-delete-mismatch', { 'main.ts': REDIS + drop + main })).toEqual([])
  })

  test('and finds a key that is always empty', () => {
    expect(found('set-delete-mismatch', { 'main.ts': REDIS + drop + 'export const a = () => drop("")' })).toEqual(['warning medium'])
  })
})

describe('key-list-as-key is quiet', () => {
  test.each<[string, string]>([
    ['where the client takes lists', `${REDIS}export const f = (a: string, b: string) => redis.del([\`p:\${a}\`, \`p:\${b}\`])`],
    ['where lists are spread', `${REDIS}export const f = (ids: string[]) => redis.del(...ids.map((id) => \`p:\${id}\`))`],
    ['where the array is the beginning of a key', `${QUERY}export const useA = (id: string) => useQuery({ queryKey: ['posts', 'list', id], queryFn: () => fetch(id) })\nexport const useB = () => useQuery({ queryKey: ['list'], queryFn: () => fetch('') })\nexport const useC = () => { const c = useQueryClient(); return () => c.invalidateQueries({ queryKey: ['posts', 'list'] }) }`],
    ['where only one of the names is a root', `${QUERY}export const useA = () => useQuery({ queryKey: ['posts'], queryFn: () => fetch('') })\nexport const useC = () => { const c = useQueryClient(); return () => c.invalidateQueries({ queryKey: ['posts', 'drafts'] }) }`],
  ])('%s', (_name, main) => {
    expect(found('key-list-as-key', { 'main.ts': main })).toEqual([])
  })
})

describe('key-collision is quiet', () => {
  test.each<[string, string]>([
    ['where two hooks load the same data', `${QUERY}declare function loadRun(id: string): Promise<string>\nexport const useA = (id: string) => useQuery({ queryKey: ['run', id], queryFn: () => loadRun(id) })\nexport const useB = (id: string) => useQuery({ queryKey: ['run', id], queryFn: () => loadRun(id) })`],
    ['where a fallback is of the same kind', `${REDIS}export const f = (version?: number, defaultVersion?: number) => redis.set(\`p:\${version ?? defaultVersion}\`, '')`],
    ['where a word takes the place of nothing', `${REDIS}export const f = (label?: string) => redis.set(\`p:\${label ?? 'none'}\`, '')`],
    ['where stores are apart', "import { LRUCache } from 'lru-cache'\nconst a = new LRUCache<string, string>({ max: 1 })\nconst b = new LRUCache<string, number>({ max: 1 })\na.set('n', '')\nb.set('n', 1)"],
  ])('%s', (_name, main) => {
    expect(found('key-collision', { 'main.ts': main })).toEqual([])
  })
})

describe('key-collision is quiet on kinds of values', () => {
  const load = 'export async function load(id: string) { const site = await prisma.site.findUnique({ where: { id } }); await redis.set(`site:${id}`, JSON.stringify(site)); return site }\n'
  const store = (value: string): string => `export async function reset(id: string) { const done = await Promise.all([prisma.visit.deleteMany({ where: { id } }), prisma.site.update({ where: { id }, data: {} })]); await redis.set(\`site:\${id}\`, JSON.stringify(${value})) }`

  test.each<[string, string]>([
    ['where both are a row of one entity', store('done[1]')],
    ['where it is not known what one of them is', store('summary(done)')],
    ['where the key is another', store('done[0]').replace('site:', 'visits:')],
  ])('%s', (_name, main) => {
    expect(found('key-collision', { 'main.ts': REDIS + PRISMA + load + main })).toEqual([])
  })

  test('and finds a number where a row is kept', () => {
    expect(found('key-collision', { 'main.ts': REDIS + PRISMA + load + store('done[0]') })).toContain('warning medium')
  })
})

describe('ambiguous-key is quiet', () => {
  test.each<[string, string]>([
    ['where a separator stands between', 'export const f = (a: string, b: string) => redis.set(`w:${a}:${b}`, "")'],
    ['where the second is a number or a version', 'export const f = (name: string, page: number, version: string) => { redis.set(`w:${name}${page}`, ""); redis.set(`v:${name}${version}`, "") }'],
    ['where the values are hashes', "import { createHash } from 'node:crypto'\nconst h = (s: string) => createHash('sha256').update(s).digest('hex')\nexport const f = (a: string, b: string) => redis.set(`w:${h(a)}${h(b)}`, '')"],
    ['where a prefix leads', 'export const f = (prefix: string, id: string) => redis.set(`k:${prefix}${id}`, "")'],
  ])('%s', (_name, main) => {
    expect(found('ambiguous-key', { 'main.ts': REDIS + main })).toEqual([])
  })
})

const CACHED = `import { revalidateTag, unstable_cache } from 'next/cache'\n${PRISMA}
export const teamsOf = (userId: string) => unstable_cache(() => prisma.membership.findMany({ where: { userId } }), [\`t-\${userId}\`], { tags: [\`users-\${userId}-teams\`] })()
export async function join(userId: string, teamId: string) { await prisma.membership.create({ data: { userId, teamId } }); revalidateTag(\`users-\${userId}-teams\`) }
`

describe('missing-invalidation is quiet', () => {
  test.each<[string, string]>([
    ['where the other write invalidates through a function', 'const refresh = (userId: string) => revalidateTag(`users-${userId}-teams`)\nexport async function leave(userId: string) { await prisma.membership.deleteMany({ where: { userId } }); refresh(userId) }'],
    ['where its caller invalidates', 'const remove = async (userId: string) => { await prisma.membership.deleteMany({ where: { userId } }) }\nexport async function leave(userId: string) { await remove(userId); revalidateTag(`users-${userId}-teams`) }'],
    ['where rows of something else are written', 'export async function rename(id: string) { await prisma.invoice.update({ where: { id }, data: { name: "" } }) }'],
    ['where rows are only read', 'export const count = () => prisma.membership.count()'],
  ])('%s', (_name, main) => {
    expect(found('missing-invalidation', { 'main.ts': CACHED + main })).toEqual([])
  })

  const LEAVE = 'export async function leave(userId: string) { await prisma.membership.deleteMany({ where: { userId } }) }'

  test('the write without any of these is found', () => {
    expect(found('missing-invalidation', { 'main.ts': CACHED + LEAVE })).toEqual(['warning high'])
  })

  test('where the write stands in a seed, a migration or a script', () => {
    const writes = `${PRISMA}${LEAVE}\n${LEAVE.replace('leave', 'drop')}`
    for (const path of ['prisma/seed.ts', 'scripts/clean.ts', 'db/migrations/0001.ts', 'src/seed.ts']) {
      expect(found('missing-invalidation', { 'main.ts': CACHED + CACHED.split('\n').at(-2)!.replace('join', 'again'), [path]: writes })).toEqual([])
    }
  })

  test('where what is cached may be stale for as long as it lives', () => {
    const short = CACHED.replace('], { tags', '], { revalidate: 20, tags')
    expect(found('missing-invalidation', { 'main.ts': short + LEAVE }, { staleness: { tolerate: '30s' } })).toEqual([])
    expect(found('missing-invalidation', { 'main.ts': short + LEAVE }, { staleness: { tolerate: '10s' } })).toEqual(['warning high'])
  })
})

describe('missing-invalidation of the mutations of a tRPC router', () => {
  const ROUTER = "import { createTRPCReact } from '@trpc/react-query'\nexport const trpc = createTRPCReact<{ x: 1 }>()\nexport const usePost = (id: string) => trpc.post.byId.useQuery({ id })\n"
  const removing = (invalidate: string): string => `export function useRemove() { const utils = trpc.useUtils(); return trpc.post.remove.useMutation({ onSuccess: () => utils.post.${invalidate} }) }\n`
  const RENAME = 'export const useRename = () => trpc.post.update.useMutation()\n'

  test('is told of where another mutation invalidates the whole router', () => {
    expect(found('missing-invalidation', { 'main.ts': ROUTER + removing('invalidate()') + RENAME })).toEqual(['info high'])
  })

  test('and of one that adds or removes rows where another invalidates a list', () => {
    const main = ROUTER + 'export const usePosts = () => trpc.post.list.useQuery()\n' + removing('list.invalidate()')
    expect(found('missing-invalidation', { 'main.ts': main + 'export const useAdd = () => trpc.post.add.useMutation()\n' })).toEqual(['info high'])
    expect(found('missing-invalidation', { 'main.ts': main + RENAME })).toEqual([])
  })

  test.each<[string, string]>([
    ['where the other invalidates one query: it says nothing of the rest', removing('byId.invalidate({ id: "1" })') + RENAME],
    ['where this one only asks', removing('invalidate()') + RENAME.replace('update', 'estimate')],
    ['where the component asks the query again by itself', removing('invalidate()') + 'export function Page() { const { data, refetch } = trpc.post.byId.useQuery({ id: "1" }); const update = trpc.post.update.useMutation({ onSuccess: () => refetch() }); return [data, update] }\n'],
    ['where it belongs to another router', removing('invalidate()') + RENAME.replace('trpc.post', 'trpc.user')],
  ])('is quiet %s', (_name, main) => {
    expect(found('missing-invalidation', { 'main.ts': ROUTER + main })).toEqual([])
  })
})

describe('invalidate-order is quiet', () => {
  const LOAD = 'export async function load(id: string) { const hit = await redis.get(`user:${id}`); if (hit) return hit; const user = await prisma.user.findUnique({ where: { id } }); await redis.set(`user:${id}`, JSON.stringify(user)); return user }\n'

  test.each<[string, string]>([
    ['where the delete comes after', 'export async function f(id: string) { await prisma.user.update({ where: { id }, data: {} }); await redis.del(`user:${id}`) }'],
    ['where it comes before and after: a delayed double delete', 'export async function f(id: string) { await redis.del(`user:${id}`); await prisma.user.update({ where: { id }, data: {} }); await redis.del(`user:${id}`) }'],
    ['where the branch of the delete returns', 'export async function f(id: string, gone: boolean) { if (gone) { await redis.del(`user:${id}`); return }\n await prisma.user.update({ where: { id }, data: {} }); await redis.del(`user:${id}`) }'],
    ['where the key is not made of what is written', 'export async function f(id: string) { await redis.del(`user:${id}`); await prisma.invoice.update({ where: { id }, data: {} }) }'],
  ])('%s', (_name, main) => {
    expect(found('invalidate-order', { 'main.ts': REDIS + PRISMA + LOAD + main })).toEqual([])
  })

  test('the delete before the write is found, and the one inside its transaction', () => {
    const before = 'export async function f(id: string) { await redis.del(`user:${id}`); await prisma.user.update({ where: { id }, data: {} }) }'
    const inside = 'export async function f(id: string) { await prisma.$transaction(async (tx) => { await tx.user.update({ where: { id }, data: {} }); await redis.del(`user:${id}`) }) }'
    for (const main of [before, inside]) expect(found('invalidate-order', { 'main.ts': REDIS + PRISMA + LOAD + main })).toEqual(['warning medium'])
  })
})

describe('invalidate-order: keys that are listed from rows that are gone', () => {
  const GONE = 'export async function f(id: string) { await prisma.block.deleteMany({ where: { id } }); await after(id) }\n'

  test('are found', () => {
    const main = `${GONE}async function after(id: string) { const rows = await prisma.block.findMany({ where: { id } }); for (const row of rows) await redis.del(\`block:\${row.pageId}\`) }\nexport const put = (id: string) => redis.set(\`block:\${id}\`, '1')`
    expect(found('invalidate-order', { 'main.ts': REDIS + PRISMA + main })).toEqual(['warning medium'])
  })

  test('but a key without a hole is made of no row: the lock of a list', () => {
    const main = `${GONE}async function after(id: string) { await redis.set('block-lock', '1', 'NX'); const rows = await prisma.block.findMany({ where: { id } }); await redis.del('block-lock'); return rows }`
    expect(found('invalidate-order', { 'main.ts': REDIS + PRISMA + main })).toEqual([])
  })
})

describe('a prefix that the client puts before every key', () => {
  const CLIENT = "import Redis from 'ioredis'\nconst redis = new Redis({ keyPrefix: process.env.PREFIX })\n"

  test('is one value: it hides no other name behind it', () => {
    const main = 'export const a = (id: string) => redis.set(`user:photo:${id}`, "")\nexport const b = (id: string) => redis.del(`users:photo:${id}`)'
    expect(found('set-delete-mismatch', { 'main.ts': CLIENT + main })).toEqual(['error high'])
  })

  test('and keeps no arguments of a factory from being compared', () => {
    const main = 'const k = (teamId: string, userId: string) => `team:${teamId}:${userId}`\nexport const a = (teamId: string, userId: string) => redis.set(k(teamId, userId), "")\nexport const b = (teamId: string, userId: string) => redis.del(k(userId, teamId))'
    expect(found('hole-mismatch', { 'main.ts': CLIENT + main })).toEqual(['error high'])
    expect(found('hole-mismatch', { 'main.ts': CLIENT.replace('process.env.PREFIX', "'app:'") + main })).toEqual(['error high'])
  })
})

describe('alternatives of which nothing is known', () => {
  test('make no write that reaches every delete', () => {
    const main = 'export const w = (own: string | undefined, q: string) => redis.set(`${own ?? "api/apps?"}${JSON.stringify(q)}`, "")\nexport const a = (id: string) => redis.set(`user:photo:${id}`, "")\nexport const b = (id: string) => redis.del(`user-photo:${id}`)'
    expect(found('set-delete-mismatch', { 'main.ts': REDIS + main })).toEqual(['warning low'])
  })
})

describe('key-factory-bypass where factories are required', () => {
  const required = { factories: { required: ['tanstack-query'] } }
  const OPTIONS = "import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'\ndeclare function load(): Promise<string>\n"

  test.each<[string, string]>([
    ['what queryOptions describes', "const todos = queryOptions({ queryKey: ['todos'], queryFn: load })\nexport const useTodos = () => { useQuery(todos); return useQueryClient().getQueryData(todos.queryKey) }"],
    ['what a factory builds', "const keys = { todos: (id: string) => ['todos', id] as const }\nexport const useTodos = (id: string) => useQuery({ queryKey: keys.todos(id), queryFn: load })"],
    ['what a constant of the module holds', "const TODOS = ['todos']\nexport const useTodos = () => useQuery({ queryKey: TODOS, queryFn: load })"],
    ['a refresh of everything', 'export const useRefresh = () => useQueryClient().invalidateQueries()'],
  ])('is quiet on %s', (_name, main) => {
    expect(found('key-factory-bypass', { 'main.ts': OPTIONS + main }, required)).toEqual([])
  })

  test.each<[string, string]>([
    ['a key in a hook', "export const useTodos = () => useQuery({ queryKey: ['todos'], queryFn: load })"],
    ['a key at the client', "export const useDrop = () => useQueryClient().removeQueries({ queryKey: ['todos'] })"],
    ['a key of a local variable', "export function useDrop() { const queryKey = ['todos']; return useQueryClient().removeQueries({ queryKey }) }"],
  ])('finds %s', (_name, main) => {
    expect(found('key-factory-bypass', { 'main.ts': OPTIONS + main }, required)).toEqual(['warning high'])
    expect(found('key-factory-bypass', { 'main.ts': OPTIONS + main })).toEqual([])
  })
})
