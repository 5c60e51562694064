import { describe, expect, test } from 'vitest'
import { coversRoute } from '../../src/trace/routes.js'
import { auditFiles, keyFindings } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const LOAD = 'declare function load(...args: unknown[]): Promise<string>\n'
const CACHED = "import { unstable_cache } from 'next/cache'\n"
const QUERY = "import { useQuery } from '@tanstack/react-query'\n"

/** A decorator that a program wrote itself. */
const CACHEABLE = "import Redis from 'ioredis'\nconst redis = new Redis()\nexport function Cacheable(keyOf: (...args: any[]) => string) {\n  return (_target: unknown, _name: string, descriptor: PropertyDescriptor) => {\n    const original = descriptor.value\n    descriptor.value = async function (...args: any[]) {\n      const key = keyOf(...args)\n      const hit = await redis.get(key)\n      if (hit) return hit\n      const made = await original.apply(this, args)\n      await redis.set(key, made)\n      return made\n    }\n  }\n}"

const lines = (files: Record<string, string>): string[] => keyFindings(auditFiles(files)).map((f) => `${f.ruleId} ${f.severity}`)
const inOneFile = (main: string): string[] => lines({ 'main.ts': main })

describe('missing-key-dependency follows', () => {
  test.each<[string, string]>([
    ['a field that each object was made with, where the key holds another', `${REDIS}${LOAD}export class Report {
  constructor(private readonly tableId: string, private readonly range: string) {}
  async get() { const hit = await redis.get(\`report:\${this.tableId}\`); if (hit) return hit; const made = await load(this.tableId, this.range); await redis.set(\`report:\${this.tableId}\`, made); return made }
}`],
    ['arguments that are spread', `${CACHED}${LOAD}export const f = (id: string, ...filters: string[]) => unstable_cache(() => load(id, ...filters), [\`a-\${id}\`])()`],
    ['what a called function asks of its parameter', `${CACHED}${LOAD}const find = (id: string, where: { page: number }) => load(id, where.page)\nexport const f = (id: string, where: { page: number }) => unstable_cache(() => find(id, where), [\`a-\${id}\`])()`],
    ['a test in the loader that chooses what is loaded', `${CACHED}${LOAD}export const f = (id: string, mode: string) => unstable_cache(async () => (mode === 'draft' ? load(id, 'draft') : load(id)), [\`a-\${id}\`])()`],
  ])('%s', (_name, main) => {
    expect(inOneFile(main).map((line) => line.split(' ')[0])).toEqual(['missing-key-dependency'])
  })

  test('which of two methods was asked, where a decorator keeps both under one key', () => {
    const cached = "import { Cacheable } from './cacheable'\nexport class Repository {\n  @Cacheable((id: string) => `row:${id}`)\n  async find(id: string) { return id }\n  @Cacheable((id: string) => `row:${id}`)\n  async count(id: string) { return id.length }\n}"
    expect(lines({ 'cacheable.ts': CACHEABLE, 'repository.ts': cached })).toContain('missing-key-dependency warning')
  })

  test('what a decorated method loads by, and the builder of its key does not ask for', () => {
    const cached = (method: string): string => `import { Cacheable } from './cacheable'\n${LOAD}export class Repository {\n  @Cacheable((id: string) => \`row:\${id}\`)\n  ${method}\n}`
    expect(lines({ 'cacheable.ts': CACHEABLE, 'repository.ts': cached('async find(id: string, page: number) { return load(id, page) }') })).toEqual(['missing-key-dependency warning'])
    expect(lines({ 'cacheable.ts': CACHEABLE, 'repository.ts': cached('async find(id: string) { return load(id) }') })).toEqual([])
    expect(lines({ 'cacheable.ts': CACHEABLE, 'repository.ts': cached('async find(key: string, page: number) { this.log(page); return load(key) }') })).toEqual([])
  })

  test('a cache that the function keeps which gives it back, and none that ends with the call', () => {
    const body = 'const cache = new Map<string, string>()\nreturn async (id: string, page: number) => { const hit = cache.get(`p:${id}`); if (hit) return hit; const made = await load(id, page); cache.set(`p:${id}`, made); return made }'
    expect(inOneFile(`${LOAD}export function reader() {\n  ${body}\n}`)).toEqual(['missing-key-dependency info'])
    const local = 'export async function all(ids: string[], page: number) {\n  const cache = new Map<string, string>(); const one = async (id: string) => { const hit = cache.get(`p:${id}`); if (hit) return hit; const made = await load(id, page); cache.set(`p:${id}`, made); return made }; for (const id of ids) await one(id) }'
    expect(inOneFile(LOAD + local)).toEqual([])
  })
})

