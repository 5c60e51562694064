import type { Finding, Rule } from '../../src/model/finding.js'
import type { PartFault } from '../../src/model/parts.js'
import { changing, partFinding } from '../part-finding.js'

const KINDS: ReadonlySet<string> = new Set(['time', 'random', 'unordered', 'stringified', 'locale'])

export const unstableKey: Rule = {
  id: 'unstable-key',
  severity: 'warning',
  description: 'A key that is asked for is another each time, or depends on the order in which an object was filled: it never hits.',
  messages: {
    time: '`{text}` in {key} is another at each call, so that no call hits: {because}.',
    random: '`{text}` in {key} is another at each call, so that no call hits: {because}.',
    unordered: '`{text}` in {key} makes two keys of one thing: {because}.',
    stringified: '`{text}` in {key} may make two keys of one thing: {because}.',
    locale: '`{text}` in {key} makes two keys of one thing on two machines: {because}.',
  },
  check: ({ partFaults }) => partFaults.filter(({ kind }) => KINDS.has(kind)).map(finding),
}

function finding(fault: PartFault): Finding {
  const isLoose = fault.kind === 'stringified' || fault.kind === 'locale'
  return partFinding(fault, { confidence: isLoose ? 'medium' : 'high', ...(isLoose ? { severity: 'info' } : {}), ...changing(fault) })
}
