// The peers, each by the same three calls: get, set, getOrSet.
import { cachified } from '@epic-web/cachified'
import KeyvRedis from '@keyv/redis'
import { createCache as createDedupe } from 'async-cache-dedupe'
import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisDriver } from 'bentocache/drivers/redis'
import { createCache as createManager } from 'cache-manager'
import { Keyv } from 'keyv'
import { Loader, RedisCache } from 'layered-loader'
import { LRUCache } from 'lru-cache'

const TTL = 60_000

export function memoryPeers() {
  const lru = new LRUCache({ max: 10_000 })
  const lruAdapter = { name: 'memory', get: (key) => lru.get(key), set: (key, value) => lru.set(key, value), delete: (key) => lru.delete(key) }
  return { ...shapes(undefined), cachified: cachifiedOver(lruAdapter) }
}

export function redisPeers(redis, url) {
  const adapter = {
    name: 'redis',
    get: async (key) => { const value = await redis.get(`c:${key}`); return value ? JSON.parse(value) : null },
    set: (key, value) => redis.set(`c:${key}`, JSON.stringify(value), 'PX', TTL),
    delete: (key) => redis.del(`c:${key}`),
  }
  return { ...shapes({ redis, url }), cachified: cachifiedOver(adapter) }
}

const cachifiedOver = (cache) => ({
  get: async (key) => (await cache.get(key))?.value,
  set: (key, value) => cache.set(key, { value, metadata: { createdTime: Date.now(), ttl: TTL, swr: 0 } }),
  getOrSet: (key, getFreshValue) => cachified({ key, cache, ttl: TTL, getFreshValue }),
})

function shapes(shared) {
  const bento = new BentoCache({ default: 'm', ttl: TTL, stores: { m: shared ? bentostore().useL2Layer(redisDriver({ connection: shared.redis })) : bentostore().useL1Layer(memoryDriver({ maxItems: 10_000 })) } })
  const keyv = () => (shared ? new Keyv({ store: new KeyvRedis(shared.url), namespace: 'k' }) : new Keyv())
  const manager = createManager({ stores: [keyv()], ttl: TTL })
  const plain = keyv()
  const dedupe = createDedupe({ ttl: 60, storage: shared ? { type: 'redis', options: { client: shared.redis } } : { type: 'memory', options: { size: 10_000 } } })
  dedupe.define('f', { serialize: ({ key }) => key }, async ({ load }) => load())
  const loader = new Loader({
    inMemoryCache: shared ? false : { cacheType: 'lru-map', ttlInMsecs: TTL, maxItems: 10_000, cacheId: 'x' },
    ...(shared ? { asyncCache: new RedisCache(shared.redis, { prefix: 'll', json: true, ttlInMsecs: TTL }) } : {}),
    cacheKeyFromLoadParamsResolver: ({ key }) => key, dataSourceGetOneFn: ({ load }) => load(),
  })
  return {
    bentocache: { get: (key) => bento.get({ key }), set: (key, value) => bento.set({ key, value, ttl: TTL }), getOrSet: (key, factory) => bento.getOrSet({ key, factory, ttl: TTL }) },
    'cache-manager': { get: (key) => manager.get(key), set: (key, value) => manager.set(key, value, TTL), getOrSet: (key, load) => manager.wrap(key, load, TTL) },
    keyv: { get: (key) => plain.get(key), set: (key, value) => plain.set(key, value, TTL) },
    'async-cache-dedupe': { getOrSet: (key, load) => dedupe.f({ key, load }) },
    'layered-loader': { getOrSet: (key, load) => loader.get({ key, load }) },
  }
}
