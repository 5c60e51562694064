import { createCache, type Cache } from '../cache.js'
import type { KeySet } from '../keys.js'
import type { CacheOptions } from '../options.js'

/** The token that a cache is injected by: `@Inject(KEYPROOF_CACHE) cache: Cache<typeof keys>`. */
export const KEYPROOF_CACHE = Symbol('keyproof cache')

/** A module of Nest as it takes one; nothing of Nest is imported. */
export interface NestModule {
  readonly module: new () => object
  readonly global: boolean
  readonly providers: readonly object[]
  readonly exports: readonly symbol[]
}

/** The class that stands for the module. */
export class KeyproofCacheModule {
  /** A cache for the whole application, closed with it: what is queued is flushed before it ends. */
  static register<K extends KeySet>(options: CacheOptions<K> | (() => CacheOptions<K> | Promise<CacheOptions<K>>)): NestModule {
    return {
      module: KeyproofCacheModule, global: true, exports: [KEYPROOF_CACHE],
      providers: [
        { provide: KEYPROOF_CACHE, useFactory: async () => createCache(typeof options === 'function' ? await options() : options) },
        { provide: Symbol('keyproof cache closer'), useFactory: (cache: Cache) => ({ onModuleDestroy: () => cache.close() }), inject: [KEYPROOF_CACHE] },
      ],
    }
  }
}
