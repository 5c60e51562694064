import { apolloCache } from './apollo-cache.js'
import { apolloResponseCache } from './apollo-response-cache.js'
import { asyncCacheDedupe } from './async-cache-dedupe.js'
import { bentocache } from './bentocache.js'
import { cacheApi } from './cache-api.js'
import { cacheManager } from './cache-manager.js'
import { cacheable } from './cacheable.js'
import { cachified } from './cachified.js'
import { cloudflareKv } from './cloudflare-kv.js'
import { dataloader } from './dataloader.js'
import { ioredis } from './ioredis.js'
import { keyproofRuntime } from './keyproof-runtime.js'
import { keyv } from './keyv.js'
import { layeredLoader } from './layered-loader.js'
import { lodashMemoize } from './lodash-memoize.js'
import { lruCache } from './lru-cache.js'
import { mapCache } from './map-cache.js'
import { memcached } from './memcached.js'
import { memjs } from './memjs.js'
import { memoizee } from './memoizee.js'
import { nestInterceptor } from './nest-interceptor.js'
import { NEXT_CACHE } from './next-cache.js'
import { nextFetch } from './next-fetch.js'
import { nitro } from './nitro.js'
import { nitroStorage } from './nitro-storage.js'
import { nodeCache } from './node-cache.js'
import { nuxt } from './nuxt.js'
import { ocache } from './ocache.js'
import { ownStore } from './own-store.js'
import { pMemoize } from './p-memoize.js'
import { quickLru } from './quick-lru.js'
import { reactCache } from './react-cache.js'
import { redis } from './redis.js'
import { rtkQuery } from './rtk-query.js'
import { swr } from './swr.js'
import { tanstackQuery } from './tanstack-query.js'
import { trpc } from './trpc.js'
import { ttlcache } from './ttlcache.js'
import { umamiRedis } from './umami-redis.js'
import { unkeyCache } from './unkey-cache.js'
import { unstorage } from './unstorage.js'
import { upstashRedis } from './upstash-redis.js'
import { valkeyGlide } from './valkey-glide.js'
import { webStorage } from './web-storage.js'
import { specsOf, type ClientSpec, type Operations, type OperationSpec } from './spec.js'

export const BUILT_IN: readonly ClientSpec[] = [
  apolloCache, apolloResponseCache, asyncCacheDedupe, bentocache, cacheApi, cacheManager, cacheable, cachified, cloudflareKv, dataloader,
  ioredis, keyproofRuntime, keyv, layeredLoader, lodashMemoize, lruCache, mapCache, memcached, memjs, memoizee,
  nestInterceptor, NEXT_CACHE, nextFetch, nitro, nitroStorage, nodeCache, nuxt, ocache, ownStore, pMemoize, quickLru, reactCache, redis,
  rtkQuery, swr, tanstackQuery, trpc, ttlcache, umamiRedis, unkeyCache, unstorage, upstashRedis, valkeyGlide, webStorage,
]

/** What an exported name of a cache library is. */
export type ExportRole = 'constructor' | 'factory' | 'type' | 'instance' | 'token' | 'base' | 'function'

/** Finds the meaning of imports and methods over all known clients, the user's own before the built-in ones. */
export class ClientRegistry {
  readonly clients: readonly ClientSpec[]
  /** All import specifiers that lead to a cache. */
  readonly modules: readonly string[]
  /** Those of them that a file imports for its cache alone. */
  readonly seedModules: readonly string[]
  /** Option names under which a client is handed to a function: `endpoints`. */
  readonly handingProperties: ReadonlySet<string>
  /** Methods that hand a client to their first argument: `$transaction`. */
  readonly handingMethods: ReadonlySet<string>
  private readonly byModule = new Map<string, ClientSpec[]>()

  /** `enabled` names the clients that are looked for only when asked for, `scripts` the commands that the program defines itself. */
  constructor(own: readonly ClientSpec[] = [], enabled: readonly string[] = [], databases: readonly ClientSpec[] = [], scripts: Operations = {}) {
    const builtIn = BUILT_IN.map((client) => (client.takesScripts ? { ...client, operations: { ...scripts, ...client.operations } } : client))
    this.clients = [...own, ...builtIn.filter((client) => !client.optIn || enabled.includes(client.id))]
    for (const client of [...this.clients, ...databases]) {
      for (const module of client.modules) this.byModule.set(module, [...(this.byModule.get(module) ?? []), client])
    }
    this.modules = [...this.byModule.keys()].filter((module) => module !== 'global')
    const wide = new Set([...this.clients, ...databases].flatMap((client) => client.wide ?? []))
    this.seedModules = this.modules.filter((module) => !wide.has(module))
    this.handingMethods = new Set(databases.flatMap((client) => Object.entries(client.hands ?? {}).flatMap(([name, position]) => (position.property === undefined ? [name] : []))))
    this.handingProperties = new Set(this.clients.flatMap((client) => Object.values(client.hands ?? {}).flatMap((position) => position.property ?? [])))
  }

  /** Every method name and function name that may be an operation, as written in code or in lower case. */
  get operationNames(): ReadonlySet<string> {
    // Those of caches that a program makes itself are looked for by the declarations of these.
    return new Set(this.clients.filter((client) => client !== ownStore).flatMap((client) => [...Object.keys(client.operations), ...Object.keys(client.functions ?? {}), ...(client.batches ?? [])]))
  }

  /** The client that `name` of `module` plays this role in; `name` may be a path: `Redis.fromEnv`. */
  find(module: string, name: string, role: ExportRole): ClientSpec | undefined {
    // `require('ioredis')` is the module and its default export at once.
    return this.byModule.get(module)?.find((client) => plays(client, name === '' ? 'default' : name, role))
  }

  /** The client whose function `name` hands one to the function in an option of its argument. */
  handing(module: string, name: string): ClientSpec | undefined {
    return this.byModule.get(module)?.find((client) => client.hands !== undefined && Object.hasOwn(client.hands, name))
  }
}

function plays(client: ClientSpec, name: string, role: ExportRole): boolean {
  switch (role) {
    case 'constructor': return listed(client.constructors, name)
    case 'factory': return listed(client.factories, name)
    case 'type': return listed(client.types, name)
    case 'instance': return listed(client.instances, name)
    case 'token': return listed(client.tokens, name)
    case 'base': return listed(client.entities?.bases, name)
    case 'function': return client.functions !== undefined && (Object.hasOwn(client.functions, name) || Object.hasOwn(client.functions, bare(name)))
  }
}

// Through a namespace or an interop default, `X` is also reached as `default.X`.
const bare = (name: string): string => name.replace(/^default\./, '')

const listed = (names: readonly string[] | undefined, name: string): boolean =>
  names !== undefined && (names.includes(name) || names.includes(bare(name)))

/** What a method of a client does: nothing, one thing, or several (RENAME deletes one key and writes another). */
export function operationsOf(client: ClientSpec, method: string): readonly OperationSpec[] {
  const name = client.anyCase ? method.toLowerCase() : method
  return Object.hasOwn(client.operations, name) ? specsOf(client.operations[name]) : []
}

/** What a free function of a library does. */
export function functionOperationsOf(client: ClientSpec, name: string): readonly OperationSpec[] {
  const own = [name, bare(name)].find((candidate) => client.functions && Object.hasOwn(client.functions, candidate))
  return own === undefined ? [] : specsOf(client.functions?.[own])
}
