import { oncePerPlace } from '../collect/place.js'
import type { RawSite } from '../collect/raw-site.js'
import type { Model } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import { falsyLifetimes } from './falsy.js'
import { lifetimeFaults } from './lifetimes.js'
import { omittedLifetimes } from './omitted.js'
import { otherSinks, SINK_PATTERN, sinksOf } from './sinks.js'
import { splitExpiries } from './splits.js'

/** All that the program tells of the lifetimes that it gives. */
export function expiriesOf(context: Context, sites: readonly RawSite[]): Pick<Model, 'lifetimes' | 'falsyLifetimes' | 'splits' | 'omitted'> {
  const files = new Set([...context.program.files.filter((file) => context.program.isParsed(file)), ...context.program.scan(SINK_PATTERN)])
  const ofSites = sites.flatMap((site) => sinksOf(context, site))
  const sinks = [...ofSites, ...[...files].flatMap((file) => context.program.unit(file) ?? []).flatMap((file) => otherSinks(context, file))]
  return {
    lifetimes: oncePerPlace(lifetimeFaults(context, sinks)), falsyLifetimes: oncePerPlace(falsyLifetimes(sinks)),
    splits: oncePerPlace(splitExpiries(context, sites)), omitted: oncePerPlace(omittedLifetimes(context, ofSites, sites)),
  }
}
