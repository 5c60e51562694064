import { oncePerPlace } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import type { FillFacts } from '../model/fill.js'
import type { Purpose } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import { awaitFaults } from './awaits.js'
import { errorFaults } from './errors.js'
import { hitFaults } from './hits.js'
import { lossFaults } from './losses.js'
import { stampedeFaults } from './stampedes.js'

/** What the program does on hits and misses, as far as something is wrong with it. */
export function fillFacts(context: Context, sites: readonly RawSite[], purposes: (site: RawSite) => Purpose): FillFacts {
  // What a script does it does at once: nobody loads between its read and its write.
  const data = sites.filter((site) => purposes(site) === 'data' && site.spec.script === undefined)
  return {
    hits: oncePerPlace(hitFaults(context, data)), errors: oncePerPlace(errorFaults(context, sites)), losses: oncePerPlace(lossFaults(context, sites)),
    awaits: oncePerPlace(awaitFaults(sites)), stampedes: oncePerPlace(stampedeFaults(context, sites, data)),
  }
}
