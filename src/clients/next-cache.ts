import type { ClientSpec, OperationSpec } from './spec.js'

const memo: readonly OperationSpec[] = [
  { op: 'read-through', key: { arg: 1 }, loader: { arg: 0 } },
  { op: 'tag', key: { arg: 2, property: 'tags', list: true }, kind: 'tag', optional: true },
]
const dropTag: readonly OperationSpec[] = [{ op: 'delete', key: { arg: 0 }, kind: 'tag', match: 'tag' }]
const attach: readonly OperationSpec[] = [{ op: 'tag', key: { arg: 0, rest: true, list: true }, kind: 'tag' }]

/** next/cache 13 to 16: `unstable_cache`, tags, paths. Tags match exactly; a path takes the routes below it. */
export const nextCache: ClientSpec = {
  id: 'next-cache',
  modules: ['next/cache'],
  family: 'next-cache',
  sharing: 'family',
  operations: {},
  functions: {
    unstable_cache: memo,
    revalidateTag: dropTag, updateTag: dropTag, expireTag: dropTag, unstable_expireTag: dropTag,
    revalidatePath: [{ op: 'delete', key: { arg: 0 }, kind: 'path', match: 'route' }],
    expirePath: [{ op: 'delete', key: { arg: 0 }, kind: 'path', match: 'route' }],
    cacheTag: attach, unstable_cacheTag: attach,
  },
}
