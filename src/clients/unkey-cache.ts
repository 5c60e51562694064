import { LIST, read, readThrough, remove, write, type ClientSpec } from './spec.js'

/** @unkey/cache 1: one object of namespaces; the physical key is `{namespace}::{key}`; freshness in milliseconds. */
export const unkeyCache: ClientSpec = {
  id: 'unkey-cache',
  modules: ['@unkey/cache'],
  family: 'unkey-cache',
  sharing: 'family',
  factories: ['createCache'],
  types: ['Cache', 'UnkeyCache'],
  namespaces: { separator: '::' },
  operations: {
    get: read(), set: { ...write(), ttl: [{ arg: 2, property: 'stale', unit: 'ms' }] }, remove: remove(LIST), swr: readThrough(),
  },
}
