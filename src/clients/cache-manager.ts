import { read, readMany, readThrough, remove, removeAll, removeMany, write, type ClientSpec } from './spec.js'

/** cache-manager 4 to 7 and what @nestjs/cache-manager injects. TTL is seconds below version 5, then milliseconds. */
export const cacheManager: ClientSpec = {
  id: 'cache-manager',
  modules: ['cache-manager', '@nestjs/cache-manager', '@nestjs/common/cache'],
  family: 'cache-manager',
  sharing: 'family',
  factories: ['caching', 'multiCaching', 'createCache', 'memoryStore', 'default.caching', 'default.multiCaching'],
  types: ['Cache', 'Store', 'MultiCache', 'MemoryCache', 'RedisCache', 'CacheStore'],
  tokens: ['CACHE_MANAGER'],
  operations: {
    get: read(), mget: readMany(), ttl: read(),
    set: write(), mset: write({ arg: 0, record: true }),
    del: remove(), mdel: removeMany(),
    wrap: readThrough(),
    clear: removeAll, reset: removeAll,
  },
}
