import { lasting, read, remove, write, type ClientSpec } from './spec.js'

const SECONDS = { arg: 2, property: 'ttl', unit: 's' } as const
const base = { op: 'delete', key: { arg: 0 }, kind: 'prefix', match: 'prefix' } as const
const listing = { op: 'read', key: { arg: 0 }, kind: 'prefix', match: 'prefix', optional: true } as const

/** unstorage 1 and 2. A base is a prefix, followed by a colon. */
export const unstorage: ClientSpec = {
  id: 'unstorage',
  modules: ['unstorage'],
  family: 'unstorage',
  sharing: 'family',
  factories: ['createStorage', 'prefixStorage'],
  types: ['Storage'],
  prefixers: { prefixStorage: { arg: 1, separator: ':' } },
  operations: {
    getItem: read(), get: read(), getItemRaw: read(), hasItem: read(), has: read(), getMeta: read(),
    getItems: read({ arg: 0, list: true }),
    setItem: lasting(write(), SECONDS), set: lasting(write(), SECONDS), setItemRaw: lasting(write(), SECONDS),
    setItems: write({ arg: 0, record: true }),
    removeItem: remove(), remove: remove(), del: remove(),
    clear: { ...base, optional: true }, getKeys: listing, keys: listing,
  },
}
