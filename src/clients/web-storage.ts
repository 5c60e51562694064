import { read, remove, removeAll, write, type ClientSpec } from './spec.js'

/** localStorage and sessionStorage, where they are used as a cache: looked for when the configuration enables it. */
export const webStorage: ClientSpec = {
  id: 'web-storage',
  modules: ['global'],
  family: 'web-storage',
  sharing: 'family',
  heldBy: 'browser',
  types: ['Storage'],
  instances: ['window.localStorage', 'window.sessionStorage', 'globalThis.localStorage', 'globalThis.sessionStorage', 'localStorage', 'sessionStorage'],
  seeds: ['\\b(?:local|session)Storage\\b'],
  optIn: true,
  operations: { getItem: read(), setItem: write(), removeItem: remove(), clear: removeAll },
}
