import { print } from '../keys/print.js'
import { segmentsOf } from '../keys/segments.js'
import { separatorsOf } from '../keys/match.js'
import { text as fixed, type Template } from '../keys/template.js'
import type { KeyDefinition, KeySet } from './keys.js'

/** A text that no template makes, with the template that is nearest to it and what sets the two apart. */
export interface Orphan {
  readonly key: string
  readonly nearest?: string
  readonly difference?: string
}

/** The definition that makes a text, or what is known of one that none makes. */
export function ownerOf(keys: KeySet, key: string): KeyDefinition | Orphan {
  const definitions = Object.values(keys)
  const owner = definitions.find((definition) => definition.matches(key))
  if (owner) return owner
  const [best] = definitions.map((definition) => ({ definition, ...compared(definition.settings.parsed, key) })).sort((a, b) => a.steps.length - b.steps.length)
  // Where not one fixed segment is shared two keys have nothing in common.
  if (!best || best.shared === 0) return { key }
  return { key, nearest: best.definition.template, difference: best.steps.join(', ') }
}

export const isOrphan = (found: KeyDefinition | Orphan): found is Orphan => typeof found !== 'function'

interface Compared { readonly steps: readonly string[]; readonly shared: number }

/** The fewest steps from a template to a text, segment by segment; what a hole stands for may be any text. */
function compared(template: Template, key: string): Compared {
  const separators = separatorsOf(template)
  const wanted = segmentsOf(template, separators).map(({ parts }) => ({ text: print(parts), isFixed: parts.every((part) => part.kind === 'text') }))
  const given = segmentsOf([fixed(key)], separators).map(({ parts }) => print(parts))
  const known = new Map<number, Compared>()
  const from = (i: number, j: number): Compared => {
    const slot = i * (given.length + 1) + j
    const found = known.get(slot) ?? best(i, j)
    known.set(slot, found)
    return found
  }
  const best = (i: number, j: number): Compared => {
    const [want, give] = [wanted[i], given[j]]
    if (want === undefined && give === undefined) return { steps: [], shared: 0 }
    if (want === undefined) return stepped(`${give} is too much`, from(i, j + 1))
    if (give === undefined) return stepped(`lacks ${want.text}`, from(i + 1, j))
    const isSame = want.isFixed && want.text === give
    const together = from(i + 1, j + 1)
    const paired = isSame ? { ...together, shared: together.shared + 1 } : want.isFixed ? stepped(`${give} stands for ${want.text}`, together) : together
    return [paired, stepped(`lacks ${want.text}`, from(i + 1, j)), stepped(`${give} is too much`, from(i, j + 1))].reduce((a, b) => (isBetter(b, a) ? b : a))
  }
  return from(0, 0)
}

const isBetter = (one: Compared, other: Compared): boolean =>
  one.steps.length < other.steps.length || (one.steps.length === other.steps.length && one.shared > other.shared)

const stepped = (step: string, { steps, shared }: Compared): Compared => ({ steps: [step, ...steps], shared })
