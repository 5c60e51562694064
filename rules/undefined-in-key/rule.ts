import type { Finding, Rule } from '../../src/model/finding.js'
import type { PartFault } from '../../src/model/parts.js'
import type { Confidence, Severity } from '../../src/model/types.js'
import { flattened, partFinding } from '../part-finding.js'

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
  const found = partFinding(fault, { ...certaintyOf(fault), ...flattened(fault, 'undefined') })
  return fault.kind === 'fallback' ? { ...found, related: found.related.map((place) => ({ ...place, role: 'origin', message: 'is decided here' })) } : found
}

/** What surely makes the word is an error. What is absent for all alike, such as a filter that is not set, may be meant. */
function certaintyOf({ kind, isDeclared, isPrivate, isCertain }: PartFault): { readonly severity?: Severity; readonly confidence: Confidence } {
  if (isDeclared || isPrivate) return { severity: 'info', confidence: isPrivate ? 'low' : 'medium' }
  return kind === 'absent' && isCertain ? { confidence: 'high' } : { severity: 'warning', confidence: 'medium' }
}
