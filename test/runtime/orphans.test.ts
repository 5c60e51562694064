import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCache, defineKeys, key, recorder, userId, watch } from '../../src/runtime/index.js'

const keys = defineKeys({
  prompt: key<string>()({ scope: 'public', template: 'chatbot:v2:{env}:{lang}:prompt:base', ttl: '10m' }),
  profile: key<string>()({ scope: 'user', template: 'user:{userId}:profile', ttl: '5m' }),
})

describe('a delete that no template makes', () => {
  test.each<[string, object]>([
    ['chatbot:v2:prod:prompt:base', { nearest: 'chatbot:v2:{env}:{lang}:prompt:base', difference: 'lacks {lang}' }],
    ['user:42:profiles', { nearest: 'user:{userId}:profile', difference: 'profiles stands for profile' }],
    ['user:42:profile:v2', { nearest: 'user:{userId}:profile', difference: 'v2 is too much' }],
  ])('%s is told with the nearest template', async (text, expected) => {
    const cache = createCache({ keys })
    const told: object[] = []
    cache.on('orphan-delete', (event) => { told.push(event) })
    expect(await cache.unsafe.delete(text)).toBe('absent')
    expect(told).toEqual([{ key: text, ...expected }])
  })

  test('is told alone where nothing is near', async () => {
    const cache = createCache({ keys })
    const told: object[] = []
    cache.on('orphan-delete', (event) => { told.push(event) })
    await cache.unsafe.delete('completely/else')
    expect(told).toEqual([{ key: 'completely/else' }])
  })

  test('and one that a template makes is not, and deletes', async () => {
    const cache = createCache({ keys })
    cache.on('orphan-delete', () => { throw new Error('it is none') })
    await cache.set(keys.profile({ userId: userId(42) }), 'x')
    expect(await cache.unsafe.delete('user:42:profile')).toBe('deleted')
  })

  test('is told of a client that is watched, whose calls go through', async () => {
    const cache = createCache({ keys })
    const told: string[] = []
    cache.on('orphan-delete', ({ key: text }) => { told.push(text) })
    const deleted: unknown[] = []
    const client = watch({ status: 'ready', del: (...texts: string[]) => { deleted.push(...texts); return Promise.resolve(texts.length) }, get: (text: string) => `value of ${text}` }, cache)
    expect(await client.del('user:1:profile', 'user:1:photo')).toBe(2)
    expect(client.get('a')).toBe('value of a')
    expect(deleted).toEqual(['user:1:profile', 'user:1:photo'])
    expect(told).toEqual(['user:1:photo'])
  })
})

describe('recorder', () => {
  const record = async (salt: string): Promise<{ text: string; lines: Record<string, unknown>[] }> => {
    const file = join(mkdtempSync(join(tmpdir(), 'keyproof-recorder-')), 'keys.jsonl')
    const cache = createCache({ keys, recorder: recorder({ file, salt }), early: false })
    const mine = keys.profile({ userId: userId('ada@example.org') })
    await cache.getOrSet(mine, () => 'a secret value')
    await cache.get(mine)
    await cache.delete(mine)
    await cache.close()
    const text = readFileSync(file, 'utf8')
    return { text, lines: text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>) }
  }

  test('writes operations, templates and hits; no value and no identity', async () => {
    const { text, lines } = await record('salt')
    expect(lines.map(({ op, hit }) => `${String(op)} ${String(hit)}`)).toEqual(['get false', 'load false', 'get true', 'delete true'])
    expect(new Set(lines.map(({ template }) => template))).toEqual(new Set(['user:{userId}:profile']))
    expect(new Set(lines.map(({ parameters }) => parameters)).size).toBe(1)
    expect(text).not.toMatch(/ada|secret/)
  })

  test('has the hashes of one salt only', async () => {
    expect((await record('a')).lines[0]!['parameters']).not.toBe((await record('b')).lines[0]!['parameters'])
  })
})
