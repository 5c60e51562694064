import type { ClientSpec, OperationSpec } from './spec.js'

const SECONDS = { arg: 2, property: 'revalidate', unit: 's' } as const
const memo: readonly OperationSpec[] = [
  { op: 'read-through', key: { arg: 1 }, loader: { arg: 0 }, ttl: [SECONDS] },
  { op: 'tag', key: { arg: 2, property: 'tags', list: true }, kind: 'tag', optional: true },
]
const dropTag: OperationSpec = { op: 'delete', key: { arg: 0 }, kind: 'tag', match: 'tag' }
const dropTags: OperationSpec = { ...dropTag, key: { arg: 0, rest: true } }
const dropPath: OperationSpec = { op: 'delete', key: { arg: 0 }, kind: 'path', match: 'route' }
const attach: OperationSpec = { op: 'tag', key: { arg: 0, rest: true, list: true }, kind: 'tag' }

/** next/cache 13 to 16: `unstable_cache`, tags, paths. Tags match exactly; a path takes the routes below it. */
export const NEXT_CACHE: ClientSpec = {
  id: 'next-cache',
  modules: ['next/cache'],
  family: 'next-cache',
  sharing: 'family',
  heldBy: 'app',
  arrayKeys: true,
  operations: {},
  functions: {
    unstable_cache: memo,
    revalidateTag: dropTag, updateTag: dropTag, expireTag: dropTags, unstable_expireTag: dropTags,
    revalidatePath: dropPath, expirePath: dropPath, unstable_expirePath: dropPath,
    cacheTag: attach, unstable_cacheTag: attach,
  },
  seeds: ['[\'"]use cache(?:: *[\\w-]+)?[\'"]'],
}
