import type { Finding, Rule } from '../../src/model/finding.js'
import type { PartFault } from '../../src/model/parts.js'
import type { Severity } from '../../src/model/types.js'
import { changing, flattened, partFinding } from '../part-finding.js'

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

/** What is written in the place of the part, whatever it holds. */
const WORDS: Readonly<Record<string, string>> = { object: '[object Object]', promise: '[object Promise]', query: '[object Object]', lossy: '{}', dropped: '' }

function finding(fault: PartFault): Finding {
  const severity = SEVERITIES[fault.kind]
  const word = WORDS[fault.kind]
  return partFinding(fault, {
    confidence: severity ? 'medium' : 'high', ...(severity ? { severity } : {}),
    ...(fault.kind === 'date' ? changing(fault) : {}), ...(word === undefined ? {} : flattened(fault, word)),
  })
}
