import { describe, expect, test } from 'vitest'
import { auditFiles, siteLines } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nexport const redis = new Redis()\n"

/** The keys of a file `main.ts` beside `redis.ts`, as `op key` lines. */
const keys = (main: string, others: Readonly<Record<string, string>> = {}): string[] =>
  siteLines({ 'redis.ts': REDIS, 'main.ts': `import { redis } from './redis.js'\n${main}`, ...others })

describe('how keys are built', () => {
  test.each<[string, string, string]>([
    ['a literal', "redis.get('app:settings')", 'app:settings'],
    ['a template', 'export const f = (id: string) => redis.get(`user:${id}`)', 'user:{id}'],
    ['a member path', 'export const f = (o: { user: { id: string } }) => redis.get(`u:${o.user.id}`)', 'u:{o.user.id}'],
    ['concatenation', "export const f = (id: string) => redis.get('user:' + id + ':photo')", 'user:{id}:photo'],
    ['join', "export const f = (id: string) => redis.get(['user', id, 'x'].join(':'))", 'user:{id}:x'],
    ['a join of what is present', "export const f = (a?: string) => redis.get(['x', undefined, a].filter(Boolean).join(':'))", 'x(|:{a})'],
    ['what is made of a text that may be empty', "export const f = (on: boolean) => redis.get(`a:${[on && 'b/'].filter(Boolean).join(':').replace(/[/]+$/, '')}`)", "a:(|{[on && 'b/'].filter(Boolean).join(':').replace(/[/]+$/, '')})"],
    ['a split at a text that ends one part and begins another', "const MARK = '#q'\nexport const f = (id: string, q: object) => redis.get(`a:${id}:${MARK}=${JSON.stringify(q)}`.split(`:${MARK}=`)[0])", 'a:{id}'],
    ['a local constant', 'export function f(id: string) { const key = `a:${id}`; return redis.get(key) }', 'a:{id}'],
    ['a module constant', "const PREFIX = 'a'\nexport const f = (id: string) => redis.get(`${PREFIX}:${id}`)", 'a:{id}'],
    ['an enum', "enum Kind { User = 'user', Team = 'team' }\nredis.get(`k:${Kind.User}`)", 'k:user'],
    ['a const table', "const KEYS = { all: 'users:all' } as const\nredis.get(KEYS.all)", 'users:all'],
    ['a frozen table', "const KEYS = Object.freeze({ all: 'users:all' })\nredis.get(KEYS.all)", 'users:all'],
    ['a table indexed by what is not known', "const K = { a: 'x', b: 'y' }\nexport const f = (n: 'a' | 'b') => redis.get(K[n])", '(x|y)'],
    ['a ternary', 'export const f = (a: boolean, id: string) => redis.get(a ? `x:${id}` : `y:${id}`)', '(x:{id}|y:{id})'],
    ['several returns', "function k(a: string) { if (a.length > 3) return 'long'; return `short:${a}` }\nexport const f = (s: string) => redis.get(k(s))", '(long|short:{s})'],
    ['a default parameter', "const k = (id: string, v = 'v1') => `${v}:${id}`\nexport const f = (id: string) => redis.get(k(id))", 'v1:{id}'],
    ['an absent optional parameter', 'const k = (id: string, e?: string) => e ? `l:${id}:${e}` : `l:${id}`\nexport const f = (id: string) => redis.get(k(id))', 'l:{id}'],
    ['rest parameters', "const k = (...p: string[]) => p.join(':')\nexport const f = (id: string) => redis.get(k('user', id))", 'user:{id}'],
    ['destructured parameters', 'const k = ({ a, b: c }: { a: string; b: string }) => `${a}:${c}`\nexport const f = (x: string) => redis.get(k({ a: "n", b: x }))', 'n:{x}'],
    ['object shorthand and spread', 'const k = (o: { a: string; b: string }) => `${o.a}:${o.b}`\nexport const f = (a: string) => redis.get(k({ ...{ b: "z" }, a }))', '{a}:z'],
    ['curried functions', 'const k = (a: string) => (b: string) => `${a}:${b}`\nexport const f = (id: string) => redis.get(k("user")(id))', 'user:{id}'],
    ['a factory that makes objects of functions', 'const make = (r: string) => ({ one: (id: string) => `${r}:${id}` })\nconst users = make("users")\nexport const f = (id: string) => redis.get(users.one(id))', 'users:{id}'],
    ['let, reassigned', 'export function f(id: string, e?: string) { let key = `a:${id}`; if (e) key += `:${e}`; return redis.get(key) }', '(a:{id}|a:{id}:{e})'],
    ['push', "export function f(id: string) { const p = ['a']; p.push(id); return redis.get(p.join('/')) }", 'a/{id}'],
    ['switch', "const k = (t: string) => { switch (t) { case 'a': return 'key-a'; default: return 'key-b' } }\nredis.get(k('a'))", 'key-a'],
    ['a switch that sets it, and breaks', "export function f(t: string, id: string) { let key; switch (t) { case 'a': key = `a:${id}`; break; case 'b': { key = `b:${id}`; break } default: return null } return redis.get(key) }", '(a:{id}|b:{id})'],
    ['a loop that is left when it is found', "export function f(ids: string[]) { let key = 'none'; for (const id of ids) { if (id.length > 3) { key = `long:${id}`; break } } return redis.get(key) }", '(none|long:{id})'],
    ['a loop that makes it of itself', 'export function f(name: string) { let key = name; for (const pattern of [/a(.*)/, /b(.*)/]) { const match = key.match(pattern); if (match?.[1]) { key = match[1]; break } } return redis.get(`k:${key}`) }', 'k:({name}|{key.match(pattern).1})'],
    ['what was set before something failed', "declare function work(): void\nexport function f(id: string) { let key = 'none'; try { key = `run:${id}`; work() } catch { return redis.get(key) } return null }", '(none|run:{id})'],
    ['case folding', 'export const f = (s: string) => redis.get(`Mail:${s.toLowerCase()}`.toLowerCase())', 'mail:{s.toLowerCase().toLowerCase()}'],
    ['encoding', 'export const f = (s: string) => redis.get(`q:${encodeURIComponent(s)}`)', 'q:{encodeURIComponent(s)}'],
    ['JSON', 'export const f = (o: object) => redis.get(`q:${JSON.stringify(o)}`)', 'q:{JSON.stringify(o)}'],
    ['literal braces', 'export const f = (id: string) => redis.get(`{tag}:${id}`)', '\\{tag\\}:{id}'],
    ['casts', "redis.get('a:b' as never)", 'a:b'],
    ['async helpers', 'async function k(id: string) { return `a:${id}` }\nexport const f = async (id: string) => redis.get(await k(id))', 'a:{id}'],
    ['tagged templates', 'const key = (s: TemplateStringsArray, ...v: string[]) => s.reduce((out, part, i) => out + part + (v[i] ?? ""), "")\nexport const f = (id: string) => redis.get(String.raw`a:${id}`)', 'a:{id}'],
    ['number arithmetic', 'const V = 1 + 1\nredis.get(`v${V}`)', 'v2'],
    ['a table that is handed through a function of its own type', "function put<T extends object>(keys: T): T { if (!process.env.NS) return keys; return deep(keys) as T }\nfunction deep(v: unknown): unknown { if (typeof v === 'string') return process.env.NS + v; const out: Record<string, unknown> = {}; for (const [k, each] of Object.entries(v as object)) out[k] = deep(each); return out }\nconst KEYS = put({ USER: { MANY: 'users' } })\nexport const f = (id: string) => redis.get(`${KEYS.USER.MANY}:${id}`)", 'users:{id}'],
    ['a table filled by names that are worked out', "function fill(names: string[]) { const out: Record<string, string> = {}; for (const name of names) out[name] = `k:${name}`; return out }\nconst KEYS = fill(['a', 'b'])\nexport const f = () => redis.get(KEYS.a)", '{out.a}'],
    ['a member that a function gives its object', "function make(id: string) { const o: Record<string, string> = { a: 'x' }; o.key = `k:${id}`; return o }\nexport const f = (id: string) => redis.get(make(id).key)", 'k:{id}'],
    ['whether a text ends so, or holds another', "const k = (a: string, id: string) => a.endsWith(':') ? `${a}${id}` : a.includes('/') ? `${a}/${id}` : `${a}:${id}`\nexport const f = (id: string) => redis.mget(k('a:', id), k('b/c', id), k('d', id))", '[a:{id}, b/c/{id}, d:{id}]'],
    ['batches of a list', "import { chunk } from 'lodash-es'\nexport const f = (ids: string[]) => Promise.all(chunk(ids.map((id) => `u:${id}`), 10).map((batch) => redis.mget(batch)))", 'u:{id}'],
    ['environment values', 'redis.get(`${process.env.STAGE}:x`)', '{process.env.STAGE}:x'],
  ])('%s', (_name, main, key) => {
    expect(keys(main)).toEqual([`read ${key}`])
  })

  test('element-wise: a list of keys mapped from ids', () => {
    expect(keys('const k = (id: string) => `u:${id}`\nexport const f = (ids: string[]) => redis.del(...ids.map((id) => k(id)))')).toEqual(['delete u:{id}'])
  })

  test('several keys in one command', () => {
    expect(keys("redis.del('a:1', 'b:2')")).toEqual(['delete [a:1, b:2]'])
  })

  test('the keys that a scan found are deleted by pattern', () => {
    const main = "export async function f() { const [, found] = await redis.scan('0', 'MATCH', 'user:*'); await redis.del(...found) }"
    expect(keys(main)).toEqual(['read user:*', 'delete user:*'])
  })

  test('a cycle ends, and is counted as unresolved', () => {
    expect(keys('const a = (): string => b()\nconst b = (): string => a()\nredis.get(a())')).toEqual(['read {?}'])
  })
})

