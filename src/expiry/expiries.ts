import type { RawSite } from '../collect/raw-site.js'
import type { Model, Place } from '../model/types.js'
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
    lifetimes: sorted(lifetimeFaults(context, sinks)), falsyLifetimes: sorted(falsyLifetimes(sinks)),
    splits: sorted(splitExpiries(context, sites)), omitted: sorted(omittedLifetimes(context, ofSites, sites)),
  }
}

/** One for each place, in their order. */
function sorted<T extends { readonly location: Place }>(found: readonly T[]): readonly T[] {
  const order = ({ path, startLine, startColumn }: Place): string => `${path}\u0000${String(startLine).padStart(7, '0')}${String(startColumn).padStart(5, '0')}`
  const byOrder = new Map(found.map((each) => [order(each.location), each] as const))
  return [...byOrder].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}
