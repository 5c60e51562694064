import { removeAll, type ClientSpec, type OperationSpec } from './spec.js'

const memo: OperationSpec = {
  op: 'read-through', key: { arg: 0, parameters: { of: 'first', by: [{ arg: 1, property: 'cacheKey' }], given: 'array' } }, loader: { arg: 0 },
  ttl: [{ arg: 1, property: 'maxAge', unit: 'ms' }],
}

// Clears all that one memoized function holds; in older versions a member of the memoizer.
const clear: OperationSpec = { ...removeAll, within: { arg: 0 } }

/** p-memoize 4 to 9, memoize and mem: the key is the first argument, unless `cacheKey` makes it of all of them. */
export const pMemoize: ClientSpec = {
  id: 'p-memoize',
  modules: ['p-memoize', 'memoize', 'mem'],
  family: 'p-memoize',
  sharing: 'instance',
  operations: {},
  functions: { default: memo, pMemoize: memo, pMemoizeClear: clear, memoizeClear: clear, memClear: clear, 'default.clear': clear },
}
