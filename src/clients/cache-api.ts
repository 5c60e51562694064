import { read, remove, write, type ClientSpec } from './spec.js'

/** The Cache API of Workers and browsers: the key is the URL of the request. */
export const cacheApi: ClientSpec = {
  id: 'cache-api',
  modules: ['global'],
  family: 'cache-api',
  sharing: 'family',
  factories: ['caches.open'],
  instances: ['caches.default'],
  seeds: ['\\bcaches\\s*\\.\\s*(?:default|open)\\b'],
  operations: { match: read(), put: write(), add: write(), delete: remove() },
}
