import type { Cache } from './cache.js'
import { isOrphan, ownerOf } from './orphans.js'

const DELETES: ReadonlySet<string> = new Set(['del', 'unlink', 'DEL', 'UNLINK'])

/**
 * Wraps a Redis client whose callers still spell keys by hand: a `del` or `unlink` of a text that no template of the cache
 * makes is told as `orphan-delete`, with the nearest template. All calls go through unchanged.
 */
export function watch<C extends object>(client: C, cache: Cache): C {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      const bound = member.bind(target) as (...args: unknown[]) => unknown
      if (typeof name !== 'string' || !DELETES.has(name)) return bound
      return (...args: unknown[]) => {
        for (const text of args.flat()) if (typeof text === 'string') report(cache, text)
        return bound(...args)
      }
    },
  })
}

/** Tells of a deleted text that no template makes. True where one does. */
export function report(cache: Cache, text: string): boolean {
  const found = ownerOf(cache.keys, text)
  if (isOrphan(found)) cache.tell('orphan-delete', found)
  return !isOrphan(found)
}
