import { removeAll, type ClientSpec, type KeyPosition, type OperationSpec, type TtlPosition } from './spec.js'

const KEY: KeyPosition = { arg: 0, property: 'key', orSelf: true }
const TTL: readonly TtlPosition[] = [{ arg: 0, property: 'ttl', unit: 'ms' }, { arg: 2, property: 'ttl', unit: 'ms' }]
const fill: OperationSpec = { op: 'read-through', key: KEY, loader: { arg: 0, property: 'factory' }, ttl: TTL }
const store: OperationSpec = { op: 'write', key: KEY, value: 1, ttl: TTL }
const TAGS: OperationSpec = { op: 'tag', key: { arg: 0, property: 'tags', list: true }, kind: 'tag', optional: true }

/** bentocache 1 and @adonisjs/cache: options with `key`; a string as first argument is the form before 1.0. */
export const bentocache: ClientSpec = {
  id: 'bentocache',
  modules: ['bentocache', 'bentocache/types', '@adonisjs/cache', '@adonisjs/cache/types', '@adonisjs/cache/services/main'],
  family: 'bentocache',
  sharing: 'family',
  constructors: ['BentoCache'],
  types: ['BentoCache', 'CacheProvider', 'CacheService'],
  instances: ['default'],
  chains: ['use'],
  prefixers: { namespace: { arg: 0, separator: ':' } },
  operations: {
    get: { op: 'read', key: KEY }, has: { op: 'read', key: KEY }, missing: { op: 'read', key: KEY },
    set: [store, TAGS], setForever: [{ ...store, ttl: [] }, TAGS],
    getOrSet: [fill, TAGS], getOrSetForever: [{ ...fill, ttl: [] }, TAGS],
    delete: { op: 'delete', key: KEY }, expire: { op: 'delete', key: KEY }, pull: { op: 'delete', key: KEY },
    deleteMany: { op: 'delete', key: { arg: 0, property: 'keys', list: true } },
    deleteByTag: { op: 'delete', key: { arg: 0, property: 'tags', list: true }, kind: 'tag', match: 'tag' },
    clear: removeAll, clearAll: removeAll,
  },
}
