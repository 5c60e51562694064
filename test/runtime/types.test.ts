import { expect, expectTypeOf, test } from 'vitest'
import { cacheControl } from '../../src/runtime/http.js'
import { createCache, defineKeys, key, tenantId, userId, type Storable } from '../../src/runtime/index.js'

const keys = defineKeys({
  prompt: key<string>()({ scope: 'public', template: 'chatbot:{env}:{lang}:prompt:base', ttl: '10m' }),
  profile: key<{ name: string }>()({ scope: 'user', template: 'user:{userId}:profile', ttl: '5m' }),
  seats: key<number>()({ scope: 'tenant', template: 'tenant:{tenantId}:seats', ttl: '5m' }),
})
const cache = createCache({ keys })
const me = userId('42')

/** Never called: what it holds is compiled, and each line that must not compile says so. */
export function doNotCompile(): void {
  // @ts-expect-error a user-scoped template without {userId}
  key<string>()({ scope: 'user', template: 'profile', ttl: '1m' })
  // @ts-expect-error a tenant-scoped template without {tenantId}
  key<string>()({ scope: 'tenant', template: 'seats', ttl: '1m' })
  // @ts-expect-error a public template with {userId}
  key<string>()({ scope: 'public', template: 'user:{userId}:x', ttl: '1m' })
  // @ts-expect-error a bare number is no TTL
  key<string>()({ scope: 'public', template: 'x', ttl: 300 })
  // @ts-expect-error a Date comes back from JSON as text
  key<{ at: Date }>()({ scope: 'public', template: 'x', ttl: '1m' })
  key<{ at: Date }>()({ scope: 'public', template: 'x', ttl: '1m', codec: 'v8' })
  // @ts-expect-error no user
  keys.profile({})
  // @ts-expect-error an undefined user
  keys.profile({ userId: undefined })
  // @ts-expect-error a plain text is no UserId
  keys.profile({ userId: 'abc' })
  // @ts-expect-error a UserId is no TenantId
  keys.seats({ tenantId: me })
  // @ts-expect-error {lang} is missing
  keys.prompt({ env: 'prod' })
  // @ts-expect-error an object in a key
  keys.prompt({ env: 'prod', lang: { code: 'en' } })
  // @ts-expect-error undefined in a key
  keys.prompt({ env: 'prod', lang: undefined })
  // @ts-expect-error a raw text is no key
  void cache.getOrSet('user:1:profile', () => 1)
  // @ts-expect-error nor to delete
  void cache.delete(`user:${1}:profile`)
  // @ts-expect-error a value of another type
  void cache.getOrSet(keys.profile({ userId: me }), () => 'no profile')
  // @ts-expect-error a loader that may give nothing
  void cache.getOrSet(keys.profile({ userId: me }), () => undefined)
  // @ts-expect-error a bare number is no TTL
  void cache.set(keys.prompt({ env: 'a', lang: 'b' }), 'x', { ttl: 60 })
  // @ts-expect-error user data is not public
  cacheControl(keys.profile({ userId: me }), { public: true, maxAge: '1m' })
  // @ts-expect-error nor is a tenant's
  cacheControl(keys.seats({ tenantId: tenantId(1) }), { sharedMaxAge: '1m' })
}

test('values have the type of their key', () => {
  expectTypeOf(cache.get(keys.profile({ userId: me }))).resolves.toEqualTypeOf<{ readonly name: string } | undefined>()
  expectTypeOf(cache.getOrSet(keys.seats({ tenantId: tenantId(1) }), () => 3)).resolves.toEqualTypeOf<number>()
  expectTypeOf<Storable<{ at: Date }>>().toEqualTypeOf<{ at: never }>()
  expect(doNotCompile).toBeTypeOf('function')
})
