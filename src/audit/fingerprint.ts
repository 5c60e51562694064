import { createHash } from 'node:crypto'
import { shapeOf } from '../keys/print.js'
import type { Finding } from '../model/finding.js'

/**
 * Names a finding over time: by its rule, the shapes of its keys and what it stands in. Free of line numbers, so that
 * edits elsewhere leave it as it is.
 */
export function fingerprint(ruleId: string, finding: Finding): string {
  const what = [ruleId, finding.messageId, finding.location.path, finding.symbol, ...finding.keys.map(shapeOf)]
  return createHash('sha256').update(what.join('\u0000')).digest('hex').slice(0, 16)
}

/** Makes the names unique within a report: twins get their number, in report order. */
export function uniqueIds(ids: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return ids.map((id) => {
    const count = (seen.get(id) ?? 0) + 1
    seen.set(id, count)
    return count === 1 ? id : `${id}-${count}`
  })
}
