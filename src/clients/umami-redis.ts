import { lasting, read, readThrough, remove, write, type ClientSpec } from './spec.js'

/** @umami/redis-client: node-redis with JSON values; `fetch(key, load, seconds)` loads on a miss. */
export const umamiRedis: ClientSpec = {
  id: 'umami-redis',
  modules: ['@umami/redis-client'],
  family: 'redis',
  sharing: 'family',
  constructors: ['UmamiRedisClient'],
  instances: ['default'],
  types: ['UmamiRedisClient'],
  operations: {
    get: read(), set: lasting(write(), { arg: 2, unit: 's' }), del: remove(), remove: remove(), store: write(), deleteObject: remove(), storeObject: write(), fetchObject: readThrough(), expire: { op: 'write', key: { arg: 0 }, ttl: [{ arg: 1, unit: 's' }] },
    fetch: lasting(readThrough(), { arg: 2, unit: 's' }),
  },
}
