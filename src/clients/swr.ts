import type { ClientSpec, OperationSpec } from './spec.js'

const hook: OperationSpec = { op: 'read-through', key: { arg: 0 }, loader: { arg: 1 }, ttl: [{ arg: 2, property: 'refreshInterval', unit: 'ms' }] }
const mutate: OperationSpec = { op: 'delete', key: { arg: 0 }, optional: true }
const HOOK_PATHS = ['swr', 'swr/immutable', 'swr/infinite', 'swr/subscription', 'swr/_internal']

/**
 * swr 1 and 2. `mutate(key)` names one key; `mutate(fn)` asks a predicate; the bound `mutate()` of a hook has no key.
 * The key of a remote mutation is the one that it revalidates.
 */
export const swr: ClientSpec = {
  id: 'swr',
  modules: HOOK_PATHS,
  family: 'swr',
  sharing: 'family',
  heldBy: 'browser',
  arrayKeys: true,
  factories: ['useSWRConfig'],
  chains: ['cache'],
  operations: { mutate, get: { op: 'read', key: { arg: 0 } }, delete: { op: 'delete', key: { arg: 0 } } },
  functions: { default: hook, useSWR: hook, mutate, preload: hook },
}
