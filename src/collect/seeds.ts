import type { ClientRegistry } from '../clients/registry.js'

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** Files that make decorators of methods: what they use is a field of the class, which nothing imports. */
export const DECORATOR_PATTERN = /[dD]escriptor\w{0,60}\.value\s{0,40}=/

/** Files that import a cache library, or show by their words that they use a cache without one: where an audit starts. */
export function seedPattern(registry: ClientRegistry): RegExp {
  const modules = registry.seedModules.map(escaped).join('|')
  const words = registry.clients.flatMap((client) => client.seeds ?? [])
  return new RegExp([`['"](?:${modules})['"]`, ...words].join('|'), 'm')
}
