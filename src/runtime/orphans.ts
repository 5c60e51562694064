import { align } from '../keys/segments.js'
import { parse } from '../keys/parse.js'
import type { Template } from '../keys/template.js'
import type { KeyDefinition, KeySet } from './keys.js'

/** A text that no template makes, with the template that is nearest to it and what sets the two apart. */
export interface Orphan {
  readonly key: string
  readonly nearest?: string
  readonly difference?: string
}

/** The definition that makes a text, or what is known of one that none makes. */
export function ownerOf(keys: KeySet, text: string): KeyDefinition | Orphan {
  const definitions = Object.values(keys)
  const owner = definitions.find((definition) => definition.matches(text))
  if (owner) return owner
  const written = literal(text)
  const ranked = definitions.map((definition) => ({ definition, alignment: align(written, definition.settings.parsed) }))
    .sort((a, b) => a.alignment.distance - b.alignment.distance)
  const [best] = ranked
  if (!best || best.alignment.pairs.every(({ difference }) => difference !== undefined)) return { key: text }
  return { key: text, nearest: best.definition.template, difference: best.alignment.pairs.flatMap((pair) => told(pair) ?? []).join(', ') }
}

export const isOrphan = (found: KeyDefinition | Orphan): found is Orphan => typeof found !== 'function'

const literal = (text: string): Template => parse(text.replace(/[{}()|*?\\[\]]/g, (char) => `\\${char}`))

function told({ left, right, difference }: ReturnType<typeof align>['pairs'][number]): string | undefined {
  if (difference === undefined) return undefined
  const [own, theirs] = [left?.text, right?.text]
  if (own === undefined) return `lacks ${theirs}`
  return theirs === undefined ? `${own} is too much` : `${own} stands for ${theirs}`
}
