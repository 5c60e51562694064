import { LRUCache as PlainLru } from 'lru-cache'
import { Redis as PlainRedis } from '../../rules/redis.js'

/** A command that a store was given when a proof ran, and the key in it. */
export interface Noted {
  readonly command: string
  readonly key: string
}

const KEYED = new Set(['get', 'set', 'incr', 'expire', 'del', 'delete', 'has'])

export const noted: Noted[] = []

/** The class, of which each object notes the commands with keys that it is given. */
function noting<C extends abstract new (...args: never[]) => object>(made: C): C {
  return new Proxy(made, {
    construct: (target, args, self) => new Proxy(Reflect.construct(target, args, self) as object, {
      get(store, name) {
        const member: unknown = Reflect.get(store, name, store)
        if (typeof member !== 'function') return member
        return (...given: readonly unknown[]) => {
          if (KEYED.has(String(name))) noted.push({ command: String(name), key: String(given[0]) })
          return member.apply(store, given) as unknown
        }
      },
    }),
  })
}

export const Redis = noting(PlainRedis)
export const LRUCache = noting(PlainLru)
export const NotedMap = noting(Map)
