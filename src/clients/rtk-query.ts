import type { ClientSpec, OperationSpec } from './spec.js'

const tags = (property: string): OperationSpec['key'] => ({ arg: 0, property, list: true, pair: ['type', 'id'] })
const provides: OperationSpec = { op: 'tag', key: tags('providesTags'), kind: 'tag', optional: true, ttl: [{ arg: 0, property: 'keepUnusedDataFor', unit: 's' }] }
const invalidates: OperationSpec = { op: 'delete', key: tags('invalidatesTags'), kind: 'tag', match: 'prefix', optional: true }

/** RTK Query of Redux Toolkit 1.9 and 2: a tag without an id is hit by its type alone; a type drops all of its ids. */
export const rtkQuery: ClientSpec = {
  id: 'rtk-query',
  modules: ['@reduxjs/toolkit/query', '@reduxjs/toolkit/query/react', '@reduxjs/toolkit/dist/query/react'],
  family: 'rtk-query',
  sharing: 'family',
  heldBy: 'browser',
  arrayKeys: true,
  factories: ['createApi'],
  chains: ['util'],
  hands: { createApi: { arg: 0, property: 'endpoints' }, injectEndpoints: { arg: 0, property: 'endpoints' } },
  operations: {
    query: provides, infiniteQuery: provides, mutation: invalidates,
    invalidateTags: { op: 'delete', key: { arg: 0, list: true, pair: ['type', 'id'] }, kind: 'tag', match: 'prefix' },
    updateQueryData: { op: 'write', key: { arg: 0 }, value: 2 }, upsertQueryData: { op: 'write', key: { arg: 0 }, value: 2 },
    prefetch: { op: 'read-through', key: { arg: 0 } },
    resetApiState: { op: 'delete', key: { arg: 0, all: true }, kind: 'pattern', match: 'glob' },
  },
}