describe('adversarial code ends, and says where it gave up', () => {
  test('conditional appends, which double with each step', () => {
    const appends = Array.from({ length: 40 }, (_, i) => `if (o.f${i}) key += ':' + o.f${i}`).join('\n')
    expect(keys(`export function f(o: any) { let key = 'a'; ${appends}\n return redis.get(key) }`)).toEqual([expect.stringContaining('{?}')])
  })

  test('alternatives of alternatives, cut and cut again', () => {
    const steps = Array.from({ length: 30 }, (_, i) => `if (o.f${i}) key = (key + o.f${i}).replace('a', 'b').concat(key)`).join('\n')
    expect(keys(`export function f(o: any) { let key = 'a'; ${steps}\n return redis.get(key) }`)).toHaveLength(1)
  })

  test('an expression as deep as a page is long', () => {
    const deep = `import Redis from 'ioredis'\nexport const f = (a: string) => new Redis().get(${Array.from({ length: 2000 }, () => 'a').join(' + ')})`
    const { model } = auditFiles({ 'main.ts': deep })
    expect([...model.sites, ...model.diagnostics].length).toBeGreaterThan(0)
  })

  test('recursion without end', () => {
    expect(keys("const grow = (s: string): string => grow(s + ':')\nredis.get(grow('a'))")).toEqual(['read {?}'])
  })

  test('calls that fan out', () => {
    const fan = Array.from({ length: 20 }, (_, i) => `const f${i + 1} = (s: string): string => f${i}(s) + f${i}(s)`).join('\n')
    expect(keys(`const f0 = (s: string) => s\n${fan}\nredis.get(f20('x'))`)).toHaveLength(1)
  })
})

