import { removeAll, type ClientSpec, type OperationSpec } from './spec.js'

const memo: OperationSpec = {
  op: 'read-through', key: { arg: 0, parameters: { of: 'first', by: [{ arg: 1, property: 'cacheKey' }], given: 'array' } }, loader: { arg: 0 },
  ttl: [{ arg: 1, property: 'maxAge', unit: 'ms' }],
}

/** p-memoize 4 to 9, memoize and mem: the key is the first argument, unless `cacheKey` makes it of all of them. */
export const pMemoize: ClientSpec = {
  id: 'p-memoize',
  modules: ['p-memoize', 'memoize', 'mem'],
  family: 'p-memoize',
  sharing: 'instance',
  operations: { delete: { op: 'delete', key: { arg: 0 } }, clear: removeAll },
  functions: { default: memo, pMemoize: memo },
}
