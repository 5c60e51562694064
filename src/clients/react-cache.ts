import type { ClientSpec } from './spec.js'

/** `cache(fn)` of React: remembers calls by all their arguments, for the time of one request. */
export const reactCache: ClientSpec = {
  id: 'react-cache',
  modules: ['react'],
  family: 'react-cache',
  sharing: 'instance',
  heldBy: 'request',
  wide: ['react'],
  operations: {},
  functions: { cache: { op: 'read-through', key: { arg: 0, parameters: { of: 'all' } }, loader: { arg: 0 } } },
  seeds: ['import\\s*\\{[^}]*\\bcache\\b[^}]*\\}\\s*from\\s*[\'"]react[\'"]', '\\bReact\\.cache\\('],
}
