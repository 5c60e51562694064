import { ts } from 'ts-morph'
import { placeOf } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import { print } from '../keys/print.js'
import type { Producer } from '../model/types.js'

/**
 * The producer of a key that a decorator makes: the method. Where another method of the class is kept under the same key,
 * what the key leaves out is which of them was asked.
 */
export function decoratedProducer(site: RawSite, sites: readonly RawSite[]): Producer | undefined {
  const method = decoratedMethod(site)
  if (!method || site.spec.op !== 'read-through') return undefined
  const location = placeOf(site.call.unit, method.name)
  const key = site.templates.map(print).join()
  const isShared = sites.some((other) => {
    const sibling = other === site || other.spec.op !== 'read-through' ? undefined : decoratedMethod(other)
    return sibling !== undefined && sibling !== method && sibling.parent === method.parent
      && sibling.name.getText() !== method.name.getText() && other.templates.map(print).join() === key
  })
  return { location, dependencies: [], calls: [], reads: [], omitted: isShared ? [{ path: method.name.getText(), location }] : [] }
}

/** `@Cached() find(query) {…}` */
function decoratedMethod({ call: { node } }: RawSite): ts.MethodDeclaration | undefined {
  const { parent } = node
  return ts.isDecorator(parent) && ts.isMethodDeclaration(parent.parent) ? parent.parent : undefined
}
