import type { ClientSpec, OperationSpec } from './spec.js'

const QUERY_KEY = { arg: 0, property: 'queryKey', orSelf: true } as const
const query: OperationSpec = { op: 'read-through', key: QUERY_KEY, loader: { arg: 0, property: 'queryFn' }, match: 'exact' }
const filter: OperationSpec = { op: 'delete', key: QUERY_KEY, kind: 'prefix', match: 'prefix', optional: true }
const hook = [query] as const

/** @tanstack/react-query 4 and 5 and its siblings. Filters match arrays by prefix, element by element. */
export const tanstackQuery: ClientSpec = {
  id: 'tanstack-query',
  modules: ['@tanstack/react-query', '@tanstack/vue-query', '@tanstack/solid-query', '@tanstack/svelte-query', '@tanstack/query-core', 'react-query'],
  family: 'tanstack-query',
  sharing: 'family',
  constructors: ['QueryClient'],
  factories: ['useQueryClient'],
  types: ['QueryClient'],
  operations: {
    getQueryData: { op: 'read', key: { arg: 0 } }, getQueryState: { op: 'read', key: { arg: 0 } },
    getQueriesData: { op: 'read', key: QUERY_KEY, kind: 'prefix', match: 'prefix' },
    setQueryData: { op: 'write', key: { arg: 0 }, value: 1 },
    setQueriesData: { op: 'write', key: QUERY_KEY, kind: 'prefix', match: 'prefix', value: 1 },
    fetchQuery: query, prefetchQuery: query, ensureQueryData: query, fetchInfiniteQuery: query, prefetchInfiniteQuery: query,
    invalidateQueries: filter, removeQueries: filter, resetQueries: filter, refetchQueries: filter, cancelQueries: { ...filter, op: 'read' },
    clear: { op: 'delete', key: { arg: 0, all: true }, kind: 'pattern', match: 'glob' },
  },
  functions: {
    useQuery: hook, useInfiniteQuery: hook, useSuspenseQuery: hook, useSuspenseInfiniteQuery: hook, usePrefetchQuery: hook,
    queryOptions: hook, infiniteQueryOptions: hook, createQuery: hook,
  },
}