describe('what a function that builds keys takes and drops', () => {
  const keyed = (builder: string, call: string): string => `${REDIS}${builder}\nexport const w = (a: any, b: any, c: any) => redis.set(${call}, '')\nexport const r = (a: any, b: any, c: any) => redis.get(${call})`

  test.each<[string, string, string]>([
    ['a parameter', 'const keyOf = (id: string, locale: string) => `page:${id}`', 'keyOf(a, b)'],
    ['a member that its type picks', "interface Visit { url: string; device: string; at: Date }\nconst keyOf = (visit: Pick<Visit, 'url' | 'device'>) => `page:${visit.url}`", 'keyOf(a)'],
    ['a member that its type writes out', 'const keyOf = (visit: { url: string; device: string }) => `page:${visit.url}`', 'keyOf(a)'],
    ['each item of a list', "function keyOf(url: string, names: string[]) { let key = url; names.forEach((name) => { key += '|vary' }); return key }", 'keyOf(a, b)'],
    ['the query that a URL came with', 'function keyOf(address: string, extra: URLSearchParams) { const url = new URL(address); url.search = extra.toString(); return url.toString() }', 'keyOf(a, b)'],
  ])('%s', (_name, builder, call) => {
    expect(inOneFile(keyed(builder, call))).toContain('missing-key-dependency warning')
  })

  test.each<[string, string, string]>([
    ['nothing', 'const keyOf = (id: string, locale: string) => `page:${id}:${locale}`', 'keyOf(a, b)'],
    ['a parameter that an underscore leaves out on purpose', 'const keyOf = (id: string, _locale: string) => `page:${id}`', 'keyOf(a, b)'],
    ['a parameter before one that is used, which has to stand there', 'const keyOf = (request: unknown, id: string) => `page:${id}`', 'keyOf(a, b)'],
    ['a member, handing the whole on', 'const keyOf = (visit: { url: string; device: string }) => `page:${JSON.stringify(visit)}`', 'keyOf(a)'],
    ['a parameter of a method that a class above declares', 'class Keys { of(id: string, locale: string) { return `page:${id}:${locale}` } }\nclass Short extends Keys { of(id: string, locale: string) { return `page:${id}` } }\nconst keys = new Short()', 'keys.of(a, b)'],
    ['a query that it looked at before', "function keyOf(address: string) { const url = new URL(address); const page = url.searchParams.get('page'); url.search = `page=${page}`; return url.toString() }", 'keyOf(a)'],
  ])('but is quiet where it drops %s', (_name, builder, call) => {
    expect(inOneFile(keyed(builder, call)).filter((line) => line.startsWith('missing-key-dependency'))).toEqual([])
  })
})

