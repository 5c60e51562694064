import { LIST, lasting, read, remove, removeAll, write, type ClientSpec } from './spec.js'

const SECONDS = { arg: 2, unit: 's' } as const
const counted = write({ arg: 0 }, 1)

/** memcached 2: callbacks, a lifetime in seconds for every write, and `namespace` before every key. */
export const memcached: ClientSpec = {
  id: 'memcached',
  modules: ['memcached'],
  family: 'memcached',
  sharing: 'family',
  constructors: ['default'],
  types: ['default'],
  prefix: { arg: 1, property: 'namespace', separator: '' },
  operations: {
    get: read(LIST), gets: read(), getMulti: read(LIST),
    set: lasting(write(), SECONDS), add: lasting(write(), SECONDS), replace: lasting(write(), SECONDS),
    cas: lasting(write(), { arg: 3, unit: 's' }), touch: lasting(write({ arg: 0 }, 2), { arg: 1, unit: 's' }),
    append: write(), prepend: write(), incr: counted, increment: counted, decr: counted, decrement: counted,
    del: remove(), delete: remove(), flush: removeAll, flushAll: removeAll,
  },
}
