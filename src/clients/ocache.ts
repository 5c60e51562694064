import type { ClientSpec, OperationSpec } from './spec.js'

const fill: OperationSpec = {
  op: 'read-through', key: { arg: 0, parameters: { of: 'all', by: [{ arg: 1, property: 'getKey' }] } }, loader: { arg: 0 },
  ttl: [{ arg: 1, property: 'maxAge', unit: 's' }],
}

/** ocache: `fn.invalidate(...args)` takes the arguments that the function was called with. */
export const ocache: ClientSpec = {
  id: 'ocache',
  modules: ['ocache'],
  family: 'ocache',
  sharing: 'instance',
  operations: { invalidate: { op: 'delete', key: { arg: 0 } }, expire: { op: 'delete', key: { arg: 0 } } },
  functions: { defineCachedFunction: fill, cachedFunction: fill, defineCachedHandler: fill },
}
