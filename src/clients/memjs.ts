import { lasting, read, remove, removeAll, write, type ClientSpec } from './spec.js'

const EXPIRES = { arg: 2, property: 'expires', unit: 's' } as const

/** memjs 1. */
export const memjs: ClientSpec = {
  id: 'memjs',
  modules: ['memjs'],
  family: 'memcached',
  sharing: 'family',
  constructors: ['Client'],
  factories: ['Client.create'],
  types: ['Client'],
  operations: {
    get: read(),
    set: lasting(write(), EXPIRES), add: lasting(write(), EXPIRES), replace: lasting(write(), EXPIRES),
    touch: lasting(write({ arg: 0 }, 2), { arg: 1, unit: 's' }),
    append: write(), prepend: write(), increment: write(), decrement: write(),
    delete: remove(), flush: removeAll,
  },
}
