import type { ClientSpec, OperationSpec } from './spec.js'

const hook: readonly OperationSpec[] = [{ op: 'read-through', key: { arg: 0 }, loader: { arg: 1 } }]
const mutate: OperationSpec = { op: 'delete', key: { arg: 0 }, optional: true }

/** swr 1 and 2. `mutate(key)` names one key; `mutate(fn)` asks a predicate; the bound `mutate()` of a hook has no key. */
export const swr: ClientSpec = {
  id: 'swr',
  modules: ['swr', 'swr/immutable', 'swr/infinite', 'swr/_internal'],
  family: 'swr',
  sharing: 'family',
  factories: ['useSWRConfig'],
  operations: { mutate },
  functions: { default: hook, useSWR: hook, mutate: [mutate], preload: hook },
}
