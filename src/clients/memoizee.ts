import { removeAll, type ClientSpec, type OperationSpec } from './spec.js'

const memo: OperationSpec = {
  op: 'read-through', key: { arg: 0, parameters: { of: 'all', by: [{ arg: 1, property: 'normalizer' }], given: 'array' } }, loader: { arg: 0 },
  ttl: [{ arg: 1, property: 'maxAge', unit: 'ms' }],
}

/** memoizee 0.4: the key is all the arguments that the function declares; `memo.delete(...args)` takes them again. */
export const memoizee: ClientSpec = {
  id: 'memoizee',
  modules: ['memoizee', 'memoizee/weak'],
  family: 'memoizee',
  sharing: 'instance',
  operations: { delete: { op: 'delete', key: { arg: 0 } }, clear: removeAll },
  functions: { default: memo },
}