describe('across files', () => {
  const factory = { 'keys.ts': 'export const keys = { user: (id: string) => `user:${id}` }\n' }

  test('an imported factory', () => {
    expect(keys("import { keys } from './keys.js'\nexport const f = (id: string) => redis.get(keys.user(id))", factory)).toEqual(['read user:{id}'])
  })

  test('a namespace import through a barrel', () => {
    const barrel = { ...factory, 'lib/index.ts': "export * from '../keys.js'\n" }
    expect(keys("import * as lib from './lib/index.js'\nexport const f = (id: string) => redis.get(lib.keys.user(id))", barrel)).toEqual(['read user:{id}'])
  })

  test('tsconfig paths, inherited', () => {
    const files = {
      'tsconfig.base.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "#lib/*": ["lib/*"] } }, } // a comment',
      'tsconfig.json': '{ "extends": "./tsconfig.base.json" }',
      'lib/keys.ts': factory['keys.ts'],
    }
    expect(keys("import { keys } from '#lib/keys'\nexport const f = (id: string) => redis.get(keys.user(id))", files)).toEqual(['read user:{id}'])
  })

  test('a tsconfig that extends one of a workspace package', () => {
    const files = {
      'package.json': '{ "name": "root", "workspaces": ["packages/*"] }',
      'packages/config/package.json': '{ "name": "@acme/tsconfig" }',
      'packages/config/base.json': '{ "compilerOptions": { "baseUrl": "../..", "paths": { "~lib/*": ["lib/*"] } } }',
      'tsconfig.json': '{ "extends": "@acme/tsconfig/base.json" }',
      'lib/keys.ts': factory['keys.ts'],
    }
    expect(keys("import { keys } from '~lib/keys'\nexport const f = (id: string) => redis.get(keys.user(id))", files)).toEqual(['read user:{id}'])
  })

  test('package.json imports', () => {
    const files = { 'package.json': '{ "name": "app", "imports": { "#keys": "./keys.ts" } }', ...factory }
    expect(keys("import { keys } from '#keys'\nexport const f = (id: string) => redis.get(keys.user(id))", files)).toEqual(['read user:{id}'])
  })

  test('a workspace package whose build is not there', () => {
    const files = {
      'package.json': '{ "name": "root", "workspaces": ["packages/*"] }',
      'packages/keys/package.json': '{ "name": "@acme/keys", "exports": { ".": "./dist/index.js" } }',
      'packages/keys/src/index.ts': factory['keys.ts'],
    }
    expect(keys("import { keys } from '@acme/keys'\nexport const f = (id: string) => redis.get(keys.user(id))", files)).toEqual(['read user:{id}'])
  })

  test('pnpm workspaces', () => {
    const files = {
      'pnpm-workspace.yaml': 'packages:\n  - "libs/*"\n',
      'libs/keys/package.json': '{ "name": "@acme/keys", "main": "dist/index.js" }',
      'libs/keys/src/index.ts': factory['keys.ts'],
    }
    expect(keys("import { keys } from '@acme/keys'\nexport const f = (id: string) => redis.get(keys.user(id))", files)).toEqual(['read user:{id}'])
  })

  test('CommonJS', () => {
    const files = { 'db.js': "const Redis = require('ioredis')\nmodule.exports = { db: new Redis() }\n", 'use.js': "const { db } = require('./db')\ndb.get('a:b')\n" }
    expect(siteLines(files)).toEqual(['read a:b'])
  })
})

