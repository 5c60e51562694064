import { lasting, read, remove, removeAll, write, type ClientSpec } from './spec.js'

/** quick-lru 5 to 7: `maxAge` in milliseconds, from version 6 on. */
export const quickLru: ClientSpec = {
  id: 'quick-lru',
  modules: ['quick-lru'],
  family: 'quick-lru',
  sharing: 'instance',
  constructors: ['default'],
  types: ['default'],
  operations: {
    get: read(), has: read(), peek: read(), expiresIn: read(),
    set: lasting(write(), { arg: 2, property: 'maxAge', unit: 'ms' }),
    delete: remove(), clear: removeAll,
  },
}
