import { read, readThrough, remove, write, type ClientSpec } from './spec.js'

const LISTS = { arg: 0, list: true } as const

/** @unkey/cache 1: one object of namespaces; the physical key is `{namespace}::{key}`. */
export const unkeyCache: ClientSpec = {
  id: 'unkey-cache',
  modules: ['@unkey/cache'],
  family: 'unkey-cache',
  sharing: 'family',
  factories: ['createCache'],
  types: ['Cache', 'UnkeyCache'],
  namespaces: { separator: '::' },
  operations: { get: read(), set: write(), remove: remove(LISTS), swr: readThrough() },
}
