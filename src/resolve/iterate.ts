import { opaque, union, type Value } from './value.js'

/** What an element of a collection may be. */
export function elementOf(collection: Value, name: string): Value {
  if (collection.kind === 'array' && collection.elements.length > 0) return union(collection.elements.map((element) => element.value))
  if (collection.kind === 'union') return union(collection.options.map((option) => elementOf(option, name)))
  if (collection.kind === 'opaque') {
    const { parameter, reason } = collection
    return opaque(`${collection.name}[]`, {
      anonymous: true,
      ...(reason === undefined ? {} : { reason }),
      ...(parameter ? { parameter: { ...parameter, path: [...parameter.path, '[]'] } } : {}),
    })
  }
  return opaque(`${name}[]`, { anonymous: true })
}
