// Ratios of one run: ours beside the peers, in rounds that take turns, by medians. `npm run bench:runtime [-- --write]`
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
if (spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--legacy-peer-deps', '--loglevel=error'], { cwd: folder, stdio: 'inherit' }).status !== 0) process.exit(1)

const NONE = (make) => Array.from({ length: 1000 }, (_, id) => make({ env: 'none', id }))
const { Redis } = await import('ioredis')
const { createClient } = await import('redis')
const { LRUCache } = await import('lru-cache')
const { memoryPeers, redisPeers } = await import('./peers.mjs')
const { createCache, defineKeys, key, memory } = await import('../../../dist/src/runtime/index.js')
const { redis, redisBus } = await import('../../../dist/src/runtime/layers/redis.js')

const keys = defineKeys({ prompt: key()({ scope: 'public', template: 'chatbot:v2:{env}:prompt:{id}', ttl: '1m' }) })
const VALUE = { id: 1, name: 'base', tags: ['a', 'b', 'c', 'd'], body: 'x'.repeat(120) }
const MADE = Array.from({ length: 1000 }, (_, id) => keys.prompt({ env: 'prod', id }))
const TEXTS = MADE.map(({ text }) => text)
const load = async () => VALUE
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms) })
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]

let turn = 0
const next = () => (turn = (turn + 1) % 1000)
const oneByOne = (call) => async (n) => { for (let i = 0; i < n; i++) await call(next()) }
const together = (call) => async (n) => { for (let i = 0; i < n; i += 50) await Promise.all(Array.from({ length: 50 }, () => call(next()))) }

/** Runs the cases in turns and gives the ratio of each to the first. */
async function compare(title, cases, { rounds = 7, ms = 80, batch = 500 } = {}) {
  const seen = new Map(Object.keys(cases).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const start = performance.now()
      let count = 0
      do { await run(batch); count += batch } while (performance.now() - start < ms)
      if (round > 0) seen.get(name).push(count / (performance.now() - start))
    }
  }
  const base = median([...seen.values()][0])
  return { title, rows: [...seen].map(([name, list]) => ({ name, ratio: median(list) / base })) }
}

const peersOf = (peers, method, wrap, ...args) => Object.fromEntries(Object.entries(peers).filter(([, peer]) => peer[method]).map(([name, peer]) => [name, wrap((i) => peer[method](TEXTS[i], ...args))]))
const fill = async (peers) => { for (const peer of Object.values(peers)) for (const text of TEXTS) await (peer.set ? peer.set(text, VALUE) : peer.getOrSet(text, load)) }

const results = []

// Memory
const lru = new LRUCache({ max: 10_000, ttl: 60_000 })
for (const text of TEXTS) lru.set(text, VALUE)
const ours = createCache({ keys, layers: [memory()], strict: false })
for (const made of MADE) await ours.set(made, VALUE)
const inMemory = memoryPeers()
await fill(inMemory)
results.push(await compare('Memory, get (1 = an awaited get of lru-cache)', { 'lru-cache': oneByOne(async (i) => lru.get(TEXTS[i])), keyproof: oneByOne((i) => ours.get(MADE[i])), ...peersOf(inMemory, 'get', oneByOne) }))
results.push(await compare('Memory, getOrSet that hits (1 = an awaited get of lru-cache)', { 'lru-cache': oneByOne(async (i) => lru.get(TEXTS[i]) ?? load()), keyproof: oneByOne((i) => ours.getOrSet(MADE[i], load)), ...peersOf(inMemory, 'getOrSet', oneByOne, load) }))

// A thousand misses together
const storm = []
for (const [name, getOrSet] of [['keyproof', (i, l) => ours.getOrSet(keys.prompt({ env: 'storm', id: i }), l)], ...Object.entries(inMemory).filter(([, peer]) => peer.getOrSet).map(([name, peer]) => [name, (i, l) => peer.getOrSet(`storm:${i}`, l)])]) {
  const times = []
  let calls = 0
  for (let round = 0; round < 5; round++) {
    calls = 0
    const start = performance.now()
    await Promise.all(Array.from({ length: 1000 }, () => getOrSet(round, async () => { calls++; await sleep(20); return VALUE })))
    times.push(performance.now() - start - 20)
  }
  storm.push({ name, calls, over: median(times) })
}

