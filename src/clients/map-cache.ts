import { read, remove, removeAll, write, type ClientSpec } from './spec.js'

/** A `Map` that outlives the call. Most are data structures: the collector keeps those that are filled on a miss. */
export const mapCache: ClientSpec = {
  id: 'map',
  modules: ['global'],
  family: 'map',
  sharing: 'instance',
  constructors: ['Map'],
  operations: { get: read(), has: read(), set: write(), delete: remove(), clear: removeAll },
}
