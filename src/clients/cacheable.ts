import { lasting, LIST, read, readThrough, remove, removeAll, write, type ClientSpec, type TtlPosition } from './spec.js'

// A number of milliseconds, or `'1h'`, alone or in options.
const ttl = (arg: number): readonly TtlPosition[] => [{ arg, property: 'ttl', unit: 'ms' }, { arg, unit: 'ms' }]

/** cacheable 1 and 2, and the memory cache that it is made of. */
export const cacheable: ClientSpec = {
  id: 'cacheable',
  modules: ['cacheable', '@cacheable/memory'],
  family: 'cacheable',
  sharing: 'instance',
  constructors: ['Cacheable', 'CacheableMemory', 'KeyvCacheableMemory'],
  types: ['Cacheable', 'CacheableMemory'],
  prefix: { arg: 0, property: 'namespace', separator: ':', patterns: true },
  chains: ['tags'],
  operations: {
    get: read(), getRaw: read(), has: read(), getMany: read(LIST), hasMany: read(LIST),
    set: [lasting(write(), ...ttl(2)), { op: 'tag', key: { arg: 2, property: 'tags', list: true }, kind: 'tag', optional: true }],
    setMany: write({ arg: 0, record: true }),
    take: remove(), takeMany: remove(LIST), delete: remove(), deleteMany: remove(LIST), clear: removeAll,
    getOrSet: lasting(readThrough(), ...ttl(2)),
    invalidateTag: { op: 'delete', key: { arg: 0 }, kind: 'tag', match: 'tag' },
    invalidateTags: { op: 'delete', key: LIST, kind: 'tag', match: 'tag' },
  },
}
