import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineKeys, key, tenantId, userId } from '../../src/runtime/keys.js'

const keys = defineKeys({
  prompt: key<string>()({ scope: 'public', template: 'chatbot:{env}:{lang}:prompt:base', ttl: '10m' }),
  profile: key<{ name: string }>()({ scope: 'user', template: 'user:{userId}:profile', ttl: '5m' }),
  seats: key<number>()({ scope: 'tenant', template: 'tenant:{tenantId}:seats', ttl: 'forever' }),
})

describe('keys', () => {
  test('are made of their template', () => {
    expect(keys.prompt({ env: 'prod', lang: 'en' }).text).toBe('chatbot:prod:en:prompt:base')
    expect(keys.profile({ userId: userId('42') }).text).toBe('user:42:profile')
    expect(keys.seats({ tenantId: tenantId(7) }).text).toBe('tenant:7:seats')
  })

  test('carry namespace, environment and version', () => {
    const versioned = defineKeys({ home: key<string>()({ scope: 'public', template: 'home', ttl: '1m' }) }, { namespace: 'shop', environment: 'prod', version: 3 })
    expect(versioned.home({}).text).toBe('shop:prod:v3:home')
    expect(versioned.home.template).toBe('shop:prod:v3:home')
  })

  test('know their own texts', () => {
    expect(keys.profile.matches('user:42:profile')).toBe(true)
    expect(keys.profile.matches('user:42')).toBe(false)
  })

  test('of different parameters are different, whatever these hold', () => {
    const pair = defineKeys({ two: key<string>()({ scope: 'public', template: 'a-{x}-{y}', ttl: '1m' }) })
    const text = fc.string({ minLength: 1, maxLength: 6 })
    fc.assert(fc.property(text, text, text, text, (a, b, c, d) => {
      const same = pair.two({ x: a, y: b }).text === pair.two({ x: c, y: d }).text
      expect(same).toBe(a === c && b === d)
    }))
  })

  test('AA + B and A + AB do not meet', () => {
    expect(keys.prompt({ env: 'a:b', lang: 'c' }).text).not.toBe(keys.prompt({ env: 'a', lang: 'b:c' }).text)
  })
})

describe('from JavaScript', () => {
  const make = (definition: unknown, parameters: unknown) => () => (definition as (parameters: unknown) => unknown)(parameters)

  test.each([[undefined], [null], [{ a: 1 }], [['x']], [Number.NaN], [''], [() => 'x']])('a parameter that is %s throws', (lang) => {
    expect(make(keys.prompt, { env: 'prod', lang })).toThrow(/\{lang\}/)
  })

  test('no user throws', () => {
    expect(make(keys.profile, {})).toThrow(/\{userId\}/)
    expect(make(keys.profile, undefined)).toThrow(/\{userId\}/)
    expect(() => userId('')).toThrow(/user/)
    expect(() => userId(undefined as unknown as string)).toThrow(/user/)
  })

  const define = (options: object) => () => defineKeys({ it: key<string>()(options as never) })

  test.each<[string, object, RegExp]>([
    ['a user key without a user', { scope: 'user', template: 'profile', ttl: '1m' }, /must hold \{userId\}/],
    ['a tenant key without a tenant', { scope: 'tenant', template: 'seats', ttl: '1m' }, /must hold \{tenantId\}/],
    ['a public key with a user', { scope: 'public', template: 'user:{userId}', ttl: '1m' }, /must not hold \{userId\}/],
    ['no scope', { template: 'home', ttl: '1m' }, /scope/],
    ['a bare number of a TTL', { scope: 'public', template: 'home', ttl: 300 }, /unit/],
    ['a TTL of nothing', { scope: 'public', template: 'home', ttl: '0s' }, /positive/],
    ['two holes side by side', { scope: 'public', template: 'a:{x}{y}', ttl: '1m' }, /between/],
    ['a hole without a name', { scope: 'public', template: 'a:{}', ttl: '1m' }, /cannot be read|no name/],
    ['a pattern', { scope: 'public', template: 'a:*', ttl: '1m' }, /template/],
  ])('%s throws', (_name, options, message) => {
    expect(define(options)).toThrow(message)
  })

  test('two definitions that may make one key throw', () => {
    expect(() => defineKeys({
      one: key<string>()({ scope: 'public', template: 'post:{id}', ttl: '1m' }),
      all: key<string>()({ scope: 'public', template: 'post:all', ttl: '1m' }),
    })).toThrow(/one and all may make one key/)
  })
})
