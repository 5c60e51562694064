import { print } from '../src/keys/print.js'
import { expand, holeName, holesOf, type Template } from '../src/keys/template.js'
import type { Finding } from '../src/model/finding.js'
import type { PartFault } from '../src/model/parts.js'

/** What the rules on the parts of a key say alike: where the part is written, in which key, and which call uses that. */
export function partFinding({ kind, location, symbol, text, because, key, use }: PartFault, rest: Pick<Finding, 'confidence' | 'severity' | 'scenario'>): Finding {
  return {
    messageId: kind, location, symbol, data: { text, because, key: key ? print(key) : 'a key' }, keys: key ? [key] : [],
    related: use ? [{ ...use, role: 'use', message: 'the key is used here' }] : [], ...rest,
  }
}

interface PartInKey {
  readonly key: Template
  readonly part: string
}

/** The alternative of the key in which the part stands as a hole of its own, and the hole's name. */
function asHole({ key, text }: PartFault): PartInKey | undefined {
  const part = holeName(text.replace(/!(?=[.)[]|$)/g, ''))
  const row = key && expand(key).find((each) => holesOf(each).some(({ name }) => name === part))
  return row && { key: row, part }
}

/** The claim that two values of the part come out as one word. */
export function flattened(fault: PartFault, word: string): Pick<Finding, 'scenario'> {
  const found = asHole(fault)
  return found ? { scenario: { kind: 'flattened', ...found, word } } : {}
}

/** The claim that the part is another on the next call. */
export function changing(fault: PartFault): Pick<Finding, 'scenario'> {
  const found = asHole(fault)
  return found ? { scenario: { kind: 'changing', ...found } } : {}
}
