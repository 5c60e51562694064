import type { ClientSpec } from './spec.js'
import { unstorage } from './unstorage.js'

/** `useStorage(base)` of Nitro and Nuxt: unstorage without an import. */
export const nitroStorage: ClientSpec = {
  ...unstorage,
  id: 'nitro-storage',
  modules: ['nitropack/runtime', 'nitropack/runtime/storage', 'nitro/storage', '#imports', 'global'],
  wide: ['nitropack/runtime', '#imports'],
  factories: ['useStorage'],
  types: [],
  prefixers: { useStorage: { arg: 0, separator: ':' } },
  requires: ['nitropack', 'nitro', 'nuxt'],
  seeds: ['\\buseStorage\\('],
}
