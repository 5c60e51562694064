import { print } from '../keys/print.js'
import { alternatives, textOf, union, type TextValue, type Value } from './value.js'

/** May the value be text, or what becomes text, in all of its alternatives? */
export const isPlain = (value: Value): boolean => alternatives(value).every(({ kind }) => kind === 'text' || kind === 'const' || kind === 'opaque')

/** Has the second value alternatives that the first has not, given that it has all of those? */
export const isMore = (after: Value, before: Value): boolean => alternatives(after).length > alternatives(before).length

const REPEATED = { kind: 'hole', name: 'repeated', wild: true } as const

/** Text that a loop makes longer: what it began with, and then anything; or anything, where it does not keep that. */
export function widened(before: Value, after: Value): Value {
  const starts = alternatives(before).flatMap((option) => (option.kind === 'text' ? [option.parts] : []))
  const isKept = ({ parts }: TextValue): boolean => starts.some((start) => print(parts).startsWith(print(start)))
  const isGrowing = starts.length > 0 && alternatives(after).every((option) => option.kind === 'text' && isKept(option))
  return isGrowing ? union(starts.map((start) => textOf([...start, REPEATED]))) : textOf([REPEATED])
}