describe('missing-user-scope', () => {
  const middleware = (key: string, test = ''): string => `const answers = new Map<string, string>()
interface Context { req: { url: string; header(name: string): string | undefined }; res: string }
export const cached = () => async (c: Context, next: () => Promise<void>) => {
  ${test}
  const key = ${key}
  const hit = answers.get(key)
  if (hit) return hit
  await next()
  answers.set(key, c.res)
  return c.res
}`

  test('asks a middleware that keeps answers by the address for the reader', () => {
    expect(inOneFile(middleware('c.req.url'))).toContain('missing-user-scope warning')
    expect(inOneFile(middleware("c.req.url + c.req.header('Authorization')"))).not.toContain('missing-user-scope warning')
    expect(inOneFile(middleware('c.req.url', "if (c.req.header('Cookie')) return next()"))).not.toContain('missing-user-scope warning')
  })

  const guarded = (before: string, after: string): string => `${REDIS}${LOAD}declare function mayRead(role: string, id: string): boolean
export async function page(id: string, role: string) {
  ${before}
  const hit = await redis.get(\`page:\${id}\`)
  if (hit) return hit
  ${after}
  const made = await load(id)
  await redis.set(\`page:\${id}\`, made)
  return made
}`

  test('finds a refusal that stands behind the cache', () => {
    const refusal = "if (!mayRead(role, id)) throw new Error('Forbidden')"
    expect(inOneFile(guarded('', refusal))).toEqual(['missing-user-scope warning'])
    expect(inOneFile(guarded(refusal, ''))).toEqual([])
    expect(inOneFile(guarded('', "if (!id) throw new Error('not allowed')"))).toEqual([])
    expect(inOneFile(guarded('', "if (!mayRead(role, id)) throw new Error('gone')"))).toEqual([])
  })

  test('finds the language in a plain object that is a cache', () => {
    const memo = (value: string): string => `${LOAD}export class Strings {\n  private cache: Record<string, Promise<string>> = {}\n  of(path: string, language: string) {\n    if (!this.cache[path]) this.cache[path] = ${value}\n    return this.cache[path]\n  }\n}`
    expect(inOneFile(memo('load(path, language)'))).toEqual(['missing-user-scope info'])
    expect(inOneFile(memo('load(path)'))).toEqual([])
    expect(inOneFile(memo('Promise.resolve(language)').replace('if (!this.cache[path]) ', ''))).toEqual([])
  })

  const environment = "import { useEnvironment } from './environment'\n"
  const scoped = (name: string): string => `${QUERY}${environment}export function use${name}() { const { environment } = useEnvironment(); return useQuery({ queryKey: ['${name}', environment?._id], queryFn: () => fetch('/api/${name}') }) }`
  const provider = { 'environment.ts': 'export declare function useEnvironment(): { environment?: { _id: string } }' }

  test('tells of a query without the tenant that its siblings hold', () => {
    const files = { ...provider, 'a.ts': scoped('Alerts'), 'b.ts': scoped('Blocks'), 'c.ts': `${QUERY}export const useChats = () => useQuery({ queryKey: ['chats'], queryFn: () => fetch('/api/chats') })` }
    expect(lines(files)).toContain('missing-user-scope info')
  })

  test('and not where a single query holds it', () => {
    const files = { ...provider, 'a.ts': scoped('Alerts'), 'c.ts': `${QUERY}export const useChats = () => useQuery({ queryKey: ['chats'], queryFn: () => fetch('/api/chats') })` }
    expect(lines(files)).toEqual([])
  })
})

