import { read, remove, removeAll, write, type ClientSpec } from './spec.js'

const fetch = { op: 'read-through', key: { arg: 0 } } as const

/** lru-cache 4 to 11, quick-lru and @isaacs/ttlcache: a store of its own in each instance. */
export const lruCache: ClientSpec = {
  id: 'lru-cache',
  modules: ['lru-cache', 'quick-lru', '@isaacs/ttlcache'],
  family: 'lru-cache',
  sharing: 'instance',
  constructors: ['default', 'LRUCache', 'TTLCache'],
  factories: ['default'],
  types: ['default', 'LRUCache', 'TTLCache'],
  operations: {
    get: read(), has: read(), peek: read(), info: read(), getRemainingTTL: read(),
    set: write(), add: write(), setTTL: write(),
    delete: remove(), del: remove(), pop: removeAll,
    clear: removeAll, reset: removeAll,
    fetch, memo: fetch, forceFetch: fetch,
  },
}
