import { lasting, LIST, read, remove, removeAll, write, type ClientSpec } from './spec.js'

/** keyv 4 to 6. The namespace leads the keys. An array is a list of keys. */
export const keyv: ClientSpec = {
  id: 'keyv',
  modules: ['keyv', '@keyvhq/core', '@keyv/redis', '@keyv/valkey'],
  family: 'keyv',
  sharing: 'family',
  constructors: ['default', 'Keyv'],
  factories: ['createKeyv', 'createKeyvNonBlocking'],
  types: ['default', 'Keyv'],
  prefix: { arg: 0, property: 'namespace', separator: ':', patterns: true },
  operations: {
    get: read(LIST), getMany: read(LIST), getRaw: read(LIST), has: read(LIST), hasMany: read(LIST), getManyRaw: read(LIST),
    set: lasting(write(), { arg: 2, unit: 'ms' }), setMany: write({ arg: 0, record: true }),
    delete: remove(LIST), deleteMany: remove(LIST), clear: removeAll,
  },
}
