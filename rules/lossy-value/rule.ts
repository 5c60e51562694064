import type { Rule } from '../../src/model/finding.js'

export const lossyValue: Rule = {
  id: 'lossy-value',
  severity: 'warning',
  description: 'A value goes through JSON, which gives back something else than its type says: a hit is of another type than a miss.',
  messages: { lossy: 'A hit is of another type than a miss: {because}.' },
  check: ({ fill }) => fill.losses.map(({ kind, location, symbol, because, key, related }) => ({
    messageId: kind, confidence: 'medium', data: { because }, keys: key ? [key] : [], location, symbol,
    related: related ? [{ ...related, role: 'reader', message: 'is read here' }] : [],
  })),
}
