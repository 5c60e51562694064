import { read, remove, removeAll, write, type ClientSpec } from './spec.js'

const LISTS = { arg: 0, list: true } as const

/** keyv 4 to 6. Keys are led by the namespace, `keyv` unless set. */
export const keyv: ClientSpec = {
  id: 'keyv',
  modules: ['keyv', '@keyvhq/core'],
  family: 'keyv',
  sharing: 'family',
  constructors: ['default', 'Keyv'],
  types: ['default', 'Keyv'],
  factories: ['createKeyv'],
  prefix: { arg: 0, property: 'namespace', separator: ':', patterns: true },
  operations: {
    get: read(LISTS), getMany: read(LISTS), getRaw: read(LISTS), has: read(LISTS), hasMany: read(LISTS),
    set: { ...write(), ttl: { arg: 2, unit: 'ms' } }, setMany: write({ arg: 0, record: true }),
    delete: remove(LISTS), deleteMany: remove(LISTS), clear: removeAll,
  },
}
