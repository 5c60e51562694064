import type { ClientSpec } from './spec.js'

/** `fetch(url, { next: { tags } })` of Next.js: attaches tags to the data cache. */
export const nextFetch: ClientSpec = {
  id: 'next-fetch',
  modules: ['global'],
  family: 'next-cache',
  sharing: 'family',
  heldBy: 'app',
  requires: ['next'],
  seeds: ['\\bnext\\s*:\\s*\\{[^}]*\\btags\\b'],
  operations: {},
  functions: {
    fetch: { op: 'tag', key: { arg: 1, property: 'next.tags', list: true }, kind: 'tag', optional: true, ttl: [{ arg: 1, property: 'next.revalidate', unit: 's' }] },
  },
}
