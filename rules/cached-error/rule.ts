import type { Finding, Rule } from '../../src/model/finding.js'
import type { ErrorFault } from '../../src/model/fill.js'
import type { Severity } from '../../src/model/types.js'

const SEVERITIES: Readonly<Record<string, Severity>> = { anything: 'info', connection: 'info' }

export const cachedError: Rule = {
  id: 'cached-error',
  severity: 'warning',
  description: 'A failure is kept as if it were an answer: all who ask after it fail, until the entry ends.',
  messages: {
    rejection: 'A call that fails once fails for ever: {because}.',
    option: 'This option does not do what it is there for: {because}.',
    inflight: 'A call that fails once fails for ever: {because}.',
    early: 'What is in flight is not shared: {because}.',
    response: 'The answer is stored without a look at its status: {because}.',
    anything: 'Whatever comes back is stored: {because}.',
    connection: 'What is made once is kept: {because}.',
  },
  check: ({ fill }) => fill.errors.map(finding),
}

function finding({ kind, location, symbol, because, key, related, isBrief }: ErrorFault): Finding {
  const severity = isBrief ? 'info' : SEVERITIES[kind]
  return {
    messageId: kind, confidence: severity ? 'low' : kind === 'response' ? 'medium' : 'high', ...(severity ? { severity } : {}),
    data: { because }, keys: key ? [key] : [], location, symbol,
    related: related ? [{ ...related, role: 'loader', message: 'is loaded here' }] : [],
  }
}