// Redis
const port = 21_000 + (process.pid % 20_000)
const server = spawn('redis-server', ['--port', String(port), '--save', ''], { stdio: 'ignore' })
const url = `redis://127.0.0.1:${port}`
const raw = new Redis(port)
raw.on('error', () => {})
while (raw.status !== 'ready') await sleep(20)
const node = createClient({ url })
await node.connect()
const text = JSON.stringify(VALUE)
for (const each of TEXTS) await raw.set(`raw:${each}`, text, 'PX', 60_000)
const shared = createCache({ keys, layers: [redis(raw)], strict: false })
for (const made of MADE) await shared.set(made, VALUE)
const overRedis = redisPeers(raw, url)
await fill(overRedis)
const REDIS = { rounds: 6, ms: 150, batch: 500 }
results.push(await compare('Redis, get, 50 in flight (1 = GET and JSON.parse of ioredis)', {
  ioredis: together(async (i) => JSON.parse(await raw.get(`raw:${TEXTS[i]}`))), keyproof: together((i) => shared.get(MADE[i])),
  'node-redis': together(async (i) => JSON.parse(await node.get(`raw:${TEXTS[i]}`))), ...peersOf(overRedis, 'get', together),
}, REDIS))
results.push(await compare('Redis, getOrSet that hits, 50 in flight (1 = GET and JSON.parse of ioredis)', {
  ioredis: together(async (i) => { const value = await raw.get(`raw:${TEXTS[i]}`); return value ? JSON.parse(value) : load() }), keyproof: together((i) => shared.getOrSet(MADE[i], load)),
  ...peersOf(overRedis, 'getOrSet', together, load),
}, REDIS))
const none = NONE(keys.prompt)
results.push(await compare('Redis, a delete that fences (1 = DEL of ioredis)', { ioredis: together((i) => raw.del(TEXTS[i] + ':none')), keyproof: together((i) => shared.delete(none[i])) }, REDIS))

// Two processes with a hundred misses each
const pair = await Promise.all([0, 1].map(async () => {
  const client = new Redis(port)
  while (client.status !== 'ready') await sleep(10)
  const cache = createCache({ keys, layers: [memory(), redis(client)], bus: redisBus(client) })
  await new Promise((done) => { cache.on('bus-ready', done) })
  return cache
}))
let loads = 0
await Promise.all(Array.from({ length: 200 }, (_, i) => pair[i % 2].getOrSet(keys.prompt({ env: 'pair', id: 1 }), async () => { loads++; await sleep(60); return VALUE })))

const shown = (ratio) => (ratio >= 0.1 ? ratio.toFixed(2) : ratio.toFixed(3))
const report = [
  ...results.map(({ title, rows }) => `### ${title}\n\n| | ratio |\n|---|---|\n${rows.map(({ name, ratio }) => `| ${name} | ${shown(ratio)} |`).join('\n')}\n`),
  `### A thousand misses together, a loader of 20 ms\n\n| | loads | ms over the loader |\n|---|---|---|\n${storm.map(({ name, calls, over }) => `| ${name} | ${calls} | ${over.toFixed(1)} |`).join('\n')}\n`,
  `### Two caches over one Redis, a hundred misses each\n\nkeyproof loads ${loads} time${loads === 1 ? '' : 's'}.\n`,
].join('\n')
console.log(report)
if (process.argv.includes('--write')) {
  writeFileSync(new URL('./RESULTS.md', import.meta.url), `# The runtime beside its peers\n\nRatios of one run of \`npm run bench:runtime\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, Redis on the loopback.\n\n${report}`)
}
raw.disconnect()
server.kill()
process.exit(0)
