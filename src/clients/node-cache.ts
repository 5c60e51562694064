import { read, remove, removeAll, write, type ClientSpec } from './spec.js'

const LISTS = { arg: 0, list: true } as const

/** node-cache 5: a store of its own in each instance; TTL in seconds. */
export const nodeCache: ClientSpec = {
  id: 'node-cache',
  modules: ['node-cache', '@cacheable/node-cache'],
  family: 'node-cache',
  sharing: 'instance',
  constructors: ['default', 'NodeCache'],
  types: ['default', 'NodeCache'],
  operations: {
    get: read(), mget: read(LISTS), has: read(), getTtl: read(),
    set: { ...write(), ttl: { arg: 2, unit: 's' } }, mset: write({ arg: 0, record: true }), ttl: write(),
    del: remove(LISTS), take: remove(), flushAll: removeAll, close: removeAll,
    fetch: { op: 'read-through', key: { arg: 0 }, loader: { arg: 2 } },
  },
}
