import { describe, expect, test } from 'vitest'
import { auditFiles, keyFindings } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const rules = (main: string, others: Record<string, string> = {}): string[] => keyFindings(auditFiles({ 'main.ts': REDIS + main, ...others })).map((f) => `${f.ruleId} ${f.severity}`)

describe('set-delete-mismatch is quiet', () => {
  test.each<[string, string]>([
    ['where another name fills the same hole', 'export const a = (id: string) => redis.set(`u:${id}`, "")\nexport const b = (userId: string) => redis.del(`u:${userId}`)'],
    ['where the writer is a get-or-set', 'export async function a(id: string) { const k = `u:${id}`; const h = await redis.get(k); if (h) return h; await redis.set(k, ""); return "" }\nexport const b = (id: string) => redis.del(`u:${id}`)'],
    ['where the write is an increment, a hash or a set', 'export const a = (id: string) => { redis.incr(`n:${id}`); redis.hset(`h:${id}`, "f", 1); redis.sadd("s:all", id) }\nexport const b = (id: string) => { redis.del(`n:${id}`); redis.del(`h:${id}`); redis.del("s:all") }'],
    ['where RENAME is the write', "redis.rename('tmp:list', 'list:current')\nredis.del('list:current')"],
    ['where a pattern reaches the key', 'export const a = (id: string, p: number) => redis.set(`posts:${id}:${p}`, "")\nexport async function b(id: string) { const keys = await redis.keys(`posts:${id}:*`); await redis.del(...keys) }'],
    ['where the key is read, and so written by somebody else', "redis.get('legacy:flag')\nredis.set('legacy:other', '')\nredis.del('legacy:flag')"],
    ['where a whole store is cleared', "redis.set('a:b', '')\nredis.flushdb()"],
    ['where both sides have the alternatives', 'const k = (b: boolean, id: string) => b ? `x:${id}:draft` : `x:${id}`\nexport const a = (b: boolean, id: string) => redis.set(k(b, id), "")\nexport const d = (b: boolean, id: string) => redis.del(k(b, id))'],
    ['where nothing of the deleted key is known', "declare function keyOf(): string\nredis.set('a:b', '')\nredis.del(keyOf())"],
    ['where only a wild hole of a variant would reach', 'export const a = (id: string, q?: string) => redis.set(`/t/${id}/rooms${q ? `?${JSON.stringify(q)}` : ""}`, "")\nexport const w = (id: string, k: string, x: string) => redis.set(`/t/${id}/${k}s/${x}/links`, "")\nexport const b = (id: string, k: string, x: string) => redis.del(`/t/${id}/${k}s/${x}/links`)'],
    ['where a path is revalidated', "import { revalidatePath } from 'next/cache'\nrevalidatePath('/posts')"],
  ])('%s', (_name, main) => {
    expect(rules(main).filter((line) => line.startsWith('set-delete-mismatch'))).toEqual([])
  })

  test('and unsure where a write could not be resolved: a warning that names it', () => {
    const main = "declare function keyOf(): string\nexport const a = () => redis.set(keyOf(), '')\nredis.set('user:photo:v1', '')\nredis.del('user:photo:v2')"
    const [finding] = auditFiles({ 'main.ts': `${REDIS}import { x } from './gone.js'\nredis.set(x(), '')\n${main}` }).findings
    expect(finding).toMatchObject({ ruleId: 'set-delete-mismatch', severity: 'warning', confidence: 'low' })
    expect(finding?.related.map((place) => place.role)).toContain('unresolved')
  })

  test('and compares no stores that are apart', () => {
    const main = "import { LRUCache } from 'lru-cache'\nconst a = new LRUCache({ max: 1 })\nconst b = new LRUCache({ max: 1 })\na.set('user:photo:v1', '')\na.delete('user:photo:v1')\nb.set('user:name:v1', '')\nb.delete('user:name:v1')"
    expect(rules(main)).toEqual([])
  })
})

