import CachePolicy from 'http-cache-semantics'
import { describe, expect, test } from 'vitest'
import { cacheControl, cacheHeaders } from '../../src/runtime/http.js'
import { defineKeys, key, userId } from '../../src/runtime/index.js'

const keys = defineKeys({
  news: key<string>()({ scope: 'public', template: 'news', ttl: '1m' }),
  profile: key<string>()({ scope: 'user', template: 'user:{userId}', ttl: '1m' }),
})
const news = keys.news({})
const profile = keys.profile({ userId: userId(1) })

/** What a cache makes of it: http-cache-semantics is the referee. */
const policy = (header: string, shared: boolean): CachePolicy => new CachePolicy({ url: '/', method: 'GET', headers: {} }, { status: 200, headers: { 'cache-control': header, date: new Date().toUTCString() } }, { shared })

describe('cacheControl', () => {
  test.each<[string, string]>([
    [cacheControl(news, { public: true, maxAge: '1m', sharedMaxAge: '10m', staleWhileRevalidate: '30s', staleIfError: '1h' }), 'public, max-age=60, s-maxage=600, stale-while-revalidate=30, stale-if-error=3600'],
    [cacheControl(news, { public: true, maxAge: '365d', immutable: true }), 'public, max-age=31536000, immutable'],
    [cacheControl(profile, { private: true, maxAge: '1m', mustRevalidate: true }), 'private, max-age=60, must-revalidate'],
    [cacheControl(profile, { noStore: true }), 'no-store'],
  ])('%s', (made, expected) => {
    expect(made).toBe(expected)
  })

  test('what is public is kept by shared caches for as long as they are told', () => {
    const made = policy(cacheControl(news, { public: true, maxAge: '1m', sharedMaxAge: '10m' }), true)
    expect(made.storable()).toBe(true)
    expect(made.timeToLive() / 1000).toBeCloseTo(600, 0)
    expect(policy(cacheControl(news, { public: true, maxAge: '1m', sharedMaxAge: '10m' }), false).timeToLive() / 1000).toBeCloseTo(60, 0)
  })

  test('what is of a user is never kept by a shared cache', () => {
    expect(policy(cacheControl(profile, { private: true, maxAge: '1m' }), true).storable()).toBe(false)
    expect(policy(cacheControl(profile, { private: true, maxAge: '1m' }), false).storable()).toBe(true)
    expect(policy(cacheControl(profile, { noStore: true }), false).storable()).toBe(false)
  })

  test.each([[{ public: true, maxAge: '1m' }], [{ private: true, sharedMaxAge: '1m' }], [{ maxAge: '1m' }]])('from JavaScript %j for user data throws', (control) => {
    expect(() => cacheControl(profile, control as never)).toThrow(/profile/)
  })

  test('browser and network are told apart', () => {
    expect(cacheHeaders(news, { browser: { private: true, maxAge: '1m' }, cdn: { public: true, maxAge: '1h' } })).toEqual({ 'Cache-Control': 'private, max-age=60', 'CDN-Cache-Control': 'public, max-age=3600' })
  })
})
