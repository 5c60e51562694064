import type { Codec } from './codec.js'

/** What stands with a value in a shared layer. */
export interface Envelope {
  readonly value: unknown
  readonly isNone: boolean
  /** How much of the entry's life lies after its TTL, in milliseconds. */
  readonly staleMs: number
  readonly deltaMs: number
  readonly generation: number
  readonly generations?: Readonly<Record<string, number>>
}

const NONE = '!'

/**
 * `<stale ms> <delta ms> <generation> <codec> <tag generations>` and, on the next line, the value. The stale window stands
 * first, where the script of a layer finds it.
 */
export function seal({ value, isNone, staleMs, deltaMs, generation, generations }: Envelope, codec: Codec): string {
  const tags = generations && Object.keys(generations).length > 0 ? encodeURIComponent(JSON.stringify(generations)) : '-'
  return `${Math.round(staleMs)} ${Math.round(deltaMs)} ${generation} ${isNone ? NONE : codec.name} ${tags}\n${isNone ? '' : codec.encode(value)}`
}

/** An entry as it was read: with what is left of its life and of its freshness, negative once that is past. */
export interface OpenedEnvelope extends Envelope {
  readonly restMs: number
  readonly freshMs: number
}

/**
 * Reads an entry; `undefined` where it was written by a version or a codec that is not known here. Every hit of a shared
 * layer comes this way, so that it makes no arrays of the header.
 */
export function open(text: string, restMs: number, codecs: ReadonlyMap<string, Codec>): OpenedEnvelope | undefined {
  const end = text.indexOf('\n')
  const first = text.indexOf(' ')
  const second = text.indexOf(' ', first + 1)
  const third = text.indexOf(' ', second + 1)
  const fourth = text.indexOf(' ', third + 1)
  if (first < 1 || second < 0 || third < 0 || fourth < 0 || fourth > end) return undefined
  const name = text.slice(third + 1, fourth)
  const codec = name === NONE ? undefined : codecs.get(name)
  const staleMs = Number(text.slice(0, first))
  if ((name !== NONE && !codec) || Number.isNaN(staleMs)) return undefined
  const deltaMs = Number(text.slice(first + 1, second))
  const generation = Number(text.slice(second + 1, third))
  const freshMs = restMs - staleMs
  try {
    const value = codec?.decode(text.slice(end + 1))
    if (fourth + 2 === end && text[fourth + 1] === '-') return { value, isNone: codec === undefined, staleMs, deltaMs, generation, restMs, freshMs }
    const generations = JSON.parse(decodeURIComponent(text.slice(fourth + 1, end))) as Record<string, number>
    return { value, isNone: codec === undefined, staleMs, deltaMs, generation, restMs, freshMs, generations }
  } catch {
    return undefined
  }
}
