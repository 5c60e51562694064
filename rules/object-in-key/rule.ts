import { print } from '../../src/keys/print.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import type { PartFault } from '../../src/model/parts.js'
import type { Severity } from '../../src/model/types.js'

const KINDS: ReadonlySet<string> = new Set(['object', 'promise', 'date', 'query', 'lossy', 'payload', 'dropped'])

/** What is surely wrong is an error; the rest depends on what is handed in. */
const SEVERITIES: Readonly<Record<string, Severity>> = { date: 'warning', query: 'warning', lossy: 'warning', dropped: 'warning', payload: 'info' }

export const objectInKey: Rule = {
  id: 'object-in-key',
  severity: 'error',
  description: 'A part of a key is no text and loses what tells it apart: different values make one key.',
  messages: {
    object: '`{text}` becomes `[object Object]` in {key}: {because}.',
    promise: '`{text}` becomes `[object Promise]` in {key}: {because}.',
    date: '`{text}` becomes another text on a machine of another time zone in {key}: {because}.',
    query: '`{text}` may become `[object Object]` in {key}: {because}.',
    lossy: 'JSON leaves out of {key} what tells two of them apart: {because}.',
    payload: '`{text}` is data in the place of a name in {key}: {because}.',
    dropped: '`{text}` is left out of {key}: {because}.',
  },
  check: ({ partFaults }) => partFaults.filter(({ kind }) => KINDS.has(kind)).map(finding),
}

function finding({ kind, location, symbol, text, because, key, use }: PartFault): Finding {
  const severity = SEVERITIES[kind]
  return {
    messageId: kind, confidence: severity ? 'medium' : 'high', ...(severity ? { severity } : {}),
    data: { text, because, key: key ? print(key) : 'a key' }, keys: key ? [key] : [], location, symbol,
    related: use ? [{ ...use, role: 'use', message: 'the key is used here' }] : [],
    ...(key && kind !== 'payload' ? { scenario: { kind: 'leak', key: [{ kind: 'text', text: kind === 'dropped' ? print(key) : '[object Object]' }], missing: [text], who: 'values' } } : {}),
  }
}
