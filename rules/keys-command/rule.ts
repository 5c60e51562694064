import { print } from '../../src/keys/print.js'
import { holesOf } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { placeKey } from '../../src/model/relations.js'
import type { Model, Site } from '../../src/model/types.js'

export const keysCommand: Rule = {
  id: 'keys-command',
  severity: 'error',
  description: 'All keys of the store are walked over in one blocking command, or not all of them where all are meant.',
  messages: {
    keys: 'KEYS {pattern} blocks the server while it looks at every key that it holds: use SCAN, or a set of the keys.',
    once: 'SCAN {pattern} is called once and its cursor dropped: it sees the first few keys only.',
    prefix: 'The client puts {prefix} before every key, and not before this pattern: {pattern} finds none of them.',
    walk: 'To delete what belongs to {holes}, SCAN {pattern} walks over every key of the store each time: keep a set of the keys.',
  },
  check: (model) => model.sites.filter((site) => site.store.family === 'redis' && site.scan !== undefined).flatMap((site) => judge(site, model)),
}

function judge(site: Site, model: Model): Finding[] {
  const holes = site.key.templates.flatMap(holesOf).filter((hole) => hole.constant !== true).map((hole) => hole.name)
  return [
    ...(site.command === 'keys' ? [{ ...finding(site, 'keys'), mend: { kind: 'scan' as const } }] : []),
    ...(site.scan!.isOnce ? [finding(site, 'once')] : []),
    ...(site.scan!.lacksPrefix === undefined ? [] : [finding(site, 'prefix', { prefix: site.scan!.lacksPrefix })]),
    ...(site.command.startsWith('scan') && !site.passThrough && holes.length > 0 && deletesFound(site, model) ? [{ ...finding(site, 'walk', { holes: [...new Set(holes)].join(', ') }), severity: 'info' as const, confidence: 'medium' as const }] : []),
  ]
}

/** Are the keys that it finds deleted, in the same function? */
const deletesFound = (site: Site, model: Model): boolean =>
  model.sites.some((other) => other.op === 'delete' && other.scope === site.scope && placeKey(other.location) !== placeKey(site.location) && other.key.templates.map(print).join() === site.key.templates.map(print).join())

function finding(site: Site, messageId: string, more: Readonly<Record<string, string>> = {}): Finding {
  const pattern = site.key.templates.map(print).join(', ')
  return { messageId, confidence: 'high', data: { pattern, ...more }, keys: site.key.templates, location: site.location, related: [], symbol: site.symbol }
}
