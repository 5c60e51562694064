import { separatorsOf } from '../keys/match.js'
import type { Template } from '../keys/template.js'
import { KeyError } from './errors.js'

/**
 * The `-`, `_` and `.` that divide the segments of keys where nothing stronger does: in no parameter of the set may they
 * stand then, since `profile-{userId}` with `ada-2` would be `profile-{userId}-{page}`.
 */
export function weakIn(templates: readonly Template[]): string {
  const own = templates.map((template) => separatorsOf(template))
  return [...new Set(own.filter((separators) => /^[-_.]*$/.test(separators)).join(''))].join('')
}

/** Characters that divide the segments of keys, mean something in patterns, or escape. */
const RESERVED = '%:/|#;{}*?[]\\^ \t\r\n'

/**
 * What has to be escaped in the parameters of a template: what is reserved, and whatever stands between its own holes, so
 * that `AA` + `B` and `A` + `AB` stay apart.
 */
export function dividers(id: string, pieces: readonly string[], weak: string): RegExp {
  const between = pieces.filter((_, i) => i % 2 === 0).slice(1, -1)
  const blunt = between.find((text) => !/[^A-Za-z\d]/.test(text))
  if (blunt !== undefined) throw new KeyError(`${id}: two holes need a character between them that no letter and no digit is; got '${blunt}'`)
  const chars = [...new Set(RESERVED + weak + between.join('').replace(/[A-Za-z\d]/g, ''))]
  return new RegExp(`[${chars.map((char) => `\\u{${char.codePointAt(0)!.toString(16)}}`).join('')}]`, 'gu')
}

/** One parameter as it stands in the key. */
export function part(id: string, name: string, divides: RegExp, value: unknown): string {
  const isPlain = typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  if (!isPlain) throw new KeyError(`${id}: {${name}} must be text, a finite number or a boolean; got ${describe(value)}`)
  if (value === '') throw new KeyError(`${id}: {${name}} is empty`)
  return String(value).replace(divides, encoded)
}

const encoded = (char: string): string => [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

export const escaped = (value: string | number): string => String(value).replace(/[%:/|#;{}*?[\]\\^\s]/g, encoded)

export const describe = (value: unknown): string => (value === '' ? "''" : Array.isArray(value) ? 'an array' : typeof value === 'object' && value !== null ? 'an object' : typeof value === 'function' ? 'a function' : String(value))
