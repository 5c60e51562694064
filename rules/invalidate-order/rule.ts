import { print } from '../../src/keys/print.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { isSolid, isWriter, keysOf, ownSites, placeKey, sameSpace, siteReaches } from '../../src/model/relations.js'
import { isForOther, isShort, mayChange } from '../../src/model/rows.js'
import type { EntityWrite, Model, Site } from '../../src/model/types.js'

export const invalidateOrder: Rule = {
  id: 'invalidate-order',
  severity: 'warning',
  description: 'The cache is invalidated before the write that it belongs to has happened: a read in between fills it with the old data again.',
  messages: {
    before: 'This invalidates {key} before the {method} of {entity} at {place}: a read in between caches the old rows again.',
    listed: 'The rows of {entity} are deleted at {place} before the keys {key} are listed from them: none is found, and nothing is invalidated.',
    transaction: 'This invalidates {key} inside the transaction: a read before its commit caches the old rows again.',
  },
  check: (model, { tolerateMs }) => {
    const sites = new Map(model.sites.map((site) => [site.id, site]))
    const found = model.writes.flatMap((write) => write.early.flatMap((id) => {
      const site = sites.get(id)
      return site && isMadeOf(site, write, model, tolerateMs) ? [finding(site, write)] : []
    }))
    const listed = model.writes.flatMap((write) => write.listed.flatMap((id) => (sites.has(id) ? [listedFinding(sites.get(id)!, write)] : [])))
    return [...new Map([...found, ...listed].map((f) => [placeKey(f.location), f])).values()]
  },
}

/** Is what the site invalidates made of the rows that are written, and invalidated for their sake? */
function isMadeOf(site: Site, write: EntityWrite, model: Model, tolerateMs: number): boolean {
  const at = (other: Site): string => placeKey(other.location)
  const making = new Set(model.sites.filter((other) => other.producer && !isShort(other, tolerateMs) && mayChange(write, other.producer) && !isForOther(model, write, site, other.producer)).map(at))
  return ownSites(model).some((other) => isWriter(other) && isSolid(other) && making.has(at(other)) && sameSpace(site, other) && keysOf(site).some((target) => siteReaches(site, target, other)))
}

function listedFinding(site: Site, write: EntityWrite): Finding {
  return { ...finding(site, write), messageId: 'listed', scenario: { kind: 'unchanged', key: site.key.templates[0]!, of: write.entity }, location: write.location, symbol: write.symbol, related: [{ ...site.location, role: 'delete', message: 'deletes the keys of the rows that it reads' }] }
}

function finding(site: Site, write: EntityWrite): Finding {
  const key = site.key.templates[0]!
  return {
    messageId: write.inTransaction ? 'transaction' : 'before', confidence: 'medium',
    data: { key: print(key), method: write.method, entity: write.entity, place: `${write.location.path}:${write.location.startLine}` },
    keys: [key], location: site.location, scenario: { kind: 'early', key, of: write.entity },
    related: [{ ...write.location, role: 'write', message: `${write.method} of ${write.entity}` }], symbol: site.symbol,
  }
}
