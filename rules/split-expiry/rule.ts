import { print } from '../../src/keys/print.js'
import type { Rule } from '../../src/model/finding.js'

export const splitExpiry: Rule = {
  id: 'split-expiry',
  severity: 'warning',
  description: 'An entry is written by one command and given its lifetime by another: what fails between the two leaves it for ever.',
  messages: {
    split: '{command} writes {key}, and its lifetime is another command at {place}: where that is not reached, the entry stays for ever.',
    concurrent: '{command} of {key} and its lifetime at {place} are sent at once: the lifetime may arrive first, and set nothing.',
  },
  check: ({ splits }) => splits.map(({ location, expire, symbol, key, command, isConcurrent, isRepeated }) => ({
    messageId: isConcurrent ? 'concurrent' : 'split', confidence: isRepeated ? 'medium' : 'high', ...(isRepeated && !isConcurrent ? { severity: 'info' as const } : {}), data: { command, key: print(key), place: `${expire.path}:${expire.startLine}` },
    keys: [key], location, symbol, scenario: { kind: 'immortal', key },
    related: [{ ...expire, role: 'expire', message: 'gives it its lifetime' }],
  })),
}