describe('who asks', () => {
  const findings = (files: Record<string, string>, config: object = {}): string[] => keyFindings(auditFiles(files, config)).map((f) => `${f.severity} ${f.data['kind']} ${f.data['path']}`)
  const stored = (parameters: string, value: string, before = ''): string => `${REDIS}${LOAD}${before}\nexport async function f(${parameters}) { await redis.set('page:home', await ${value}) }`

  test.each<[string, string, string]>([
    ['a parameter', stored('userId: string', 'load(userId)'), 'error user userId'],
    ['a type', stored('me: CurrentUser', 'load(me.name)'), 'error user me.name'],
    ['a claim of a token', stored('claims: JwtPayload', 'load(claims.sub)'), 'error user claims.sub'],
    ['the request', stored('req: { user: { id: string } }', 'load(req.user.id)'), 'error user req.user.id'],
    ['a tenant', stored('workspaceId: string', 'load(workspaceId)'), 'error tenant workspaceId'],
    ['a role', stored('role: string', 'load(role)'), 'warning role role'],
    ['a language', stored('locale: string', 'load(locale)'), 'warning locale locale'],
    ['the session of next-auth', stored('', 'load(await getServerSession())', "import { getServerSession } from 'next-auth'"), 'error user getServerSession()'],
    ['the session of Clerk', stored('', 'load(await auth())', "import { auth } from '@clerk/nextjs/server'"), 'error user auth()'],
    ['the session of better-auth', stored('', 'load(await auth.api.getSession())', "import { auth } from './auth'"), 'error user auth.api.getSession()'],
    ['a verified token of Firebase', stored('', 'load(await getAuth().verifyIdToken(jar))', "import { getAuth } from 'firebase-admin/auth'\ndeclare const jar: string"), 'error user getAuth().verifyIdToken()'],
    ['a user whom Passport puts on the request', stored('request: Request', 'load(request.user!.id)', "import type { Request } from 'express'\nimport passport from 'passport'\nexport const guard = passport.authenticate('jwt')"), 'error user request.user.id'],
    ['the context of Koa', stored('ctx: Context', 'load(ctx.state.user.id)', "import type { Context } from 'koa'"), 'error user ctx.state.user.id'],
    ['the context of Hono', stored('c: Context', "load(c.get('user').id)", "import type { Context } from 'hono'"), 'error user c.get()'],
    ['the request of Fastify', stored('request: FastifyRequest', 'load(request.session.userId)', "import type { FastifyRequest } from 'fastify'"), 'error user request.session.userId'],
    ['the context of tRPC', `${REDIS}${LOAD}import { initTRPC } from '@trpc/server'\nconst t = initTRPC.context<{ session: { user: { id: string } } }>().create()\nexport const home = t.procedure.query(async ({ ctx }) => { const made = await load(ctx.session.user.id); await redis.set('page:home', made); return made })`, 'error user ctx.session.user.id'],
    ['a session that Lucia validates', stored('cookie: string', 'load((await lucia.validateSession(cookie)).user)', "import { lucia } from './auth'"), 'error user lucia.validateSession()'],
    ['the user of Supabase', stored('', 'load((await supabase.auth.getUser()).data.user)', "import { createClient } from '@supabase/supabase-js'\nconst supabase = createClient('', '')"), 'error user supabase.auth.getUser()'],
    ['a client of Supabase that is made for each request', stored('', "createServerClient('', '', {}).from('orders').select()", "import { createServerClient } from '@supabase/ssr'"), 'error user createServerClient()'],
    ['a handler of Nest that a guard gave the user', `${REDIS}${LOAD}import { Controller, Get, Req, UseGuards } from '@nestjs/common'\nimport { AuthGuard } from '@nestjs/passport'\n@Controller()\nexport class Home {\n  @UseGuards(AuthGuard('jwt')) @Get()\n  async home(@Req() req: { user: { id: string } }) { const made = await load(req.user.id); await redis.set('page:home', made); return made }\n}`, 'error user req.user.id'],
    ['a permission', stored('permissions: string[]', 'load(permissions)'), 'warning role permissions'],
    ['a plan', stored('plan: string', 'load(plan)'), 'warning role plan'],
    ['the variables of Hono', stored('c: Context', 'load(c.var.session.userId)', "import type { Context } from 'hono'"), 'error user c.var.session.userId'],
    ['someone who acts for another', stored('impersonatedUserId: string', 'load(impersonatedUserId)'), 'error user impersonatedUserId'],
    ['an AsyncLocalStorage', stored('', 'load(storage.getStore()!.tenantId)', "import { AsyncLocalStorage } from 'node:async_hooks'\nconst storage = new AsyncLocalStorage<{ tenantId: string }>()"), 'error tenant storage.getStore()'],
    ['an AsyncLocalStorage, by a variable', `${REDIS}${LOAD}import { AsyncLocalStorage } from 'node:async_hooks'\nconst storage = new AsyncLocalStorage<{ tenantId: string }>()\nexport async function f() { const store = storage.getStore()!; await redis.set('page:home', await load(store.tenantId)) }`, 'error tenant store.tenantId'],
  ])('is told by %s', (_name, main, expected) => {
    expect(findings({ 'main.ts': main })).toContain(expected)
  })

  test('is not asked of an AsyncLocalStorage that holds something else', () => {
    expect(findings({ 'main.ts': stored('', 'load(storage.getStore()!.traceId)', "import { AsyncLocalStorage } from 'node:async_hooks'\nconst storage = new AsyncLocalStorage<{ traceId: string }>()") })).toEqual([])
  })

  test('is told by the configuration: names and types, in the value and in the key', () => {
    const main = stored('shop: ShopContext', 'load(shop.domain)')
    expect(findings({ 'main.ts': main })).toEqual([])
    expect(findings({ 'main.ts': main }, { identities: { tenant: ['shop'] } })).toEqual(['error tenant shop.domain'])
    expect(findings({ 'main.ts': main }, { identities: { tenant: ['ShopContext'] } })).toEqual(['error tenant shop.domain'])
    expect(findings({ 'main.ts': main.replace("'page:home'", '`page:${shop.domain}`') }, { identities: { tenant: ['shop'] } })).toEqual([])
  })

  test('is carried by a client of the configuration', () => {
    const main = stored('', "shopApi.get('/home')", "import { shopApi } from './api'")
    expect(findings({ 'main.ts': main })).toEqual([])
    expect(findings({ 'main.ts': main }, { scopedClients: { shopApi: 'tenant' } })).toEqual(['error tenant shopApi.get()'])
  })

  test('is carried by headers that an object was made with', () => {
    const main = `${REDIS}${LOAD}export class Api {\n  private readonly defaultHeaders: Record<string, string>\n  constructor(token: string) { this.defaultHeaders = { Authorization: \`Bearer \${token}\` } }\n  async home() { const hit = await redis.get('page:home'); if (hit) return hit; const made = await load('/home', this.defaultHeaders); await redis.set('page:home', made); return made }\n}`
    expect(findings({ 'main.ts': main })).toContain('error token token')
  })

  test('is carried by a client whose interceptor sets a header of the tenant', () => {
    const main = stored('', "api.get('/home')", "import { api } from './api'")
    const client = (header: string): string => `import axios from 'axios'\nimport { current } from './current'\nexport const api = axios.create()\napi.interceptors.request.use((config) => { config.headers['${header}'] = current(); return config })`
    expect(findings({ 'main.ts': main, 'api.ts': client('X-Organization-Id') })).toEqual(['error tenant api.get()'])
    expect(findings({ 'main.ts': main, 'api.ts': client('X-Trace-Id') })).toEqual([])
  })

  test('is carried by a client whose interceptor reads the session', () => {
    const main = stored('', "api.get('/home')", "import { api } from './api'")
    const client = "import axios from 'axios'\nimport { auth } from '@clerk/nextjs/server'\nexport const api = axios.create()\napi.interceptors.request.use(async (config) => { const { getToken } = await auth(); config.headers.Authorization = `Bearer ${await getToken()}`; return config })"
    expect(findings({ 'main.ts': main, 'api.ts': client })).toEqual(['error user api.get()'])
  })
})

