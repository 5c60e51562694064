import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from '../../src/keys/parse.js'
import { filled, keyOf } from '../../src/keys/witness.js'
import { observationsIn } from '../../src/observed/lines.js'
import { Matcher } from '../../src/observed/matcher.js'
import { shapeOf, Tally } from '../../src/observed/tally.js'

describe('lines', () => {
  test.each<[string, string, unknown[]]>([
    ['a key', 'user:7:photo', [{ op: 'seen', key: 'user:7:photo' }]],
    ['a recorded hit', '{"op":"get","template":"user:{id}","parameters":"ab","layer":"redis","hit":true}', [{ op: 'read', template: 'user:{id}', parameters: 'ab', isHit: true }]],
    ['a recorded delete of nothing', '{"op":"delete","template":"user:{id}","parameters":"ab","layer":"","hit":false}', [{ op: 'delete', template: 'user:{id}', parameters: 'ab', isHit: false }]],
    ['SET with a lifetime', '1339518083.107412 [0 127.0.0.1:60866] "set" "user:7" "secret" "EX" "60"', [{ op: 'write', key: 'user:7', hasTtl: true }]],
    ['SET without one', '1339518083.107412 [0 127.0.0.1:60866] "SET" "user:7" "say \\"EX\\""', [{ op: 'write', key: 'user:7', hasTtl: false }]],
    ['SETEX', '1339518083.107412 [0 127.0.0.1:60866] "setex" "user:7" "60" "secret"', [{ op: 'write', key: 'user:7', hasTtl: true }]],
    ['DEL of several', '1339518083.107412 [0 127.0.0.1:60866] "del" "a:1" "a:2"', [{ op: 'delete', key: 'a:1' }, { op: 'delete', key: 'a:2' }]],
    ['a member that goes is no key that goes', '1339518083.107412 [0 127.0.0.1:60866] "srem" "tags" "x"', []],
    ['bytes that are no text', '1339518083.107412 [0 lua] "get" "user:\\xc3"', [{ op: 'read', key: 'user:\xc3' }]],
    ['a command without keys', '1339518083.107412 [0 127.0.0.1:60866] "ping"', []],
    ['the first line of MONITOR', 'OK', []],
    ['half a line of JSON', '{"op":"get","template":"user', []],
  ])('%s', (_name, line, expected) => {
    expect(observationsIn(line)).toEqual(expected)
  })

  test('no value is ever kept', () => {
    fc.assert(fc.property(fc.string({ minLength: 8 }).filter((value) => !/["\\]/.test(value)), (value) => {
      const line = `1339518083.107412 [0 127.0.0.1:1] "set" "k" "${value}"`
      expect(JSON.stringify(observationsIn(line))).not.toContain(JSON.stringify(value).slice(1, -1))
    }))
  })
})

describe('matching', () => {
  const matcher = new Matcher(['user:{id}', 'user:{id}:photo', 'user:all', '(a|b):{x}', 'q:{wild}', '[posts, {id}]', '{anything}', '{tenant}:report'].map(parse))

  test.each<[string, string | undefined]>([
    ['user:7', 'user:{id}'], ['user:7:photo', 'user:{id}:photo'], ['user:all', 'user:all'], ['b:1', '(a|b):{x}'],
    ['acme:report', '{tenant}:report'], ['user:7:video', undefined], ['other', undefined], ['user:', undefined],
  ])('%s', (key, template) => {
    expect(matcher.match(key)?.template).toBe(template)
  })

  test('tells what fills the holes', () => {
    expect([...matcher.match('user:7:photo')!.holes]).toEqual([['id', '7']])
  })

  test('a key that a template makes is one of it', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/)
    const template = fc.array(fc.oneof(word, word.map((name) => `{${name}}`)), { minLength: 1, maxLength: 5 }).filter((parts) => parts.some((part) => !part.startsWith('{'))).map((parts) => parts.join(':'))
    fc.assert(fc.property(fc.uniqueArray(template, { minLength: 1, maxLength: 8 }), fc.array(fc.stringMatching(/^[a-z\d-]{1,8}$/), { minLength: 5, maxLength: 5 }), (templates, values) => {
      const all = new Matcher(templates.map(parse))
      for (const each of templates) {
        let next = 0
        const key = keyOf(filled(parse(each), () => values[next++]!))
        expect(all.match(key)).toBeDefined()
      }
    }))
  })
})

describe('the sum', () => {
  const templates = ['user:{id}', 'post:{lang}:{id}', 'never:{id}']
  const sum = (lines: readonly string[], hashHoles = false) => {
    const matcher = new Matcher(templates.map(parse))
    const tally = new Tally(matcher, { hashHoles, salt: 's' })
    for (const line of lines) for (const observation of observationsIn(line)) tally.add(observation)
    return tally.result(matcher.templates)
  }

  test('counts by template, tells orphans by their shape, and what was never seen', () => {
    const observed = sum(['user:1', 'user:2', ...Array.from({ length: 20 }, (_, id) => `post:en:${id}`), 'cart:1', 'cart:2', 'legacy:a'])
    expect(observed.templates.map(({ template, count, holes }) => [template, count, holes])).toEqual([
      ['post:{lang}:{id}', 20, [{ name: 'lang', values: 1, always: 'en' }, { name: 'id', values: 20 }]],
      ['user:{id}', 2, [{ name: 'id', values: 2 }]],
    ])
    expect(observed.orphans).toEqual([{ shape: 'cart:{}', count: 2, example: 'cart:1' }, { shape: 'legacy:a', count: 1, example: 'legacy:a' }])
    expect(observed.never).toEqual(['never:{id}'])
    expect([observed.observations, observed.matched]).toEqual([25, 22])
  })

  test('shows no values where they are to be hashed', () => {
    const text = JSON.stringify(sum([...Array.from({ length: 30 }, (_, id) => `post:ada@example.org:${id}`), 'cart:ada@example.org'], true))
    expect(text).not.toContain('ada@')
  })

  test('holds no more than it shows, however many keys there are', () => {
    const observed = sum(Array.from({ length: 5000 }, (_, id) => `user:${id}`))
    expect(observed.templates[0]!.holes).toEqual([{ name: 'id', values: 'many' }])
  })

  test('a template of a recorder is the one of its shape in the code', () => {
    expect(sum(['{"op":"get","template":"user:{userId}","parameters":"p","layer":"","hit":true}']).templates[0]!.template).toBe('user:{id}')
  })

  test('deletes that found nothing, reads that never hit, writes without a lifetime', () => {
    const of = (op: string, hit: boolean) => `{"op":"${op}","template":"user:{id}","parameters":"p","layer":"","hit":${hit}}`
    const [seen] = sum([of('delete', false), of('delete', false), of('get', false), of('get', true)]).templates
    expect(seen).toMatchObject({ deletes: 2, deletesOfNothing: 2, hits: 1, misses: 1 })
  })
})

test.each([['user:17:photo', 'user:{}:photo'], ['app:v2:users', 'app:v2:users'], ['s:3f2a9c1b44de', 's:{}'], ['mail:a@b.c', 'mail:{}']])('the shape of %s', (key, shape) => {
  expect(shapeOf(key)).toBe(shape)
})
