import type { RawSite } from '../collect/raw-site.js'
import type { FillFacts } from '../model/fill.js'
import type { Place, Purpose } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import { awaitFaults } from './awaits.js'
import { errorFaults } from './errors.js'
import { hitFaults } from './hits.js'
import { lossFaults } from './losses.js'
import { stampedeFaults } from './stampedes.js'

/** What the program does on hits and misses, as far as something is wrong with it. */
export function fillFacts(context: Context, sites: readonly RawSite[], purposes: (site: RawSite) => Purpose): FillFacts {
  const data = sites.filter((site) => purposes(site) === 'data')
  return {
    hits: sorted(hitFaults(context, data)), errors: sorted(errorFaults(context, sites)), losses: sorted(lossFaults(context, sites)),
    awaits: sorted(awaitFaults(sites)), stampedes: sorted(stampedeFaults(context, sites, data)),
  }
}

function sorted<T extends { readonly location: Place }>(found: readonly T[]): readonly T[] {
  const order = ({ path, startLine, startColumn }: Place): string => `${path}\u0000${String(startLine).padStart(7, '0')}${String(startColumn).padStart(5, '0')}`
  return [...new Map(found.map((each) => [order(each.location), each] as const))].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}
