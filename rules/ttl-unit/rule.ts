import type { Finding, Rule } from '../../src/model/finding.js'
import type { LifetimeFault } from '../../src/model/expiry.js'
import type { Confidence, Severity } from '../../src/model/types.js'

export const ttlUnit: Rule = {
  id: 'ttl-unit',
  severity: 'error',
  description: 'A lifetime is in another unit than its place takes, or is no duration at all.',
  messages: {
    unit: '{takes} here, and `{text}` is not that: {because}.',
    absolute: '{takes} from now on, and `{text}` is a point in time: {because}.',
    relative: '{takes} here, and `{text}` is none: {because}.',
    fraction: '{takes}, whole ones, and `{text}` may have a fraction: {because}.',
    nan: '`{text}` may be NaN, and the test lets it through: {because}.',
    misnamed: 'The constant holds another time than it says: {because}.',
    siblings: '{takes} here, and {because}: whoever calls it is wrong for one of them.',
  },
  check: ({ lifetimes }) => lifetimes.map(finding),
}

function finding(fault: LifetimeFault): Finding {
  const { kind, takes, because, text, key, meantMs, takenMs, sink, origin } = fault
  const { severity, confidence } = certaintyOf(fault)
  return {
    messageId: kind, confidence, ...(severity ? { severity } : {}), data: { takes, because, text },
    keys: key ? [key] : [], location: fault.location, symbol: fault.symbol,
    ...(key && meantMs !== undefined && takenMs !== undefined ? { scenario: { kind: 'lifetime', key, meantMs, takenMs } } : {}),
    related: [...(sink ? [{ ...sink, role: 'sink', message: takes }] : []), ...(origin ? [{ ...origin, role: 'origin', message: 'is made here' }] : [])],
  }
}

function certaintyOf({ kind, isGuess }: LifetimeFault): { readonly severity?: Severity; readonly confidence: Confidence } {
  if (kind === 'misnamed' || kind === 'nan' || kind === 'siblings') return { severity: 'warning', confidence: 'medium' }
  return isGuess ? { severity: 'warning', confidence: 'medium' } : { confidence: 'high' }
}