describe('key-factory-bypass is quiet', () => {
  test.each<[string, string]>([
    ['where a factory is called everywhere', 'const k = (id: string) => `user:${id}`\nexport const a = (id: string) => redis.set(k(id), "")\nexport const b = (id: string) => redis.del(k(id))'],
    ['where a constant is shared', "export const KEY = 'app:settings'\nredis.set(KEY, '')\nexport const b = () => redis.del(KEY)"],
    ['where one file alone spells the key', 'export const a = (id: string) => redis.set(`user:${id}`, "")\nexport const b = (id: string) => redis.del(`user:${id}`)'],
  ])('%s', (_name, main) => {
    expect(rules(main)).toEqual([])
  })

  const TAGGED = "import { revalidateTag } from 'next/cache'\nexport const drop = () => revalidateTag('footer')\n"
  const scattered = (files: Record<string, string>): string[] => keyFindings(auditFiles({ ...files, 'main.ts': '' })).map(({ messageId }) => messageId)

  test('where two applications of a repository, with a cache each, spell the same', () => {
    expect(scattered({ 'blog/package.json': '{ "name": "blog" }', 'blog/drop.ts': TAGGED, 'shop/package.json': '{ "name": "shop" }', 'shop/drop.ts': TAGGED })).toEqual([])
  })

  test('but not where one application does, or all share a Redis', () => {
    expect(scattered({ 'blog/package.json': '{ "name": "blog" }', 'blog/drop.ts': TAGGED, 'blog/hooks/drop.ts': TAGGED })).toEqual(['scattered'])
    const shared = `${REDIS}export const drop = () => redis.del('menu:footer')\nredis.set('menu:footer', '')`
    expect(scattered({ 'blog/package.json': '{ "name": "blog" }', 'blog/drop.ts': shared, 'shop/package.json': '{ "name": "shop" }', 'shop/drop.ts': shared })).toEqual(['scattered'])
  })

  test('where a factory builds keys of the same shape from other things', () => {
    const factory = 'export const estimateKey = (projectId: string, role: string) => `ESTIMATES_${projectId.toUpperCase()}_${role}`\n'
    const found = (key: string): string[] => keyFindings(auditFiles({ 'keys.ts': factory, 'a.ts': `${REDIS}import { estimateKey } from './keys'\nredis.set(estimateKey('1', 'admin'), '')\nexport const f = (id: string, role: string) => redis.del(estimateKey(id, role))\n`, 'b.ts': `${REDIS}export const g = (workspaceSlug: string, projectId: string, role: string) => redis.set(${key}, '')\n` })).map(({ messageId }) => messageId)
    expect(found('`ESTIMATES_${workspaceSlug}_${projectId}`')).not.toContain('bypass')
    expect(found('`ESTIMATES_${projectId}_${role}`')).toContain('bypass')
  })

  test('where the keys are the URLs of SWR', () => {
    const hook = "import useSWR from 'swr'\nexport const useA = () => useSWR('/api/a')\n"
    expect(keyFindings(auditFiles({ 'a.ts': hook, 'b.ts': hook }))).toEqual([])
  })
})

describe('missing-user-scope is quiet', () => {
  test('where the cache lasts for one request', () => {
    const main = "import { cache } from 'react'\nimport { cookies } from 'next/headers'\ndeclare function load(user: unknown): Promise<string>\nexport const currentUser = cache(async () => { const jar = await cookies(); return load(jar.get('user')) })"
    expect(keyFindings(auditFiles({ 'main.ts': main }))).toEqual([])
  })

  const LOAD = 'declare function load(...args: unknown[]): Promise<string>\n'

  test.each<[string, string]>([
    ['where the key holds the user', 'export async function f(userId: string) { await redis.set(`d:${userId}`, await load(userId)) }'],
    ['where the key holds the whole user', 'export async function f(user: { id: string; name: string }) { await redis.set(`d:${user.id}`, await load(user.name)) }'],
    ['where a key function is given the user', 'const k = (u: string) => `d:${u}`\nexport async function f(userId: string) { await redis.set(k(userId), await load(userId)) }'],
    ['where the user only guards', "export async function f(user?: { id: string }) { if (!user) return; await redis.set('news:all', await load()) }"],
    ['where the value is not of a user', "export async function f(page: number) { await redis.set('news:all', await load(page)) }"],
    ['where the key is a lock', "export async function f(userId: string) { await redis.set('job:lock', userId, 'EX', 10, 'NX') }"],
    ['where the key holds a value made at random', "import { nanoid } from 'nanoid'\nexport async function f(teamId: string) { const state = nanoid(16); await redis.set(`oauth:state:${state}`, teamId); return state }"],
    ['where the token is what is cached', "export async function f(token: string) { await redis.setex('stream:token', 60, token) }"],
    ['where a callback goes through accounts that the key tells', 'declare function top(ids: string[]): Promise<Record<string, string[]>>\nexport async function f(event: string, ids: string[]) { const byAccount = await top(ids); const all = Object.entries(byAccount).flatMap(([accountId, rows]) => rows.map((row) => ({ row, team: accountId }))); await redis.set(`event:${event}:top`, JSON.stringify(all)) }'],
    ['where members are kept apart by a hash', "export async function f(userId: string) { await redis.hset('online:users', userId, await load(userId)) }"],
  ])('%s', (_name, main) => {
    expect(rules(LOAD + main)).toEqual([])
  })

  test('where the cache is that of a browser', () => {
    const main = "import { useQuery } from '@tanstack/react-query'\nexport const useMe = (userId: string) => useQuery({ queryKey: ['me'], queryFn: () => fetch(`/me/${userId}`) })"
    // That a user may follow another is for the key all the same.
    expect(keyFindings(auditFiles({ 'main.ts': main })).map((finding) => finding.ruleId)).toEqual(['missing-key-dependency'])
  })

  test('and no error where an id in the key may determine the owner', () => {
    expect(rules(`${LOAD}export async function f(userId: string, postId: string) { await redis.set(\`post:\${postId}\`, await load(postId, userId)) }`)).toEqual(['missing-user-scope info'])
  })
})