describe('the way of what is missing', () => {
  const wayOf = (files: Record<string, string>): string[] => keyFindings(auditFiles(files)).flatMap((f) => f.related.filter(({ role }) => role === 'step' || role === 'dependency').map((place) => `${place.path}:${place.startLine} ${place.message}`))

  test('is told step by step: where it comes in, what carries it, which function of another file uses it', () => {
    const main = `${CACHED}import { find } from './find.js'\nexport async function f(id: string, page: number) {\n  const options = { skip: page * 20 }\n  const all = { ...options }\n  return unstable_cache(\n    () => find(id, all.skip),\n    [\`a-\${id}\`])()\n}`
    const find = "import { query } from './query.js'\nexport const find = (id: string, skip: number) => {\n  return query(id, skip)\n}"
    const query = 'declare const db: { rows: any }\nexport const query = (id: string, offset: number) =>\n  db.rows.find({ id, offset })'
    expect(wayOf({ 'main.ts': main, 'find.ts': find, 'query.ts': query })).toEqual([
      'main.ts:3 page comes in here', 'main.ts:4 page reaches the value here', 'main.ts:5 by way of options', 'main.ts:7 by way of all',
      'find.ts:3 find uses it here', 'query.ts:3 query uses it here',
    ])
  })

  test('and of an identity', () => {
    const main = `${REDIS}${LOAD}export async function f(userId: string) {\n  const where = { userId }\n  const made = await load(where)\n  await redis.set('page:home', made)\n}`
    expect(wayOf({ 'main.ts': main })).toEqual(['main.ts:4 userId comes in here', 'main.ts:5 userId reaches the value here', 'main.ts:6 by way of where', 'main.ts:7 by way of made'])
  })
})

