import { print } from '../../src/keys/print.js'
import type { Rule } from '../../src/model/finding.js'

export const stampede: Rule = {
  id: 'stampede',
  severity: 'info',
  description: 'Who misses loads, each for itself: when an entry ends, all who ask at that time load at once.',
  messages: {
    unguarded: 'All who miss {key} at the same time load at the same time: {because}.',
    bypass: 'All who miss {key} at the same time load at the same time, though the project has a read-through that makes them wait, at {helper}: {because}.',
    mutable: 'All who miss {key} at the same time hold different objects: {because}.',
  },
  check: ({ fill }) => fill.stampedes.map(({ kind, location, symbol, because, key, load, related, helper }) => ({
    messageId: kind, confidence: 'medium', ...(kind === 'mutable' || kind === 'bypass' ? { severity: 'warning' as const } : {}),
    data: { because, key: key ? print(key) : 'the key', helper: helper ? `${helper.path}:${helper.startLine}` : '' }, keys: key ? [key] : [], location, symbol, ...(key ? { scenario: { kind: 'stampede' as const, key } } : {}),
    related: [{ ...load, role: 'loader', message: 'is loaded here' }, ...(related ? [{ ...related, role: 'writer', message: 'is stored here' }] : [])],
  })),
}
