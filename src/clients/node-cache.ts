import { lasting, LIST, read, remove, removeAll, write, type ClientSpec } from './spec.js'

/** node-cache 5 and the one of cacheable: a store of its own in each instance; TTL in seconds. */
export const nodeCache: ClientSpec = {
  id: 'node-cache',
  modules: ['node-cache', '@cacheable/node-cache'],
  family: 'node-cache',
  sharing: 'instance',
  constructors: ['default', 'NodeCache'],
  types: ['default', 'NodeCache'],
  operations: {
    get: read(), mget: read(LIST), has: read(), getTtl: read(),
    set: lasting(write(), { arg: 2, unit: 's' }), mset: write({ arg: 0, record: true }),
    ttl: lasting(write({ arg: 0 }, 2), { arg: 1, unit: 's' }),
    del: remove(LIST), mdel: remove(LIST), take: remove(), flushAll: removeAll, close: removeAll,
    fetch: lasting(readMissing(), { arg: 1, unit: 's' }),
    keys: { op: 'read', key: { arg: 0, all: true }, kind: 'pattern', match: 'glob', returns: 'keys' },
  },
}

function readMissing(): { readonly op: 'read-through'; readonly key: { readonly arg: 0 }; readonly loader: { readonly arg: 2 } } {
  return { op: 'read-through', key: { arg: 0 }, loader: { arg: 2 } }
}
