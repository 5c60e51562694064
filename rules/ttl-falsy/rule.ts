import type { Rule } from '../../src/model/finding.js'

export const ttlFalsy: Rule = {
  id: 'ttl-falsy',
  severity: 'warning',
  description: 'A lifetime is used only where it is truthy, though 0 means something.',
  messages: { falsy: '`{text}` takes a lifetime of 0 for none at all: {because}.' },
  check: ({ falsyLifetimes }) => falsyLifetimes.map(({ location, symbol, text, because }) => ({
    messageId: 'falsy', confidence: 'medium', data: { text, because }, keys: [], location, related: [], symbol,
  })),
}
