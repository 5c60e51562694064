import { read, remove, removeAll, write, type ClientSpec, type OperationSpec } from './spec.js'

const memo: OperationSpec = {
  op: 'read-through', key: { arg: 0, parameters: { of: 'first', by: [{ arg: 1 }, { arg: 1, property: 'getCacheKey' }] } }, loader: { arg: 0 },
}

/** `memoize` of lodash and es-toolkit: the key is the first argument, unless a resolver makes it of all of them. */
export const lodashMemoize: ClientSpec = {
  id: 'lodash-memoize',
  modules: ['lodash', 'lodash/memoize', 'lodash-es', 'lodash-es/memoize', 'lodash.memoize', 'es-toolkit', 'es-toolkit/function', 'es-toolkit/compat'],
  family: 'lodash-memoize',
  sharing: 'instance',
  chains: ['cache'],
  wide: ['lodash', 'lodash-es', 'es-toolkit', 'es-toolkit/compat', 'es-toolkit/function'],
  seeds: ['\\bmemoize\\b'],
  operations: { get: read(), has: read(), set: write(), delete: remove(), clear: removeAll },
  functions: { memoize: memo, default: memo },
}
