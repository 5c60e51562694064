import type { ClientSpec, OperationSpec } from './spec.js'

const fill: OperationSpec = {
  op: 'read-through', key: { arg: 0, parameters: { of: 'all', by: [{ arg: 1, property: 'getKey' }] } }, loader: { arg: 0 },
  ttl: [{ arg: 1, property: 'maxAge', unit: 's' }],
}

/** Cached functions and handlers of Nitro 2 and 3, Nuxt and ocache: the key is made of the arguments, or by `getKey`. */
export const nitro: ClientSpec = {
  id: 'nitro',
  modules: ['nitropack/runtime', 'nitropack/runtime/cache', 'nitro/cache', 'nitro/runtime', '#imports', 'global'],
  wide: ['#imports', 'nitropack/runtime', 'nitro/runtime'],
  family: 'nitro',
  sharing: 'instance',
  requires: ['nitropack', 'nitro', 'nuxt'],
  seeds: ['\\b(?:defineCached|cached)(?:Function|EventHandler|Handler)\\('],
  operations: { invalidate: { op: 'delete', key: { arg: 0 } }, expire: { op: 'delete', key: { arg: 0 } } },
  functions: { defineCachedFunction: fill, cachedFunction: fill, defineCachedEventHandler: fill, cachedEventHandler: fill, defineCachedHandler: fill },
}
