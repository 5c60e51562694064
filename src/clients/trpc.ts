import type { ClientSpec, KeyPosition, OperationSpec } from './spec.js'

/** The router's path and the input: `utils.post.byId.invalidate({ id })` names `[post, byId, {input}]` and what begins so. */
const PATH: KeyPosition = { arg: 0, path: true }
const fill: OperationSpec = { op: 'read-through', key: PATH, match: 'exact', ttl: [{ arg: 1, property: 'staleTime', unit: 'ms' }] }
const drop: OperationSpec = { op: 'delete', key: PATH, kind: 'prefix', match: 'prefix' }
const options = { ...fill, returns: 'options' } as const
/** What `useQueries` is told to ask: `t.post.byId(input, options)`. */
export const procedureCall: OperationSpec = fill
const key = { op: 'read', key: PATH, returns: 'key' } as const

/** tRPC 10 and 11 over TanStack Query: the hooks and utils of @trpc/react-query, the option proxies of 11. */
export const trpc: ClientSpec = {
  id: 'trpc',
  modules: ['@trpc/react-query', '@trpc/next', '@trpc/tanstack-react-query'],
  family: 'tanstack-query',
  sharing: 'family',
  heldBy: 'browser',
  arrayKeys: true,
  factories: ['createTRPCReact', 'createTRPCNext', 'createReactQueryHooks', 'createTRPCOptionsProxy', 'createTRPCContext', 'createTRPCQueryUtils'],
  namespaces: { separator: '', deep: true },
  chains: ['useUtils', 'useContext', 'useTRPC'],
  operations: {
    useQuery: fill, useSuspenseQuery: fill, useInfiniteQuery: fill, useSuspenseInfiniteQuery: fill,
    fetch: fill, prefetch: fill, ensureData: fill, fetchInfinite: fill, prefetchInfinite: fill,
    getData: { op: 'read', key: PATH }, getInfiniteData: { op: 'read', key: PATH },
    setData: { op: 'write', key: PATH, value: 1 }, setInfiniteData: { op: 'write', key: PATH, value: 1 },
    invalidate: drop, refetch: drop, reset: drop, cancel: { ...drop, op: 'read' },
    queryOptions: options, infiniteQueryOptions: options, queryFilter: { ...key, returns: 'options' }, pathFilter: { ...key, returns: 'options' },
    queryKey: key, infiniteQueryKey: key, pathKey: key,
  },
}