describe('classes', () => {
  test('fields, constructor parameters, private methods', () => {
    const main = `
class Store {
  private readonly ns = 'app'
  constructor(private readonly kind: string) {}
  read(id: string) { return redis.get(this.key(id)) }
  private key(id: string) { return \`\${this.ns}:\${this.kind}:\${id}\` }
}
const users = new Store('users')
export const f = (id: string) => users.read(id)`
    expect(keys(main)).toEqual(['read app:{this.kind}:{id} (handed through)', 'read app:users:{id}'])
  })

  test('static and inherited members, getters', () => {
    const main = `
class Base { static readonly PREFIX = 'base'; get ns() { return 'ns' } }
class Child extends Base { key(id: string) { return \`\${Base.PREFIX}:\${this.ns}:\${id}\` } }
const child = new Child()
export const f = (id: string) => redis.get(child.key(id))`
    expect(keys(main)).toEqual(['read base:ns:{id}'])
  })

  test('an interface with one implementation', () => {
    const main = `
interface Keys { user(id: string): string }
class RealKeys implements Keys { user(id: string) { return \`user:\${id}\` } }
export class Service { constructor(private readonly keys: Keys) {}
  load(id: string) { return redis.get(this.keys.user(id)) } }`
    expect(keys(main)).toEqual(['read user:{id}'])
  })
})

describe('wrappers', () => {
  test('a function that hands its key through: the caller is the site', () => {
    expect(keys('const cached = (key: string) => redis.get(key)\nexport const f = (id: string) => cached(`user:${id}`)'))
      .toEqual(['read {key} (handed through)', 'read user:{id}'])
  })

  test('get-or-set is a read-through', () => {
    const main = `
async function remember(key: string, load: () => Promise<string>) {
  const hit = await redis.get(key)
  if (hit) return hit
  const value = await load()
  await redis.set(key, value)
  return value
}
export const f = (id: string) => remember(\`user:\${id}\`, async () => 'x')`
    expect(keys(main)).toContain('read-through user:{id}')
  })

  test('two layers, in three files, by path alias', () => {
    const files = {
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
      'cache.ts': "import { redis } from '@/redis'\nexport class Cache { get(key: string) { return redis.get(`app:${key}`) } }\n",
      'users.ts': "import { Cache } from '@/cache'\nconst cache = new Cache()\nexport const byId = (id: string) => cache.get(`user:${id}`)\n",
    }
    expect(keys('', files)).toContain('read app:user:{id}')
  })

  test('a decorator with a key builder', () => {
    const main = `
function Cached({ builder }: { builder: (...args: any[]) => string }) {
  return (_t: any, _n: string, d: any) => {
    const original = d.value
    d.value = async function (...args: any[]) {
      const hit = await redis.get(builder(...args))
      if (hit) return hit
      const value = await original.apply(this, args)
      await redis.set(builder(...args), value)
      return value
    }
  }
}
export class Users {
  @Cached({ builder: (command: { id: string }) => \`user:\${command.id}\` })
  find(command: { id: string }) { return command }
}`
    expect(keys(main)).toContain('read-through user:{command.id}')
  })

  test('a proxy that makes its target on first use', () => {
    const main = `
class Service { get(key: string) { return redis.get(key) } }
const service = new Service()
const lazy = new Proxy({} as Service, { get: (_t, prop: 'get') => service[prop] })
export const f = (id: string) => lazy.get(\`a:\${id}\`)`
    expect(keys(main)).toContain('read a:{id}')
  })
})
