/**
 * What the small programs of fixtures/capabilities import, so that they can be run here: the real package with a store
 * that notes each key, or, where the package needs a server, a browser or a container, a few lines that do what its
 * documentation says. Each is the text of a module; `globalThis.sent(command, key)` is told of every operation.
 */
export const STAND_INS: Readonly<Record<string, string>> = {
  ioredis: `
const streamed = (match) => ({ on: (name, listen) => { if (name === 'data') listen([match.replaceAll('*', 'x')]) }, async *[Symbol.asyncIterator]() { yield [match.replaceAll('*', 'x')] } })
const answers = {
  scan: (_, __, match) => Promise.resolve(['0', [match.replaceAll('*', 'x')]]),
  scanStream: ({ match }) => streamed(match),
}
const SENT = { get: 'read', set: 'write', del: 'delete', unlink: 'delete', keys: 'read', scan: 'read', scanStream: 'read' }
const keysOf = (name, args) => name === 'scan' ? [args[2]] : name === 'scanStream' ? [args[0].match] : ['del', 'unlink'].includes(name) ? args : args.slice(0, 1)
export class Redis {
  constructor(...args) {
    const prefix = args.map((each) => each?.keyPrefix).find((each) => each !== undefined) ?? ''
    const client = new Proxy(this, { get: (_, name) => name === 'then' ? undefined : (...given) => {
      // ioredis does not put its prefix before patterns.
      if (SENT[name]) for (const key of keysOf(name, given)) if (typeof key === 'string') globalThis.sent(SENT[name], (['keys', 'scan', 'scanStream'].includes(name) ? '' : prefix) + key)
      if (['pipeline', 'multi'].includes(String(name))) return client
      return answers[name] ? answers[name](...given) : Promise.resolve(null)
    } })
    return client
  }
}
export default Redis
export const createClient = (...args) => new Redis(...args)
`,
  keyv: `
import Real from 'keyv'
class Noted extends Map {
  get(key) { globalThis.sent('read', key); return super.get(key) }
  set(key, value) { globalThis.sent('write', key); return super.set(key, value) }
  delete(key) { globalThis.sent('delete', key); return super.delete(key) }
}
export default class Keyv extends Real { constructor(options) { super({ ...options, store: new Noted() }) } }
`,
  'lru-cache': `
import { LRUCache as Real } from 'lru-cache'
export class LRUCache extends Real {
  get(key, ...rest) { globalThis.sent('read', key); return super.get(key, ...rest) }
  set(key, ...rest) { globalThis.sent('write', key); return super.set(key, ...rest) }
  delete(key) { globalThis.sent('delete', key); return super.delete(key) }
}
`,
  '@unkey/cache': `
import { createCache, Namespace as Real } from '@unkey/cache'
import { MemoryStore } from '@unkey/cache/stores'
class Noted extends Map {
  get(key) { globalThis.sent('read', key); return super.get(key) }
  set(key, value) { globalThis.sent('write', key); return super.set(key, value) }
  delete(key) { globalThis.sent('delete', key); return super.delete(key) }
}
export { createCache }
export class Namespace { constructor() { return new Real({ waitUntil: () => undefined }, { stores: [new MemoryStore({ persistentMap: new Noted() })], fresh: 1000, stale: 2000 }) } }
`,
  '@lukemorales/query-key-factory': "export * from '@lukemorales/query-key-factory'\n",
  '@tanstack/react-query': `
import { QueryClient } from '@tanstack/query-core'
const client = new QueryClient()
client.getQueryCache().subscribe(({ type, query }) => { if (type === 'added') globalThis.sent('read', query.queryKey) })
const { invalidateQueries } = client
client.invalidateQueries = (filters) => { globalThis.sent('delete', filters.queryKey); return invalidateQueries.call(client, filters) }
export const useQueryClient = () => client
export const useQuery = (options) => { client.getQueryCache().build(client, client.defaultQueryOptions(options)) }
`,
  swr: "export default (key) => { globalThis.sent('read', key); return {} }\n",
  '@nestjs/common': 'export const Inject = (Service) => (target, name) => { target[name] = new Service() }\n',
  '@nestjs/cache-manager': `
export const CacheKey = (key) => (_target, _name, descriptor) => {
  const original = descriptor.value
  descriptor.value = async function (...args) { globalThis.sent('read', key); const value = await original.apply(this, args); globalThis.sent('write', key); return value }
}
`,
}
const ALIASES: Readonly<Record<string, string>> = { redis: 'ioredis' }

const fileOf = (name: string): string => `stand-in-${(ALIASES[name] ?? name).replace(/\W/g, '-')}.ts`

/** The modules to put beside a program, by file. */
export const standInFiles: readonly (readonly [string, string])[] = Object.entries(STAND_INS).map(([name, text]) => [fileOf(name), `// @ts-nocheck\n${text}`])

/** The program's text, with its packages replaced by the stand-ins, and what it only declares given an answer. */
export function withStandIns(text: string): string {
  return text
    .replace(/from '(\.\/[\w-]+)\.js'/g, "from '$1.ts'")
    .replace(/from '([^.'][^']*)'/g, (all, name: string) => (name.startsWith('node:') ? all : `from './${fileOf(name)}'`))
    .replace(/^declare function (\w+)\(.*$/gm, 'const $1 = async () => ({})')
}
