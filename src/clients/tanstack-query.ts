import type { ClientSpec, KeyPosition, OperationSpec } from './spec.js'

/** `{ queryKey }`, or the key itself in the positional form of version 4 and before. */
const QUERY_KEY: KeyPosition = { arg: 0, property: 'queryKey', orSelf: true }
const query: OperationSpec = {
  op: 'read-through', key: QUERY_KEY, loader: { arg: 0, property: 'queryFn' }, match: 'exact',
  ttl: [{ arg: 0, property: 'staleTime', unit: 'ms' }],
}
const ahead: OperationSpec = { ...query, isAhead: true }
/** Hands back its options: the key is registered where they are written, and used where they are handed on. */
const described: OperationSpec = { ...query, returns: 'argument' }
const filter: OperationSpec = { op: 'delete', key: QUERY_KEY, kind: 'prefix', match: 'prefix', optional: true, orAll: true, exactBy: { arg: 0, property: 'exact' } }
const looked: OperationSpec = { op: 'read', key: QUERY_KEY, kind: 'prefix', match: 'prefix', optional: true }
const defaults: OperationSpec = { op: 'read', key: { arg: 0 }, kind: 'prefix', match: 'prefix' }
const PACKAGES = ['react', 'vue', 'solid', 'svelte', 'preact', 'lit']

/** TanStack Query 3 to 5 and its siblings. Filters match arrays by prefix, element by element. */
export const tanstackQuery: ClientSpec = {
  id: 'tanstack-query',
  modules: [...PACKAGES.map((name) => `@tanstack/${name}-query`), '@tanstack/angular-query-experimental', '@tanstack/query-core', 'react-query', 'vue-query', '@tanstack/query-db-collection'],
  family: 'tanstack-query',
  sharing: 'family',
  heldBy: 'browser',
  arrayKeys: true,
  wrapsText: true,
  constructors: ['QueryClient', 'QueryCache'],
  factories: ['useQueryClient', 'injectQueryClient', 'getQueryClientContext'],
  types: ['QueryClient', 'QueryCache'],
  chains: ['getQueryCache'],
  operations: {
    getQueryData: { op: 'read', key: { arg: 0 } }, getQueryState: { op: 'read', key: { arg: 0 } },
    getQueryDefaults: defaults, setQueryDefaults: defaults, getQueriesData: looked, isFetching: looked, cancelQueries: looked, find: looked, findAll: looked,
    setQueryData: { op: 'write', key: { arg: 0 }, value: 1 },
    setQueriesData: { op: 'write', key: QUERY_KEY, kind: 'prefix', match: 'prefix', value: 1 },
    fetchQuery: ahead, prefetchQuery: ahead, ensureQueryData: ahead, fetchInfiniteQuery: ahead, prefetchInfiniteQuery: ahead, ensureInfiniteQueryData: ahead,
    invalidateQueries: filter, removeQueries: filter, resetQueries: filter, refetchQueries: filter,
    clear: { op: 'delete', key: { arg: 0, all: true }, kind: 'pattern', match: 'glob' },
  },
  functions: {
    useQuery: query, useInfiniteQuery: query, useSuspenseQuery: query, useSuspenseInfiniteQuery: query, usePrefetchQuery: ahead, usePrefetchInfiniteQuery: ahead,
    queryCollectionOptions: query, queryOptions: described, infiniteQueryOptions: described, createQuery: query, createInfiniteQuery: query, injectQuery: query, injectInfiniteQuery: query,
    useQueries: { ...query, key: { arg: 0, property: 'queries', each: 'queryKey' } }, useSuspenseQueries: { ...query, key: { arg: 0, property: 'queries', each: 'queryKey' } },
    useIsFetching: looked,
  },
}
