// Queues three writes and dies before any has reached the origin. Arguments: the port of Redis, the stream.
import { Redis } from 'ioredis'
import { createCache, defineKeys, key, userId, withOrigin } from '../../dist/src/runtime/index.js'
import { redis, redisStream } from '../../dist/src/runtime/layers/redis.js'

const [port, stream] = process.argv.slice(2)
const client = new Redis(Number(port))
await new Promise((done) => { client.once('ready', done) })
const keys = defineKeys({ profile: key()({ scope: 'user', template: 'user:{userId}:profile', ttl: '5m' }) })
const cache = createCache({ keys, layers: [redis(client)] })
const users = withOrigin(cache, keys.profile, { load: () => ({ name: 'nobody' }), write: () => Promise.reject(new Error('never reached')) }, { window: '1h', queue: redisStream(client, { stream, lease: '300ms' }) })
for (const [id, name] of [[1, 'Ada'], [2, 'Bob'], [1, 'Ada Lovelace']]) await users.writeBehind({ userId: userId(id) }, { name })
process.kill(process.pid, 'SIGKILL')
