import type { ClientSpec, OperationSpec } from './spec.js'

const fill: OperationSpec = {
  op: 'read-through', key: { arg: 0, property: 'key' }, loader: { arg: 0, property: 'getFreshValue' },
  ttl: [{ arg: 0, property: 'ttl', unit: 'ms' }], within: { arg: 0, property: 'cache' },
}

/** cachified 2 to 5: the store is the cache among the options. */
export const cachified: ClientSpec = {
  id: 'cachified',
  modules: ['@epic-web/cachified', 'cachified'],
  family: 'cachified',
  sharing: 'family',
  types: ['Cache'],
  operations: {
    get: { op: 'read', key: { arg: 0 } }, set: { op: 'write', key: { arg: 0 }, value: 1 }, delete: { op: 'delete', key: { arg: 0 } },
  },
  functions: {
    default: fill, cachified: fill,
    softPurge: { op: 'delete', key: { arg: 0, property: 'key' }, within: { arg: 0, property: 'cache' } },
  },
}
