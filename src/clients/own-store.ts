import { LIST, read, readThrough, remove, removeAll, write, type ClientSpec } from './spec.js'

/**
 * A cache that the audited program makes itself: an interface or class with `get(key)` and `set(key, value)`. It is found
 * by its declaration, and not by an import.
 */
export const ownStore: ClientSpec = {
  id: 'own-store',
  modules: ['global'],
  family: 'own-store',
  sharing: 'instance',
  operations: {
    get: read(), has: read(), peek: read(), set: write(), put: write(), delete: remove(LIST), del: remove(LIST), remove: remove(LIST), invalidate: remove(),
    clear: removeAll, flush: removeAll, reset: removeAll,
    getOrSet: readThrough(), getOrLoad: readThrough(), getOrCompute: readThrough(), wrap: readThrough(), remember: readThrough(),
  },
}
