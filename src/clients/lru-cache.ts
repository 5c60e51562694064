import { lasting, read, remove, removeAll, write, type ClientSpec } from './spec.js'

const fetch = { op: 'read-through', key: { arg: 0 } } as const

/** lru-cache 4 to 11: a store of its own in each instance. TTL in milliseconds: the third argument, later `{ ttl }`. */
export const lruCache: ClientSpec = {
  id: 'lru-cache',
  modules: ['lru-cache', 'lru-cache/min', 'lru-cache/raw'],
  family: 'lru-cache',
  sharing: 'instance',
  constructors: ['default', 'LRUCache'],
  factories: ['default'],
  types: ['default', 'LRUCache'],
  operations: {
    get: read(), has: read(), peek: read(), info: read(), getRemainingTTL: read(),
    set: lasting(write(), { arg: 2, property: 'ttl', unit: 'ms' }, { arg: 2, unit: 'ms' }),
    delete: remove(), del: remove(), pop: removeAll,
    clear: removeAll, reset: removeAll,
    fetch: { ...fetch, ttl: [{ arg: 1, property: 'ttl', unit: 'ms' }] }, memo: fetch, forceFetch: fetch,
    keys: { op: 'read', key: { arg: 0, all: true }, kind: 'pattern', match: 'glob', returns: 'keys' },
  },
}
