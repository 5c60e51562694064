import { lasting, read, readMany, readThrough, remove, removeAll, removeMany, write, type ClientSpec, type TtlPosition } from './spec.js'

/** Seconds below version 5, milliseconds from there on; `{ ttl }` is the older form. */
const ttl = (arg: number): readonly TtlPosition[] => [
  { arg, property: 'ttl', unit: 's', since: [[5, 'ms']] }, { arg, unit: 's', since: [[5, 'ms']] },
]

/** cache-manager 4 to 7 and what @nestjs/cache-manager injects. */
export const cacheManager: ClientSpec = {
  id: 'cache-manager',
  modules: ['cache-manager', '@nestjs/cache-manager', '@nestjs/common', '@nestjs/common/cache'],
  family: 'cache-manager',
  sharing: 'family',
  factories: ['caching', 'multiCaching', 'createCache', 'memoryStore'],
  types: ['Cache', 'Store', 'MultiCache', 'MemoryCache', 'RedisCache', 'CacheStore'],
  tokens: ['CACHE_MANAGER'],
  wide: ['@nestjs/common'],
  seeds: ['\\bCACHE_MANAGER\\b'],
  chains: ['store'],
  operations: {
    get: read(), mget: readMany(), ttl: read(),
    set: lasting(write(), ...ttl(2)), mset: write({ arg: 0, record: true }),
    del: remove(), mdel: removeMany(),
    wrap: lasting(readThrough(), ...ttl(2)),
    clear: removeAll, reset: removeAll,
    keys: { op: 'read', key: { arg: 0 }, kind: 'pattern', match: 'glob', returns: 'keys', optional: true },
  },
}
