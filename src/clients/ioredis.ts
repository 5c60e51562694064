import { REDIS_COMMANDS } from './redis-commands.js'
import type { ClientSpec } from './spec.js'

/** ioredis 4 to 6 and its forks. `keyPrefix` leads every key but those of SCAN and KEYS patterns. */
export const ioredis: ClientSpec = {
  id: 'ioredis',
  modules: ['ioredis', 'iovalkey'],
  family: 'redis',
  sharing: 'family',
  constructors: ['default', 'Redis', 'Cluster', 'Valkey'],
  types: ['default', 'Redis', 'Cluster', 'RedisCommander', 'ChainableCommander', 'Pipeline', 'Valkey', 'Commands'],
  chains: ['multi', 'pipeline', 'duplicate', 'defaults'],
  prefix: { arg: 0, property: 'keyPrefix', separator: '', patterns: false },
  anyCase: true,
  operations: {
    ...REDIS_COMMANDS,
    keys: { op: 'read', key: { arg: 0 }, kind: 'pattern', match: 'glob', returns: 'keys' },
    scan: { op: 'read', key: { arg: 0, after: 'MATCH' }, kind: 'pattern', match: 'glob', returns: 'cursor-and-keys' },
    scanstream: { op: 'read', key: { arg: 0, property: 'match' }, kind: 'pattern', match: 'glob', returns: 'keys' },
  },
}
