import { print } from '../../src/keys/print.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import type { PartFault } from '../../src/model/parts.js'

export const undefinedInKey: Rule = {
  id: 'undefined-in-key',
  severity: 'error',
  description: 'A part of a key may be absent: all that lack it share one entry, under the word `undefined`.',
  messages: {
    absent: '`{text}` may be absent where it is written into {key}: {because}.',
    fallback: 'The prefix is a fixed word where `{text}` decides it: {because}.',
  },
  check: ({ partFaults }) => partFaults.filter(({ kind }) => kind === 'absent' || kind === 'fallback').map(finding),
}

function finding({ kind, location, symbol, text, because, isDeclared, key, use }: PartFault): Finding {
  return {
    messageId: kind, confidence: isDeclared || kind === 'fallback' ? 'medium' : 'high', ...(kind === 'fallback' ? { severity: 'warning' } : isDeclared ? { severity: 'info' } : {}),
    data: { text, because, key: key ? print(key) : 'a key' }, keys: key ? [key] : [], location, symbol,
    related: use ? [{ ...use, role: kind === 'fallback' ? 'origin' : 'use', message: kind === 'fallback' ? 'is decided here' : 'the key is used here' }] : [],
    ...(key ? { scenario: { kind: 'leak', key: [{ kind: 'text', text: 'undefined' }], missing: [text], who: 'values' } } : {}),
  }
}
