import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isInstance, overlaps, reaches, separatorsOf } from '../../src/keys/match.js'
import { parse } from '../../src/keys/parse.js'
import { print } from '../../src/keys/print.js'
import { expand, GLOB, hole, normalise, text, type Part, type Template } from '../../src/keys/template.js'

/** Small templates over a small alphabet, so that all of their instances of small size can be written out. */
const piece: fc.Arbitrary<Part> = fc.oneof(
  fc.constantFrom('a', 'b', ':', 'a:', ':b', 'a-b').map((s) => text(s)),
  fc.constantFrom('x', 'y').map((name) => hole(name)),
  fc.constant(hole('w', { wild: true })),
  fc.constant(GLOB),
)
const row = fc.array(piece, { minLength: 1, maxLength: 3 })
const options = fc.array(row, { minLength: 2, maxLength: 2 }).map((alternatives): Part => ({ kind: 'choice', options: alternatives }))
const template: fc.Arbitrary<Template> = fc.array(fc.oneof({ weight: 4, arbitrary: piece }, { weight: 1, arbitrary: options }), { minLength: 1, maxLength: 3 }).map(normalise)

const WORDS = ['a', 'b', 'ab']
const TEXTS = ['a', 'b', 'a:b', ':', 'a-']

/** All keys that a template builds when its holes are filled with these words: a plain hole holds no separator. */
function instances(parts: Template, separators: string): Set<string> {
  const plain = [...WORDS, ...['a-b'].filter(() => !separators.includes('-'))]
  const fillings = (part: Part): readonly string[] => {
    if (part.kind === 'text') return [part.text]
    if (part.kind === 'glob') return ['', ...TEXTS]
    return part.kind === 'hole' && part.wild ? [...WORDS, ...TEXTS] : plain
  }
  const rows = expand(parts).flatMap((flat) => flat.reduce<string[]>((keys, part) => keys.flatMap((key) => fillings(part).map((filling) => key + filling)).slice(0, 4000), ['']))
  return new Set(rows)
}

const share = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((key) => b.has(key))

describe('matching against every instance written out', () => {
  test('two templates that build one key overlap', () => {
    fc.assert(fc.property(template, template, (a, b) => {
      const separators = separatorsOf(a, b)
      if (share(instances(a, separators), instances(b, separators))) expect(overlaps(a, b), `${print(a)} and ${print(b)}`).toBe(true)
    }), { numRuns: 600 })
  })

  test('a pattern reaches every key that it and a writer build', () => {
    fc.assert(fc.property(template, template, (pattern, written) => {
      const separators = separatorsOf(pattern, written)
      if (share(instances(pattern, separators), instances(written, separators))) expect(reaches('glob', pattern, written)).toBe(true)
    }), { numRuns: 300 })
  })

  test('a prefix reaches every key that begins with it', () => {
    fc.assert(fc.property(template, template, (prefix, written) => {
      const separators = separatorsOf(prefix, written)
      const keys = [...instances(written, separators)]
      const begins = [...instances(prefix, separators)].some((head) => keys.some((key) => key.startsWith(head)))
      if (begins) expect(reaches('prefix', prefix, written), `${print(prefix)} of ${print(written)}`).toBe(true)
    }), { numRuns: 300 })
  })

  test('every instance is one of its template', () => {
    fc.assert(fc.property(template, (parts) => {
      for (const key of [...instances(parts, separatorsOf(parts))].slice(0, 60)) expect(isInstance(key, parts), `${key} of ${print(parts)}`).toBe(true)
    }), { numRuns: 300 })
  })

  test('what is printed is read back as the same template', () => {
    const plain = (parts: Template): Template => parts.map((part) => (part.kind === 'hole' ? hole(part.name) : part.kind === 'choice' ? { ...part, options: part.options.map(plain) } : part))
    fc.assert(fc.property(template, (parts) => { expect(parse(print(parts))).toEqual(normalise(plain(parts))) }))
  })
})
