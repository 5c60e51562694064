import { LIST, read, readThrough, remove, removeAll, write, type ClientSpec } from './spec.js'

/** keyproof's own cache. Its keys are made by `defineKeys`, where their TTLs stand too. */
export const keyproofRuntime: ClientSpec = {
  id: 'keyproof',
  modules: ['keyproof/runtime'],
  family: 'keyproof',
  sharing: 'family',
  factories: ['createCache'],
  types: ['Cache'],
  chains: ['unsafe'],
  operations: {
    get: read(), set: { ...write(), ttl: [{ arg: 2, property: 'ttl', unit: 'text' }] }, getOrSet: { ...readThrough(), ttl: [{ arg: 2, property: 'ttl', unit: 'text' }] },
    delete: remove(), expire: remove(), deleteMany: remove(LIST), refreshNow: readThrough(), clear: removeAll,
    invalidateTag: { op: 'delete', key: { arg: 0 }, kind: 'tag', match: 'tag' },
  },
}
