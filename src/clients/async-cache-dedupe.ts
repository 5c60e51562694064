import type { ClientSpec } from './spec.js'

/**
 * async-cache-dedupe 2 and 3: `define(name, options, fn)` adds a cached function of one argument; its entries are named
 * by `clear(name, argument)`, and its references are tags.
 */
export const asyncCacheDedupe: ClientSpec = {
  id: 'async-cache-dedupe',
  modules: ['async-cache-dedupe'],
  family: 'async-cache-dedupe',
  sharing: 'instance',
  constructors: ['Cache'],
  factories: ['createCache'],
  types: ['Cache'],
  operations: {
    define: [
      { op: 'read-through', key: { arg: 0 }, loader: { arg: 2 }, ttl: [{ arg: 1, property: 'ttl', unit: 's' }], match: 'prefix', kind: 'prefix' },
      { op: 'tag', key: { arg: 1, property: 'references', list: true }, kind: 'tag', optional: true },
    ],
    get: { op: 'read', key: { arg: 1 } },
    set: { op: 'write', key: { arg: 1 }, value: 2, ttl: [{ arg: 3, unit: 's' }] },
    clear: { op: 'delete', key: { arg: 0 }, kind: 'prefix', match: 'prefix' },
    invalidate: { op: 'delete', key: { arg: 1, list: true }, kind: 'tag', match: 'tag' },
    invalidateAll: { op: 'delete', key: { arg: 0, list: true }, kind: 'tag', match: 'tag' },
  },
}
