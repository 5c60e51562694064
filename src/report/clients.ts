import type { ClientSpec } from '../clients/spec.js'
import type { Report } from './schema.js'
import { inkOf, plural, type Look } from './style.js'

/** A client as `keyproof clients` lists it: how it is recognised, what its calls are, and where it was found. */
export interface ListedClient {
  readonly id: string
  readonly modules: readonly string[]
  readonly operations: number
  readonly own: boolean
  readonly optIn: boolean
  readonly sites: number
  readonly files: number
}

/** The known clients, those found in the audited code first. */
export function listClients(clients: readonly ClientSpec[], ownIds: readonly string[], report: Report): ListedClient[] {
  const listed = clients.map((client) => {
    const sites = report.sites.filter((site) => site.client === client.id)
    return {
      id: client.id, modules: client.modules, own: ownIds.includes(client.id), optIn: client.optIn === true,
      operations: Object.keys(client.operations).length + Object.keys(client.functions ?? {}).length,
      sites: sites.length, files: new Set(sites.map((site) => site.location.path)).size,
    }
  })
  return listed.sort((a, b) => b.sites - a.sites || (a.id < b.id ? -1 : 1))
}

export function clientsText(clients: readonly ListedClient[], look: Look): string {
  const ink = inkOf(look)
  const widest = Math.max(...clients.map((client) => client.id.length))
  const line = (client: ListedClient): string => {
    const where = client.sites > 0 ? `${plural(client.sites, 'site')} in ${plural(client.files, 'file')}` : client.optIn ? 'when enabled' : ''
    return `  ${client.id.padEnd(widest)}  ${where.padEnd(24)}  ${ink.dim(`${client.own ? 'yours: ' : ''}${client.modules.join(', ')}`)}`
  }
  const found = clients.filter((client) => client.sites > 0)
  const others = clients.filter((client) => client.sites === 0)
  return [ink.underline('found here'), ...(found.length > 0 ? found.map(line) : ['  none']), '', ink.underline('known'), ...others.map(line), ''].join('\n')
}
