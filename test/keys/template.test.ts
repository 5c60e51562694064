import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expand, hole, normalise, text, type Part, type Template } from '../../src/keys/template.js'
import { isInstance, overlaps, prefixOverlaps, reaches } from '../../src/keys/match.js'
import { NotationError, parse } from '../../src/keys/parse.js'
import { print, shapeOf } from '../../src/keys/print.js'
import { align } from '../../src/keys/segments.js'
import { alignedLines } from '../../src/keys/aligned.js'
import { keyOf } from '../../src/keys/witness.js'

const letters = fc.stringMatching(/^[a-z:{}()|*\\[\],/-]{1,6}$/)
const leaf: fc.Arbitrary<Part> = fc.oneof(letters.map((s) => text(s)), fc.stringMatching(/^[a-z]{1,4}$/).map((name) => hole(name)), fc.constant<Part>({ kind: 'glob' }))
const flat = fc.array(leaf, { minLength: 1, maxLength: 4 })
const choice: fc.Arbitrary<Part> = fc.array(flat, { minLength: 2, maxLength: 3 }).map((options) => ({ kind: 'choice', options }))
const list: fc.Arbitrary<Part> = fc.array(flat, { minLength: 1, maxLength: 3 }).map((elements) => ({ kind: 'list', elements }))
const template: fc.Arbitrary<Template> = fc.array(fc.oneof(leaf, choice), { minLength: 1, maxLength: 5 }).map(normalise)
const anyTemplate = fc.oneof(template, list.map((part) => normalise([part])))

/** Fills every hole with a word that holds no separator, and every glob with any text. */
function instantiate(parts: Template, words: readonly string[]): string {
  let next = 0
  const word = (): string => words[next++ % words.length]!
  return expand(parts)[0]!.map((part) => (part.kind === 'text' ? part.text : word())).join('')
}

describe('the template algebra', () => {
  test('what is printed is read back', () => {
    fc.assert(fc.property(anyTemplate, (parts) => { expect(print(parse(print(parts)))).toBe(print(parts)) }))
  })

  test('normalising twice is normalising once', () => {
    fc.assert(fc.property(anyTemplate, (parts) => { expect(normalise(parts)).toEqual(parts) }))
  })

  test('every instance matches its template', () => {
    const words = fc.array(fc.stringMatching(/^[0-9]{1,3}$/), { minLength: 1, maxLength: 4 })
    fc.assert(fc.property(template, words, (parts, values) => { expect(isInstance(instantiate(parts, values), parts)).toBe(true) }))
  })

  test('overlap is symmetric, and a template overlaps itself', () => {
    fc.assert(fc.property(template, template, (a, b) => {
      expect(overlaps(a, b)).toBe(overlaps(b, a))
      expect(overlaps(a, a)).toBe(true)
    }))
  })

  test('two templates with a common instance overlap', () => {
    const key = fc.array(fc.constantFrom('user', 'v1', '7', 'x'), { minLength: 1, maxLength: 4 })
    const blur = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })
    const blurred = (parts: readonly string[], mask: readonly boolean[]): Template =>
      normalise(parts.flatMap((part, i): Part[] => [...(i > 0 ? [text(':')] : []), mask[i] ? hole(`h${i}`) : text(part)]))
    fc.assert(fc.property(key, blur, blur, (parts, a, b) => { expect(overlaps(blurred(parts, a), blurred(parts, b))).toBe(true) }))
  })

  test('a template is laid against itself without a difference', () => {
    fc.assert(fc.property(template, (parts) => { expect(align(parts, parts).differences).toEqual([]) }))
  })
})

describe('matching', () => {
  test.each([
    ['user:{id}', 'user:{userId}', true],
    ['user:{id}', 'user:{id}:profile', false],
    ['chatbot:v2:{env}:prompt:base', 'chatbot:v2:{env}:{lang}:prompt:base', false],
    ['profile-{id}', 'profile:{id}', false],
    ['a:(b|c)', 'a:c', true],
    ['a:(b|c)', 'a:d', false],
    ['{?}', 'anything:{id}', true],
    ['[todos, {id}]', '[todos, {id}]', true],
    ['[todos, {id}]', '[todos]', false],
    ['[todos, {...rest}]', '[todos, a, {b}]', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(overlaps(parse(a), parse(b))).toBe(expected)
  })

  test('a pattern takes what begins like it, separators and all', () => {
    expect(reaches('glob', parse('user:{id}:*'), parse('user:{id}:a:b'))).toBe(true)
    expect(reaches('glob', parse('user:{id}:*'), parse('account:{id}:a'))).toBe(false)
  })

  test('array keys match by prefix, element by element', () => {
    expect(prefixOverlaps(parse('[todos]'), parse('[todos, {id}]'))).toBe(true)
    expect(prefixOverlaps(parse('[todos, {id}]'), parse('[todos]'))).toBe(false)
  })

  test('shapes forget names', () => {
    expect(shapeOf(parse('a:{x}:(b|{y})'))).toBe(shapeOf(parse('a:{p}:({q}|b)')))
  })
})

describe('alignment', () => {
  test.each([
    ['user:{id}:photo', 'user:{id}', ['missing']],
    ['user:{id}', 'user:{id}:photo', ['extra']],
    ['user:v2:{id}', 'user:v3:{id}', ['version']],
    ['user:{id}', 'User:{id}', ['case']],
    ['user:{id}', 'user-{id}', ['separator']],
    ['org:{org}:user:{id}', 'user:{id}:org:{org}', ['reordered']],
    ['cache:user:{id}', 'cache:account:{id}', ['renamed']],
  ])('%s against %s', (written, other, differences) => {
    expect(align(parse(written), parse(other)).differences).toEqual(differences)
  })

  test('lays the keys one above the other and marks what differs', () => {
    expect(alignedLines(['WRITE', parse('a:{b}:c')], ['DELETE', parse('a:c')])).toEqual([
      'WRITE   a:{b}:c',
      'DELETE  a:    c',
      '          ~~~~',
    ])
  })
})

describe('reading the notation', () => {
  test.each(['user:{id', '(a|b', '[a, b'])('%s is refused, with the place', (source) => {
    expect(() => parse(source)).toThrow(NotationError)
  })

  test('literal braces are escaped', () => {
    expect(print(parse('\\{tag\\}:{id}'))).toBe('\\{tag\\}:{id}')
  })
})

test('beyond the limit of alternatives, one that is empty may still be meant', () => {
  const many = parse('(|a|b|c)(|d|e|f)(|g|h|i)(|j|k|l):x')
  for (const key of [':x', 'a:x', 'dj:x', 'cfil:x']) expect(isInstance(key, many)).toBe(true)
  expect(isInstance('a:y', many)).toBe(false)
})

describe('a concrete key', () => {
  const nested = (depth: number, around: (inner: Part) => Template): Template => (depth === 0 ? [text('a')] : around({ kind: 'list', elements: [nested(depth - 1, around)] }))

  test('an array within an array is one', () => {
    expect(keyOf(nested(3, (inner) => [inner]))).toBe('[[["a"]]]')
  })

  test('does not grow without end where arrays nest', () => {
    expect(keyOf(nested(200, (inner) => [inner])).length).toBe(403)
    expect(keyOf(nested(200, (inner) => [text('x'), inner])).length).toBeLessThan(10_000)
  })
})