describe('calls that a wrapper does not reach', () => {
  const CACHE = `import { revalidateTag, unstable_cache } from 'next/cache'
const tags = { user: (id: string) => \`users-\${id}\`, team: (id: string) => \`teams-\${id}-users\` }
export const users = {
  tag: tags,
  revalidate({ id, teamId }: { id?: string; teamId?: string }) {
    if (id) revalidateTag(this.tag.user(id))
    if (teamId) revalidateTag(this.tag.team(teamId))
  },
}
export const load = (id: string) => unstable_cache(async () => id, ['load', id], { tags: [tags.user(id)] })
export const list = (id: string) => unstable_cache(async () => id, ['list', id], { tags: [tags.team(id)] })
`
  test('a guarded branch without its argument is no delete', () => {
    expect(keyFindings(auditFiles({ 'main.ts': `${CACHE}export const f = (id: string) => users.revalidate({ id })` }))).toEqual([])
  })

  test('but a factory called with an argument too few deletes nothing', () => {
    const main = "import { revalidateTag, unstable_cache } from 'next/cache'\nconst tag = (a: string, b: string) => `a-${a}-b-${b}`\nexport const load = (a: string, b: string) => unstable_cache(async () => a, ['x', a, b], { tags: [tag(a, b)] })\nexport const drop = (b: string) => revalidateTag((tag as any)(b))"
    expect(keyFindings(auditFiles({ 'main.ts': main })).map((f) => f.ruleId)).toEqual(['set-delete-mismatch'])
  })
})

