import { mayBeEmpty } from '../keys/template.js'
import { alternatives, literal, truth, union, UNDEFINED, type Element, type OpaqueValue, type Value } from './value.js'

type Test = (value: Value) => boolean | undefined

/**
 * The elements that `filter` keeps. A test that asks whether the element is there (`Boolean`, `isDefined`) keeps what is
 * not known to be absent; what may be absent, and what another test may drop, stays as an element that may be missing.
 */
export function filtered(elements: readonly Element[], test: Test): Element[] {
  const asksPresence = test(UNDEFINED) === false && test(literal('x')) === true
  const takesEmpty = test(literal('')) === true
  return elements.flatMap((element) => (asksPresence ? ifPresent(element, takesEmpty) : ifKept(element, test)))
}

function ifPresent(element: Element, takesEmpty: boolean): Element[] {
  const options = alternatives(element.value)
  const kept = options.filter((option) => truth(option) !== false)
  if (kept.length === 0) return []
  const isMaybe = kept.length < options.length || kept.some((option) => mayBeAbsent(option) || (!takesEmpty && option.kind === 'text' && mayBeEmpty(option.parts)))
  const value = union(kept.map(certain))
  return [isMaybe && !element.many ? { ...element, value, maybe: true } : { ...element, value }]
}

const mayBeAbsent = (value: Value): value is OpaqueValue => value.kind === 'opaque' && value.presence === 'maybe'

const certain = (value: Value): Value => (mayBeAbsent(value) ? { ...value, presence: 'certain' } : value)

function ifKept(element: Element, test: Test): Element[] {
  const verdict = test(element.value)
  if (verdict === false) return []
  return [verdict === undefined && !element.many ? { ...element, maybe: true } : element]
}
