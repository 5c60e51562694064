import { cacheManager } from './cache-manager.js'
import { ioredis } from './ioredis.js'
import { keyv } from './keyv.js'
import { lruCache } from './lru-cache.js'
import { mapCache } from './map-cache.js'
import { nextCache } from './next-cache.js'
import { nextFetch } from './next-fetch.js'
import { nodeCache } from './node-cache.js'
import { redis } from './redis.js'
import type { ClientSpec, OperationSpec } from './spec.js'
import { swr } from './swr.js'
import { tanstackQuery } from './tanstack-query.js'
import { unkeyCache } from './unkey-cache.js'
import { upstashRedis } from './upstash-redis.js'

export const BUILT_IN: readonly ClientSpec[] = [
  cacheManager, ioredis, keyv, lruCache, mapCache, nextCache, nextFetch, nodeCache, redis, swr, tanstackQuery, unkeyCache, upstashRedis,
]

/** What an exported name of a cache library is. */
export type ExportRole = 'constructor' | 'factory' | 'type' | 'instance' | 'token' | 'function'

/** Finds the meaning of imports and methods over all known clients, the user's own before the built-in ones. */
export class ClientRegistry {
  readonly clients: readonly ClientSpec[]
  /** All import specifiers that lead to a cache. */
  readonly modules: readonly string[]
  private readonly byModule = new Map<string, ClientSpec[]>()

  constructor(own: readonly ClientSpec[] = []) {
    this.clients = [...own, ...BUILT_IN]
    for (const client of this.clients) {
      for (const module of client.modules) this.byModule.set(module, [...(this.byModule.get(module) ?? []), client])
    }
    this.modules = [...this.byModule.keys()].filter((module) => module !== 'global')
  }

  /** Every method name and function name that may be an operation, as written in code or in lower case. */
  get operationNames(): ReadonlySet<string> {
    return new Set(this.clients.flatMap((client) => [...Object.keys(client.operations), ...Object.keys(client.functions ?? {})]))
  }

  /** The client that `name` of `module` plays this role in; `name` may be a path: `Redis.fromEnv`. */
  find(module: string, name: string, role: ExportRole): ClientSpec | undefined {
    // `require('ioredis')` is the module and its default export at once.
    return this.byModule.get(module)?.find((client) => plays(client, name === '' ? 'default' : name, role))
  }
}

function plays(client: ClientSpec, name: string, role: ExportRole): boolean {
  switch (role) {
    case 'constructor': return listed(client.constructors, name)
    case 'factory': return listed(client.factories, name)
    case 'type': return listed(client.types, name)
    case 'instance': return listed(client.instances, name)
    case 'token': return listed(client.tokens, name)
    case 'function': return client.functions !== undefined && Object.hasOwn(client.functions, name)
  }
}

// Through a namespace or an interop default, `X` is also reached as `default.X`.
const listed = (names: readonly string[] | undefined, name: string): boolean =>
  names !== undefined && (names.includes(name) || names.includes(name.replace(/^default\./, '')))

export function operationOf(client: ClientSpec, method: string): OperationSpec | undefined {
  const name = client.anyCase ? method.toLowerCase() : method
  return Object.hasOwn(client.operations, name) ? client.operations[name] : undefined
}