describe('missing-key-dependency is quiet', () => {
  const LOAD = 'declare function load(...args: unknown[]): Promise<string>\n'
  const CACHED = "import { unstable_cache } from 'next/cache'\n"

  test.each<[string, string]>([
    ['where the key holds it', 'export const f = (id: string, page: number) => unstable_cache(() => load(id, page), [`a-${id}-${page}`])()'],
    ['where the key holds the whole object', 'export const f = (q: { page: number }) => unstable_cache(() => load(q.page), [JSON.stringify(q)])()'],
    ['where the key holds the id of the object', 'export const f = (post: { id: string; title: string }) => unstable_cache(() => load(post.title), [`p-${post.id}`])()'],
    ['where the key holds its id by another name', 'export const f = (post: { title: string }, postId: string) => unstable_cache(() => load(post.title), [`p-${postId}`])()'],
    ['where a key function is given it and uses it', 'const k = (id: string, page: number) => `a-${id}-${page}`\nexport const f = (id: string, page: number) => unstable_cache(() => load(id, page), [k(id, page)])()'],
    ['where the key holds a digest of it', "import { createHash } from 'node:crypto'\nexport function f(query: string) { const hash = createHash('sha1'); hash.update(query); const digest = hash.digest('hex'); return unstable_cache(() => load(query), [`q-${digest}`])() }"],
    ['where it is what the loader runs on', 'export const f = (id: string, db: { find(id: string): Promise<string> }) => unstable_cache(() => db.find(id), [`a-${id}`])()'],
    ['where its type says that it does something', 'export const f = (id: string, users: UserService) => unstable_cache(() => load(id, users), [`a-${id}`])()'],
    ['where it is a lifetime, a signal or a log', 'export const f = (id: string, ttl: number, signal: AbortSignal, logger: Console) => unstable_cache(() => load(id, ttl, signal, logger), [`a-${id}`])()'],
    ['where it only guards', 'export const f = (id: string, isAllowed: boolean) => unstable_cache(async () => { if (!isAllowed) throw new Error(); return load(id) }, [`a-${id}`])()'],
    ['where it is only checked', 'declare function validate(...args: unknown[]): void\nexport const f = (id: string, page: number) => unstable_cache(async () => { validate(id, page); return load(id) }, [`a-${id}`])()'],
    ['where the value is issued anew', 'declare function s2IssueToken(id: string): Promise<string>\nexport const f = (basin: string, id: string) => unstable_cache(() => s2IssueToken(id), [`token-${basin}`])()'],
    ['where it is a parameter of the loader', "export const f = unstable_cache((id: string, page: number) => load(id, page), ['a'])"],
    ['where the cache is made with it', 'export function reader(limit: number) { return (id: string) => unstable_cache(() => load(id, limit), [`a-${id}`])() }'],
  ])('%s', (_name, main) => {
    expect(rules(CACHED + LOAD + main).filter((line) => line.startsWith('missing-key-dependency'))).toEqual([])
  })

  test('where a mutation puts the row there before the server answers', () => {
    const main = "import { useMutation, useQueryClient } from '@tanstack/react-query'\nexport function useRename(title: string) { const client = useQueryClient(); return useMutation({ onMutate: ({ id }: { id: string }) => { const before = client.getQueryData(['post', id]); client.setQueryData(['post', id], { ...(before as object), title: title.trim() }); return before } }) }"
    expect(keyFindings(auditFiles({ 'main.ts': main }))).toEqual([])
  })

  test('where a service is set up from the surroundings, and not with data', () => {
    const main = "import { LRUCache } from 'lru-cache'\ndeclare function load(...args: unknown[]): Promise<string>\nconst cache = new LRUCache<string, string>({ max: 9 })\nexport class Bank {\n  #secret: string\n  constructor() { this.#secret = process.env['BANK_SECRET'] ?? '' }\n  async account(id: string) { const hit = cache.get(`account:${id}`); if (hit) return hit; const made = await load(id, this.#secret); cache.set(`account:${id}`, made); return made }\n}"
    expect(keyFindings(auditFiles({ 'main.ts': main }))).toEqual([])
  })

  test('where options stand in the place of the loader', () => {
    const main = "import useSWR from 'swr'\ndeclare function when(x: unknown): object\nexport const useA = (often: boolean) => useSWR('/api/a', when(often && { refreshInterval: 5 }))\nexport const useB = (often: boolean) => useSWR('/api/b', { refreshInterval: often ? 5 : 50 })"
    expect(keyFindings(auditFiles({ 'main.ts': main }))).toEqual([])
  })

  test.each<[string, string]>([
    ['where a write adds to what was there', 'const totals = new Map<string, { n: number }>()\nexport function f(id: string, n: number) { const hit = totals.get(id); if (hit) return hit; const total = totals.get(id) ?? { n: 0 }; total.n += n; totals.set(id, total); return total }'],
    ['where what is stored was handed in', 'export async function f(id: string, name: string) { const hit = await redis.get(`u:${id}`); if (hit) return hit; await redis.set(`u:${id}`, JSON.stringify({ name })); return name }'],
    ['where the row was just made', 'declare function createThread(text: string): Promise<string>\nexport async function f(id: string, text: string) { const hit = await redis.get(`t:${id}`); if (hit) return hit; const t = await createThread(text); await redis.set(`t:${id}`, t); return t }'],
  ])('%s', (_name, main) => {
    expect(rules(LOAD + main).filter((line) => line.startsWith('missing-key-dependency'))).toEqual([])
  })

  test.each<[string, string]>([
    ['an argument that the key function drops', 'const k = (id: string, _page: number) => `a-${id}`\nexport const f = (id: string, page: number) => unstable_cache(() => load(id, page), [k(id, page)])()'],
    ['an argument that the key only tests', 'export const f = (id: string, filter?: string) => unstable_cache(() => load(id, filter), [`a-${id}-${!!filter}`])()'],
    ['a member, where the key holds another', 'export const f = (q: { page: number; name: string }) => unstable_cache(() => load(q.page, q.name), [`a-${q.name}`])()'],
    ['what flows in through a variable', 'export function f(id: string, page: number) { const where = { id, skip: page * 20 }; return unstable_cache(() => load(where), [`a-${id}`])() }'],
    ['what fills an object before it is used', 'export const f = (id: string, tag?: string) => unstable_cache(async () => { const where: any = { id }; if (tag) where.tag = tag; return load(where) }, [`a-${id}`])()'],
  ])('but finds %s', (_name, main) => {
    expect(rules(CACHED + LOAD + main).filter((line) => line.startsWith('missing-key-dependency'))).toEqual(['missing-key-dependency warning'])
  })
})

describe('missing-user-scope on a cache that ends with its object', () => {
  const files = (maker: string): string => `class Files {
  private readonly made = new Map<string, string>()
  async read(userId: string) { const hit = this.made.get('readme'); if (hit) return hit; const made = await load(userId); this.made.set('readme', made); return made }
}
declare function load(userId: string): Promise<string>
${maker}
export async function page(session: { user: { id: string } }) { const own = files(); return own.read(session.user.id) }`

  test('is told as a note where a function makes the object for each call', () => {
    expect(rules(files('export function files() { const made = new Files(); return made }')).filter((line) => line.startsWith('missing-user-scope'))).toEqual(['missing-user-scope info'])
  })

  test('but not where the module keeps it', () => {
    expect(rules(files('const kept = new Files()\nexport const files = () => kept')).filter((line) => line.startsWith('missing-user-scope'))).toEqual(['missing-user-scope error'])
  })
})
