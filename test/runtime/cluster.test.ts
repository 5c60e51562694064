import { spawnSync } from 'node:child_process'
import { Cluster, Redis } from 'ioredis'
import { Cluster as Cluster5 } from 'ioredis5'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCache, defineKeys, key, memory, userId, withOrigin } from '../../src/runtime/index.js'
import { redis, redisBus, redisStream } from '../../src/runtime/layers/redis.js'
import type { RedisLike } from '../../src/runtime/layers/redis-commands.js'
import { isInstalled, startCluster, startValkey, until } from './servers.js'

const keys = defineKeys({
  post: key<string>()({ scope: 'public', template: 'post:{id}', ttl: '1m', tags: ['posts'] }),
  profile: key<string>()({ scope: 'user', template: 'user:{userId}:profile', ttl: '1m' }),
})

/** What touches more than one key of the server at a time, and what is said between processes. */
async function tryAll(connect: () => Promise<RedisLike>): Promise<void> {
  const clients = [await connect(), await connect()]
  const [a, b] = clients.map((client) => createCache({ keys, layers: [memory(), redis(client)], bus: redisBus(client), early: false }))
  await Promise.all([a!, b!].map((cache) => new Promise<void>((done) => { cache.on('bus-ready', () => { done() }) })))
  // Ids enough to fall into the slots of both nodes.
  const ids = Array.from({ length: 24 }, (_, id) => id)
  for (const id of ids) expect(await a!.getOrSet(keys.post({ id }), () => `v${id}`)).toBe(`v${id}`)
  for (const id of ids) expect(await b!.get(keys.post({ id }))).toBe(`v${id}`)
  expect(await a!.deleteMany(ids.slice(0, 12).map((id) => keys.post({ id })))).toEqual(Array.from({ length: 12 }, () => 'deleted'))
  await until(async () => (await Promise.all(ids.slice(0, 12).map((id) => b!.get(keys.post({ id }))))).every((value) => value === undefined))
  await a!.invalidateTag('posts')
  await until(async () => (await b!.get(keys.post({ id: 20 }))) === undefined)
  // The lease stands in the slot of its key: a fill that a delete overtook is refused.
  let open = (): void => undefined
  const gate = new Promise<void>((done) => { open = done })
  const asked = a!.getOrSet(keys.post({ id: 1 }), async () => { await gate; return 'old' })
  await new Promise((done) => { setTimeout(done, 30) })
  await b!.delete(keys.post({ id: 1 }))
  open()
  expect(await asked).toBe('old')
  expect(await b!.get(keys.post({ id: 1 }))).toBeUndefined()
  expect(a!.stats().total.fencedCount).toBe(1)
  const rows: string[] = []
  const users = withOrigin(a!, keys.profile, { load: () => 'nobody', write: (_, name) => { rows.push(name); return Promise.resolve() } }, { queue: redisStream(clients[0]!, { stream: 'profiles' }) })
  await users.writeBehind({ userId: userId(1) }, 'Ada')
  await users.flush()
  expect(rows).toEqual(['Ada'])
  await a!.close()
  await b!.close()
}

describe.skipIf(!isInstalled('redis-server'))('a cluster of Redis', () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>
  beforeAll(async () => { cluster = await startCluster() }, 40_000)
  afterAll(() => cluster.stop())

  test.each<[string, typeof Cluster | typeof Cluster5]>([['ioredis 6', Cluster], ['ioredis 5', Cluster5]])('by %s: keys, leases, generations and the bus', async (_name, Client) => {
    const made: { disconnect(): void }[] = []
    await tryAll(async () => {
      const client = new Client(cluster.ports.map((port) => ({ host: '127.0.0.1', port })))
      made.push(client)
      await until(() => client.status === 'ready')
      return client as unknown as RedisLike
    })
    for (const client of made) client.disconnect()
  })
})

// Debian has no package of it before 13: where it is not there, this is skipped and says so, in CI too.
const hasValkey = spawnSync('valkey-server', ['--version']).status === 0
if (!hasValkey) console.warn('SKIPPED: tests that need valkey-server, which is not installed')

describe.skipIf(!hasValkey)('Valkey', () => {
  test('keys, leases, generations and the bus', async () => {
    const server = await startValkey()
    const made: Redis[] = []
    await tryAll(async () => {
      const client = new Redis(server.port)
      made.push(client)
      await until(() => client.status === 'ready')
      return client
    })
    for (const client of made) client.disconnect()
    await server.stop()
  })
})