describe('public-user-response', () => {
  const handler = (body: string, before = ''): string => `import { getServerSession } from 'next-auth'\n${LOAD}${before}\nexport async function GET(request: Request) { ${body} }`
  const PUBLIC = "new Response(text, { headers: { 'Cache-Control': 'public, max-age=60' } })"
  const SESSION = 'const session = await getServerSession(); const text = await load(session.user.id);'

  test.each<[string, string]>([
    ['the session', handler(`${SESSION} return ${PUBLIC}`)],
    ['the header Authorization', handler(`const text = await load(request.headers.get('authorization')); return ${PUBLIC}`)],
    ['the cookie of a session', `import { cookies } from 'next/headers'\n${handler(`const text = await load((await cookies()).get('session')?.value); return ${PUBLIC}`)}`],
    ['a user whom a guard hands in', `declare function withUser(handler: (request: Request, user: { id: string }) => Promise<Response>): unknown\n${LOAD}export const GET = withUser(async (request, user) => { const text = await load(user.id); return ${PUBLIC} })`],
    ['the user of the request', `${LOAD}export async function page(req: { user: { id: string } }, res: { setHeader(name: string, value: string): void; end(text: string): void }) { const text = await load(req.user.id); res.setHeader('Cache-Control', 's-maxage=600'); res.end(text) }`],
    ['the session, for a network of its own', handler(`${SESSION} return new Response(text, { headers: { 'CDN-Cache-Control': 'max-age=60, public' } })`)],
    ['the session, for Fastly', handler(`${SESSION} return new Response(text, { headers: { 'Surrogate-Control': 'public, max-age=60' } })`)],
    ['the session, by `res.set` of Express', `${LOAD}export async function page(req: { session: { userId: string } }, res: { set(name: string, value: string): void; send(text: string): void }) { const text = await load(req.session.userId); res.set('Cache-Control', 'public, max-age=60'); res.send(text) }`],
    ['the session, by `res.set` of an object', `${LOAD}export async function page(req: { session: { userId: string } }, res: { set(headers: object): void; send(text: string): void }) { const text = await load(req.session.userId); res.set({ 'Cache-Control': 'public, max-age=60' }); res.send(text) }`],
    ['a user in what a guard hands in', `declare function withUser(handler: (given: { user: { id: string } }) => Promise<Response>): unknown\n${LOAD}export const GET = withUser(async ({ user }) => { const text = await load(user.id); return ${PUBLIC} })`],
    ['the user of a resolver with a hint for all', `${LOAD}export const resolvers = { Query: { me: async (_: unknown, __: unknown, { user }: { user: { id: string } }, info: any) => { info.cacheControl.setCacheHint({ maxAge: 60 }); return load(user.id) } } }`],
    ['the user of a resolver whose field the schema gives to all', `${LOAD}const typeDefs = \`type Query { me(first: Int): User @cacheControl(maxAge: 60) }\`\nexport const resolvers = { Query: { me: (_: unknown, __: unknown, context: { user: { id: string } }) => load(context.user.id) } }\nexport { typeDefs }`],
    ['the session that a server of GraphQL knows, and its response cache does not', `import { createYoga } from 'graphql-yoga'\nimport { useResponseCache } from '@graphql-yoga/plugin-response-cache'\nimport { getServerSession } from 'next-auth'\nexport const yoga = createYoga({ context: async () => { const session = await getServerSession(); return { user: session.user } }, plugins: [useResponseCache({ session: () => null })] })`],
    ['the session, through a function that sends', handler(`${SESSION} return send(text, 'public, s-maxage=60')`, "const send = (text: string, directives: string) => new Response(text, { headers: { 'Cache-Control': directives } })")],
  ])('finds %s', (_name, main) => {
    expect(inOneFile(main)).toEqual(['public-user-response error'])
  })

  test.each<[string, string]>([
    ['the header is private', handler(`${SESSION} return new Response(text, { headers: { 'Cache-Control': 'private, max-age=60' } })`)],
    ['no header is sent', handler(`${SESSION} return new Response(text)`)],
    ['only the browser may keep it', handler(`${SESSION} return new Response(text, { headers: { 'Cache-Control': 'max-age=60' } })`)],
    ['nobody is asked for', handler(`const text = await load('news'); return ${PUBLIC}`)],
    ['the session only opens the door to what all may see', handler(`await getServerSession(); const text = await load('news'); return ${PUBLIC}`)],
    ['a header of the response is set', handler(`const text = await load('news'); const response = ${PUBLIC}; response.headers.get('authorization'); return response`)],
    ['the response varies by the cookie', handler(`${SESSION} return new Response(text, { headers: { 'Cache-Control': 'public, max-age=60', Vary: 'Cookie' } })`)],
    ['readers with a session are answered privately', handler(`const session = await getServerSession(); const text = await load(session?.user.id); return new Response(text, { headers: { 'Cache-Control': session ? 'private, no-store' : 'public, max-age=60' } })`)],
    ['the handler sends one thing or another', `${LOAD}export async function GET(req: { user: { id: string } }, res: { set(name: string, value: string): void }) { const file = await load(req.user.id); if (file === '') { res.set('Cache-Control', 'public, max-age=60') } else { res.set('Cache-Control', 'max-age=5') } }`],
    ['a guard hands in a user who is never read', `declare function withUser(handler: (request: Request, user: { id: string }) => Promise<Response>): unknown\n${LOAD}export const GET = withUser(async (request, user) => { const text = await load('news'); return ${PUBLIC} })`],
    ['the hint of a resolver is private', `${LOAD}export const resolvers = { Query: { me: async (_: unknown, __: unknown, { user }: { user: { id: string } }, info: any) => { info.cacheControl.setCacheHint({ maxAge: 60, scope: 'PRIVATE' }); return load(user.id) } } }`],
    ['the field of a resolver is private', `${LOAD}const typeDefs = \`type Query { me: User @cacheControl(maxAge: 60, scope: PRIVATE) }\`\nexport const resolvers = { Query: { me: (_: unknown, __: unknown, context: { user: { id: string } }) => load(context.user.id) } }\nexport { typeDefs }`],
    ['the resolver of a field for all asks nobody', `${LOAD}const typeDefs = \`type Query { news: [Post] @cacheControl(maxAge: 60) }\`\nexport const resolvers = { Query: { news: () => load('news') } }\nexport { typeDefs }`],
    ['the response cache of GraphQL asks for the session', `import { createYoga } from 'graphql-yoga'\nimport { useResponseCache } from '@graphql-yoga/plugin-response-cache'\nimport { getServerSession } from 'next-auth'\nexport const yoga = createYoga({ context: async () => { const session = await getServerSession(); return { user: session.user } }, plugins: [useResponseCache({ session: (request) => request.headers.get('authorization') })] })`],
    ['a theme is what the cookie holds', `import { cookies } from 'next/headers'\n${handler(`const text = await load((await cookies()).get('theme')?.value); return ${PUBLIC}`)}`],
  ])('is quiet where %s', (_name, main) => {
    expect(inOneFile(main).filter((line) => line.startsWith('public-user-response'))).toEqual([])
  })

  test('warns where only requests with Authorization are kept apart', () => {
    expect(inOneFile(handler(`${SESSION} return new Response(text, { headers: { 'Cache-Control': 'max-age=600, immutable' } })`))).toEqual(['public-user-response warning'])
  })

  test('tells, as an info, of endpoints of a session that say nothing of caches', () => {
    const nextAuth = "import NextAuth from 'next-auth'\nexport default (req: unknown, res: { setHeader(name: string, value: string): void }) => { return NextAuth(req, res, {}) }"
    expect(inOneFile(nextAuth)).toEqual(['public-user-response info'])
    expect(inOneFile(nextAuth.replace('return', "res.setHeader('Cache-Control', 'no-store'); return"))).toEqual([])
    const controller = (route: string): string => `import { Controller, Get } from '@nestjs/common'\nimport { UserSession } from './session'\n@Controller('${route}')\nexport class Endpoints {\n  @Get('/refresh')\n  refresh(@UserSession() user: { id: string }) { return user.id }\n}`
    expect(inOneFile(controller('/auth'))).toEqual(['public-user-response info'])
    expect(inOneFile(controller('/posts'))).toEqual([])
  })

  test('tells, as an info, of a route that is of one person', () => {
    const route = `${LOAD}export async function GET(request: Request, { params }: { params: { userId: string } }) { const text = await load(params.userId); return ${PUBLIC} }`
    expect(lines({ 'app/contacts/[userId]/route.ts': route })).toEqual(['public-user-response info'])
  })

  test('reads the headers that the configuration of Next gives to routes', () => {
    const next = (source: string): Record<string, string> => ({
      'next.config.ts': `export default { async headers() { return [{ source: '${source}', headers: [{ key: 'Cache-Control', value: 'public, s-maxage=60' }] }] } }`,
      'app/account/page.tsx': `import { getServerSession } from 'next-auth'\n${LOAD}export default async function Page() { const session = await getServerSession(); return load(session.user.id) }`,
    })
    expect(lines(next('/account/:path*'))).toEqual(['public-user-response error'])
    expect(lines(next('/docs/:path*'))).toEqual([])
  })

  test('reads the headers that vercel.json gives to routes', () => {
    const route = (directives: string): Record<string, string> => ({
      'vercel.json': JSON.stringify({ headers: [{ source: '/api/(.*)', headers: [{ key: 'Cache-Control', value: directives }] }] }),
      'app/api/me/route.ts': `import { getServerSession } from 'next-auth'\n${LOAD}export async function GET() { const session = await getServerSession(); return Response.json(await load(session.user.id)) }`,
    })
    expect(keyFindings(auditFiles(route('public, s-maxage=60'))).map((f) => `${f.ruleId} ${f.location.path}:${f.location.startLine}`)).toEqual(['public-user-response vercel.json:1'])
    expect(lines(route('private, no-store'))).toEqual([])
    expect(lines({ ...route('public, s-maxage=60'), 'app/api/me/route.ts': `import { getServerSession } from 'next-auth'\n${LOAD}export async function POST() { const session = await getServerSession(); return Response.json(await load(session.user.id)) }` })).toEqual([])
  })

  test.each<[string, string, boolean]>([
    ['/:path*', '/profile', true],
    ['/(.*)', '/a/b', true],
    ['/docs/:path*', '/profile', false],
    ['/docs/:path*', '/docs/start', true],
    ['/docs', '/docs/start', false],
    ['/users/:id', '/users/[id]', true],
    ['/users/:id', '/users/[id]/edit', false],
    ['/((?!api|docs).*)', '/docs/start', false],
    ['/((?!api|docs).*)', '/profile', true],
    ['/:lang(en|de)/shop', '/en/shop', false],
  ])('the pattern %s over the route %s: %s', (pattern, route, covers) => {
    expect(coversRoute(pattern, route)).toBe(covers)
  })
})
