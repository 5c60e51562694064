import type { Finding, Rule } from '../../src/model/finding.js'
import type { HitFault } from '../../src/model/fill.js'

export const falsyHit: Rule = {
  id: 'falsy-hit',
  severity: 'warning',
  description: 'A value that is falsy, or the sentinel of a miss, is told from a miss by a test that cannot tell them.',
  messages: {
    truthy: '`{text}` takes a hit for a miss where the value is falsy: {because}.',
    sentinel: '`{text}` never tells a miss: {because}.',
  },
  check: ({ fill }) => fill.hits.map(finding),
}

function finding({ kind, location, symbol, text, because, isGeneric, key, related }: HitFault): Finding {
  return {
    messageId: kind, confidence: isGeneric ? 'medium' : 'high', ...(kind === 'sentinel' ? { severity: 'error' } : isGeneric ? { severity: 'info' } : {}),
    data: { text, because }, keys: key ? [key] : [], location, symbol,
    related: related ? [{ ...related, role: 'reader', message: 'is read here' }] : [],
  }
}
