import { LIST, readThrough, remove, removeAll, write, type ClientSpec } from './spec.js'

/** dataloader 2: each instance keeps what it loaded; one made for each request holds only that request's data. */
export const dataloader: ClientSpec = {
  id: 'dataloader',
  modules: ['dataloader'],
  family: 'dataloader',
  sharing: 'instance',
  constructors: ['default'],
  types: ['default'],
  chains: [],
  operations: {
    load: { op: 'read-through', key: { arg: 0 } }, loadMany: readThrough(1, LIST),
    prime: write(), clear: remove(), clearAll: removeAll,
  },
}
