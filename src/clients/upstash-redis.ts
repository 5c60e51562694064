import { REDIS_COMMANDS } from './redis-commands.js'
import type { ClientSpec } from './spec.js'

const scan = { op: 'read', key: { arg: 1, property: 'match' }, kind: 'pattern', match: 'glob', returns: 'cursor-and-keys' } as const

/** @upstash/redis, and @vercel/kv which is made of it. */
export const upstashRedis: ClientSpec = {
  id: 'upstash-redis',
  modules: ['@upstash/redis', '@upstash/redis/cloudflare', '@upstash/redis/fastly', '@upstash/redis/nodejs', '@vercel/kv'],
  family: 'redis',
  sharing: 'family',
  constructors: ['Redis', 'VercelKV'],
  factories: ['Redis.fromEnv', 'createClient'],
  types: ['Redis', 'VercelKV', 'Pipeline'],
  instances: ['kv'],
  chains: ['multi', 'pipeline'],
  anyCase: true,
  operations: {
    ...REDIS_COMMANDS,
    keys: { op: 'read', key: { arg: 0 }, kind: 'pattern', match: 'glob', returns: 'keys' },
    scan,
    scaniterator: { op: 'read', key: { arg: 0, property: 'match' }, kind: 'pattern', match: 'glob', returns: 'keys' },
  },
}
