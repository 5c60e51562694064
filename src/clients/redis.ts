import { OPTIONS, redisCommands } from './redis-commands.js'
import type { ClientSpec, TtlPosition } from './spec.js'

const upper = (name: string): string => name
const EXPIRATION: TtlPosition = { arg: 2, property: 'expiration.value', unit: 's', unitBy: 'expiration.type' }
const script = { op: 'write', key: { arg: 1, property: 'keys', list: true }, optional: true } as const

/** node-redis 4 to 6. `{ EX }` is the older spelling of a TTL, `{ expiration: { type, value } }` that of 5 and later. */
export const redis: ClientSpec = {
  id: 'redis',
  modules: ['redis', '@redis/client'],
  family: 'redis',
  sharing: 'family',
  constructors: ['RedisClient', 'RedisCluster', 'RedisClientPool', 'RedisSentinel'],
  factories: ['createClient', 'createCluster', 'createClientPool', 'createSentinel'],
  types: ['RedisClientType', 'RedisClusterType', 'RedisClient', 'RedisClientPoolType', 'RedisSentinelType', 'RedisClientMultiCommandType', 'RedisSentinelClientType'],
  chains: ['multi', 'duplicate', 'withTypeMapping', 'legacy', 'asap', 'withCommandOptions', 'withAbortSignal', 'createPool', 'connect', 'json', 'on', 'v4'],
  prefix: { arg: 0, property: 'keyPrefix', separator: '', patterns: false },
  anyCase: true,
  operations: {
    ...redisCommands([EXPIRATION, ...OPTIONS(2, upper)], [{ arg: 1, property: 'value', unit: 's', unitBy: 'type' }, ...OPTIONS(1, upper)]),
    keys: { op: 'read', key: { arg: 0 }, kind: 'pattern', match: 'glob', returns: 'keys' },
    scan: { op: 'read', key: { arg: 1, property: 'MATCH' }, kind: 'pattern', match: 'glob', returns: 'keys-object' },
    scaniterator: { op: 'read', key: { arg: 0, property: 'MATCH' }, kind: 'pattern', match: 'glob', returns: 'keys' },
    eval: script, evalsha: script,
  },
}
