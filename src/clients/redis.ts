import { REDIS_COMMANDS } from './redis-commands.js'
import type { ClientSpec } from './spec.js'

/** node-redis 4 to 6. */
export const redis: ClientSpec = {
  id: 'redis',
  modules: ['redis', '@redis/client'],
  family: 'redis',
  sharing: 'family',
  factories: ['createClient', 'createCluster', 'createClientPool', 'createSentinel'],
  types: ['RedisClientType', 'RedisClusterType', 'RedisClient', 'RedisClientPoolType', 'RedisSentinelType', 'RedisClientMultiCommandType'],
  chains: ['multi', 'duplicate', 'withTypeMapping', 'legacy', 'asap', 'withCommandOptions'],
  anyCase: true,
  operations: {
    ...REDIS_COMMANDS,
    keys: { op: 'read', key: { arg: 0 }, kind: 'pattern', match: 'glob', returns: 'keys' },
    scan: { op: 'read', key: { arg: 1, property: 'MATCH' }, kind: 'pattern', match: 'glob', returns: 'keys-object' },
    scaniterator: { op: 'read', key: { arg: 0, property: 'MATCH' }, kind: 'pattern', match: 'glob', returns: 'keys' },
  },
}
