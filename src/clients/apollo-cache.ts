import { lasting, read, remove, removeAll, write, type ClientSpec } from './spec.js'

/** Apollo's KeyValueCache: what the server keeps responses and persisted queries in. TTL in seconds. */
export const apolloCache: ClientSpec = {
  id: 'apollo-cache',
  modules: ['@apollo/utils.keyvaluecache', '@apollo/utils.keyvadapter', 'apollo-server-caching', 'apollo-server-cache-redis', 'apollo-server-cache-memcached'],
  family: 'apollo-cache',
  sharing: 'family',
  constructors: ['InMemoryLRUCache', 'PrefixingKeyValueCache', 'ErrorsAreMissesCache', 'KeyvAdapter', 'RedisCache', 'RedisClusterCache', 'BaseRedisCache', 'MemcachedCache'],
  types: ['KeyValueCache', 'InMemoryLRUCache', 'PrefixingKeyValueCache'],
  prefixers: { PrefixingKeyValueCache: { arg: 1, separator: '' } },
  operations: {
    get: read(), set: lasting(write(), { arg: 2, property: 'ttl', unit: 's' }), delete: remove(), flush: removeAll, clear: removeAll,
  },
}
