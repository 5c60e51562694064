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

/** Reads an entry; `undefined` where it was written by a version or a codec that is not known here. */
export function open(text: string, codecs: ReadonlyMap<string, Codec>): Envelope | undefined {
  const end = text.indexOf('\n')
  const [stale, delta, generation, name, tags, ...more] = text.slice(0, Math.max(end, 0)).split(' ')
  if (tags === undefined || more.length > 0) return undefined
  const codec = name === NONE ? undefined : codecs.get(name!)
  if (name !== NONE && !codec) return undefined
  try {
    return {
      value: codec?.decode(text.slice(end + 1)), isNone: name === NONE, staleMs: Number(stale), deltaMs: Number(delta), generation: Number(generation),
      ...(tags === '-' ? {} : { generations: JSON.parse(decodeURIComponent(tags)) as Record<string, number> }),
    }
  } catch {
    return undefined
  }
}
