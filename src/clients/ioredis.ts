import { redisCommands, WORDS } from './redis-commands.js'
import type { ClientSpec } from './spec.js'

const script = { op: 'write', key: { arg: 2 }, optional: true } as const

/** ioredis 4 to 6 and its fork iovalkey. `keyPrefix` leads every key but the patterns of SCAN and KEYS. */
export const ioredis: ClientSpec = {
  id: 'ioredis',
  modules: ['ioredis', 'iovalkey'],
  family: 'redis',
  sharing: 'family',
  constructors: ['default', 'Redis', 'Cluster', 'Valkey', 'Redis.Cluster'],
  factories: ['Redis.createClient', 'default.createClient'],
  types: ['default', 'Redis', 'Cluster', 'RedisCommander', 'ChainableCommander', 'Pipeline', 'Valkey', 'Commands', 'Redis.Redis', 'Redis.Cluster'],
  chains: ['multi', 'pipeline', 'duplicate', 'defaults'],
  batches: ['multi', 'pipeline'],
  prefix: { arg: 0, property: 'keyPrefix', separator: '', patterns: false },
  anyCase: true,
  takesScripts: true,
  operations: {
    ...redisCommands(WORDS),
    keys: { op: 'read', key: { arg: 0 }, kind: 'pattern', match: 'glob', returns: 'keys' },
    scan: { op: 'read', key: { arg: 0, after: 'MATCH' }, kind: 'pattern', match: 'glob', returns: 'cursor-and-keys' },
    scanstream: { op: 'read', key: { arg: 0, property: 'match' }, kind: 'pattern', match: 'glob', returns: 'key-batches' },
    scanbufferstream: { op: 'read', key: { arg: 0, property: 'match' }, kind: 'pattern', match: 'glob', returns: 'key-batches' },
    eval: script, evalsha: script,
  },
}
