import { ClientRegistry } from '../clients/registry.js'
import type { ClientSpec } from '../clients/spec.js'
import { DATABASES } from '../databases/registry.js'
import { asClient } from '../databases/spec.js'
import { newContext, NOTHING_TOLD, type Context, type Told } from '../resolve/context.js'
import type { Program } from '../source/program.js'
import { Collector } from './collector.js'
import { scriptCommands } from './script-commands.js'
import { siteId, type KeylessCall, type RawSite } from './raw-site.js'

export interface Collected {
  readonly context: Context
  readonly sites: readonly RawSite[]
  /** Wrapper sites that were opened at their callers. */
  readonly opened: ReadonlySet<RawSite>
  readonly keyless: readonly KeylessCall[]
  /** Calls of wrappers that only fill the holes of the wrapper's key. */
  readonly relays: readonly RawSite[]
}

/** Finds every site of the program and the key template of each. */
export function collect(program: Program, ownClients: readonly ClientSpec[] = [], enabled: readonly string[] = [], told: Told = NOTHING_TOLD): Collected {
  const context = newContext(program, new ClientRegistry(ownClients, enabled, DATABASES.map(asClient), scriptCommands(program)), { told })
  const collector = new Collector(context)
  collector.run()
  const all = [...collector.sites.values()]
  const sites = all.filter((site) => site.client.client.id !== 'map' || collector.maps.isCache(site))
  return { context, sites, opened: new Set(all.filter((site) => collector.opened.has(siteId(site)))), keyless: [...collector.keyless.values()], relays: collector.relays }
}
