import { lasting, LIST, read, remove, write, type ClientSpec } from './spec.js'

/** Workers KV. `expirationTtl` is seconds from now, `expiration` a time in seconds since 1970. */
export const cloudflareKv: ClientSpec = {
  id: 'cloudflare-kv',
  modules: ['@cloudflare/workers-types', '@cloudflare/workers-types/experimental', 'global'],
  family: 'cloudflare-kv',
  sharing: 'family',
  types: ['KVNamespace'],
  seeds: ['\\bKVNamespace\\b'],
  operations: {
    get: read(LIST), getWithMetadata: read(LIST),
    put: lasting(write(), { arg: 2, property: 'expirationTtl', unit: 's' }, { arg: 2, property: 'expiration', unit: 'at-s' }),
    delete: remove(),
    list: { op: 'read', key: { arg: 0, property: 'prefix' }, kind: 'prefix', match: 'prefix', optional: true },
  },
}
