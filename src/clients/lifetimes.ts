import type { TtlUnit } from './spec.js'

/**
 * Options by which caches, stores of sessions and responses are told how long to keep things, with the unit that each
 * library's documentation gives.
 */
export interface LifetimeOption {
  /** The packages; the first is the one whose version counts. */
  readonly modules: readonly string[]
  /** What is called or constructed, by its exported name; `default` for the default export, a path for a method. */
  readonly names: readonly string[]
  /** Where the options stand. */
  readonly arg: number
  /** The option, a path with dots. */
  readonly path: string
  readonly unit: TtlUnit
  readonly since?: readonly (readonly [major: number, unit: TtlUnit])[]
}

const option = (modules: readonly string[], names: readonly string[], path: string, unit: TtlUnit, arg = 0): LifetimeOption => ({ modules, names, arg, path, unit })

export const LIFETIMES: readonly LifetimeOption[] = [
  // Stores of sessions.
  option(['connect-typeorm', 'connect-typeorm/out'], ['TypeormStore'], 'ttl', 's'),
  option(['connect-redis'], ['default', 'RedisStore'], 'ttl', 's'),
  option(['connect-mongo'], ['default.create', 'MongoStore.create', 'default'], 'ttl', 's'),
  option(['memorystore'], ['default'], 'ttl', 'ms'),
  option(['session-file-store'], ['default'], 'ttl', 's'),
  option(['express-session', '@fastify/session'], ['default', 'fastifySession'], 'cookie.maxAge', 'ms'),
  option(['cookie-session'], ['default'], 'maxAge', 'ms'),
  option(['cookie'], ['serialize', 'default.serialize'], 'maxAge', 's', 2),
  // Caches.
  option(['lru-cache'], ['default', 'LRUCache'], 'ttl', 'ms'),
  option(['lru-cache'], ['default', 'LRUCache'], 'maxAge', 'ms'),
  option(['keyv', '@keyvhq/core'], ['default', 'Keyv'], 'ttl', 'ms'),
  option(['keyv', '@keyvhq/core'], ['default', 'Keyv'], 'ttl', 'ms', 1),
  option(['node-cache'], ['default'], 'stdTTL', 's'),
  option(['@isaacs/ttlcache'], ['default', 'TTLCache'], 'ttl', 'ms'),
  option(['quick-lru'], ['default'], 'maxAge', 'ms'),
  option(['cacheable'], ['Cacheable', 'CacheableMemory'], 'ttl', 'ms'),
  option(['memoizee'], ['default'], 'maxAge', 'ms', 1),
  { modules: ['cache-manager'], names: ['caching'], arg: 1, path: 'ttl', unit: 's', since: [[5, 'ms']] },
  { modules: ['cache-manager'], names: ['createCache'], arg: 0, path: 'ttl', unit: 'ms' },
  { modules: ['cache-manager', '@nestjs/cache-manager'], names: ['CacheModule.register'], arg: 0, path: 'ttl', unit: 's', since: [[5, 'ms']] },
  // Queries.
  option(['@tanstack/react-query', '@tanstack/vue-query', '@tanstack/query-core', '@tanstack/solid-query', '@tanstack/svelte-query'], ['QueryClient'], 'defaultOptions.queries.staleTime', 'ms'),
  option(['@tanstack/react-query', '@tanstack/vue-query', '@tanstack/query-core', '@tanstack/solid-query', '@tanstack/svelte-query'], ['QueryClient'], 'defaultOptions.queries.gcTime', 'ms'),
]
