import { OPTIONS, redisCommands } from './redis-commands.js'
import { read, remove, type ClientSpec } from './spec.js'

const lower = (name: string): string => name.toLowerCase()
const ONE_BY_ONE = { arg: 0, rest: true } as const
const script = { op: 'write', key: { arg: 1, list: true }, optional: true } as const
const PATHS = ['', '/cloudflare', '/fastly', '/node', '/nodejs', '/with-fetch']

/** @upstash/redis, and @vercel/kv which is made of it. Options are lower case; upper case is ignored by the library. */
export const upstashRedis: ClientSpec = {
  id: 'upstash-redis',
  modules: [...PATHS.map((path) => `@upstash/redis${path}`), '@vercel/kv'],
  family: 'redis',
  sharing: 'family',
  constructors: ['Redis', 'VercelKV'],
  factories: ['Redis.fromEnv', 'createClient'],
  types: ['Redis', 'VercelKV', 'Pipeline'],
  instances: ['kv', 'default'],
  chains: ['multi', 'pipeline', 'json'],
  anyCase: true,
  operations: {
    ...redisCommands(OPTIONS(2, lower), OPTIONS(1, lower)),
    // An array is made into one key by JSON: these take their keys one by one.
    del: remove(ONE_BY_ONE), unlink: remove(ONE_BY_ONE), exists: read(ONE_BY_ONE), touch: read(ONE_BY_ONE),
    keys: { op: 'read', key: { arg: 0 }, kind: 'pattern', match: 'glob', returns: 'keys' },
    scan: { op: 'read', key: { arg: 1, property: 'match' }, kind: 'pattern', match: 'glob', returns: 'cursor-and-keys' },
    scaniterator: { op: 'read', key: { arg: 0, property: 'match' }, kind: 'pattern', match: 'glob', returns: 'keys' },
    eval: script, evalsha: script,
  },
}
