// One of several processes over one Redis: does what the lines of its standard input say, and answers each with a line.
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { createCache, defineKeys, key, memory } from '../../dist/src/runtime/index.js'
import { redis, redisBus } from '../../dist/src/runtime/layers/redis.js'

const keys = defineKeys({ row: key()({ scope: 'public', template: 'row:{id}', ttl: '1m' }) })
const client = new Redis(Number(process.argv[2]))
while (client.status !== 'ready') await new Promise((done) => { setTimeout(done, 10) })
const cache = createCache({ keys, layers: [memory(), redis(client)], bus: redisBus(client), lease: '500ms', early: false })
await new Promise((done) => { cache.on('bus-ready', done) })

let loads = 0
const load = (value, ms) => async () => {
  loads++
  await new Promise((done) => { setTimeout(done, ms) })
  return value
}
const commands = {
  read: ({ id, value, ms }) => cache.getOrSet(keys.row({ id }), load(value, ms)),
  many: ({ id, value, ms, times }) => Promise.all(Array.from({ length: times }, () => cache.getOrSet(keys.row({ id }), load(value, ms)))).then((values) => values[0]),
  get: ({ id }) => cache.get(keys.row({ id })),
  delete: ({ id }) => cache.delete(keys.row({ id })),
  loads: () => Promise.resolve(loads),
  fenced: () => Promise.resolve(cache.stats().total.fencedCount),
}
console.log('"ready"')
for await (const line of createInterface({ input: process.stdin })) {
  const { n, op, ...rest } = JSON.parse(line)
  commands[op](rest).then((value) => { console.log(JSON.stringify({ n, value })) })
}
