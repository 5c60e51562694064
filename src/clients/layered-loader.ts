import { LIST, readThrough, removeAll, write, type ClientSpec } from './spec.js'

const fill = { op: 'read-through', key: { arg: 0 } } as const

/** layered-loader 14 to 16: the loader stands in the constructor; groups are left out of the key. */
export const layeredLoader: ClientSpec = {
  id: 'layered-loader',
  modules: ['layered-loader', 'layered-loader/core', 'layered-loader/redis'],
  family: 'layered-loader',
  sharing: 'instance',
  constructors: ['Loader', 'GroupLoader', 'ManualCache', 'ManualGroupCache', 'RedisCache', 'RedisGroupCache'],
  types: ['Loader', 'GroupLoader', 'ManualCache', 'ManualGroupCache', 'RedisCache', 'RedisGroupCache'],
  prefix: { arg: 1, property: 'prefix', separator: ':' },
  operations: {
    get: fill, getMany: readThrough(1, LIST), forceRefresh: fill,
    getInMemoryOnly: { op: 'read', key: { arg: 0 } }, getAsyncOnly: { op: 'read', key: { arg: 0 } },
    set: write(), forceSetValue: write(), forceSetValueForGroup: write(),
    invalidateCacheFor: { op: 'delete', key: { arg: 0 } }, invalidateCacheForMany: { op: 'delete', key: LIST },
    delete: { op: 'delete', key: { arg: 0 } }, deleteMany: { op: 'delete', key: LIST },
    invalidateCache: removeAll, clear: removeAll,
  },
}
