import { print } from '../../src/keys/print.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import type { PartFault } from '../../src/model/parts.js'
import type { Confidence, Severity } from '../../src/model/types.js'

export const undefinedInKey: Rule = {
  id: 'undefined-in-key',
  severity: 'error',
  description: 'A part of a key may be absent: all that lack it share one entry, under the word `undefined`.',
  messages: {
    absent: '`{text}` may be absent where it is written into {key}: {because}.',
    fallback: 'The prefix is a fixed word where `{text}` decides it: {because}.',
  },
  check: ({ partFaults }) => partFaults.filter(({ kind, isPrivate, op }) => (kind === 'absent' && !(isPrivate && op === 'delete')) || kind === 'fallback').map(finding),
}

function finding(fault: PartFault): Finding {
  const { kind, location, symbol, text, because, key, use } = fault
  const { severity, confidence } = certaintyOf(fault)
  return {
    messageId: kind, confidence, ...(severity ? { severity } : {}),
    data: { text, because, key: key ? print(key) : 'a key' }, keys: key ? [key] : [], location, symbol,
    related: use ? [{ ...use, role: kind === 'fallback' ? 'origin' : 'use', message: kind === 'fallback' ? 'is decided here' : 'the key is used here' }] : [],
    ...(key ? { scenario: { kind: 'leak', key: [{ kind: 'text', text: 'undefined' }], missing: [text], who: 'values' } } : {}),
  }
}

/** What surely makes the word is an error. What is absent for all alike, such as a filter that is not set, may be meant. */
function certaintyOf({ kind, isDeclared, isPrivate, isCertain }: PartFault): { readonly severity?: Severity; readonly confidence: Confidence } {
  if (isDeclared || isPrivate) return { severity: 'info', confidence: isPrivate ? 'low' : 'medium' }
  return kind === 'absent' && isCertain ? { confidence: 'high' } : { severity: 'warning', confidence: 'medium' }
}
