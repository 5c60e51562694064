import type { Rule } from '../../src/model/finding.js'

export const unawaitedCache: Rule = {
  id: 'unawaited-cache',
  severity: 'warning',
  description: 'A promise of the cache is tested as if it were the value, or an invalidation is not waited for.',
  messages: {
    test: '`{text}` is tested before it is awaited: {because}.',
    invalidation: '`{text}` is not awaited: {because}.',
  },
  check: ({ fill }) => fill.awaits.map(({ kind, location, symbol, text, because, key }) => ({
    messageId: kind, confidence: 'high', data: { text, because }, keys: key ? [key] : [], location, symbol, related: [],
  })),
}
