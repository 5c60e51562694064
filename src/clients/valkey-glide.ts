import { redisCommands } from './redis-commands.js'
import { LIST, read, remove, type ClientSpec } from './spec.js'

/** @valkey/valkey-glide 1 and 2: clients are made by async factories, lists of keys are always arrays. */
export const valkeyGlide: ClientSpec = {
  id: 'valkey-glide',
  modules: ['@valkey/valkey-glide'],
  family: 'redis',
  sharing: 'family',
  constructors: ['Batch', 'ClusterBatch', 'Transaction', 'ClusterTransaction'],
  factories: ['GlideClient.createClient', 'GlideClusterClient.createClient'],
  types: ['GlideClient', 'GlideClusterClient', 'BaseClient', 'Batch', 'ClusterBatch', 'Transaction', 'ClusterTransaction'],
  anyCase: true,
  operations: {
    ...redisCommands(
      [{ arg: 2, property: 'expiry.count', unit: 's', unitBy: 'expiry.type' }],
      [{ arg: 1, property: 'expiry.duration', unit: 's', unitBy: 'expiry.type' }],
    ),
    del: remove(LIST), unlink: remove(LIST), exists: read(LIST), mget: read(LIST), touch: read(LIST),
    scan: { op: 'read', key: { arg: 1, property: 'match' }, kind: 'pattern', match: 'glob', returns: 'cursor-and-keys' },
  },
}
