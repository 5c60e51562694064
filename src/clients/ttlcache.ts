import { lasting, read, remove, removeAll, write, type ClientSpec } from './spec.js'

/** @isaacs/ttlcache 1 and 2. */
export const ttlcache: ClientSpec = {
  id: 'ttlcache',
  modules: ['@isaacs/ttlcache'],
  family: 'ttlcache',
  sharing: 'instance',
  constructors: ['default', 'TTLCache'],
  types: ['default', 'TTLCache'],
  operations: {
    get: read(), has: read(), getRemainingTTL: read(),
    set: lasting(write(), { arg: 2, property: 'ttl', unit: 'ms' }), setTTL: lasting(write({ arg: 0 }, 2), { arg: 1, unit: 'ms' }),
    delete: remove(), clear: removeAll,
  },
}
