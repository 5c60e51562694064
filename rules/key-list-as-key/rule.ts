import { print } from '../../src/keys/print.js'
import { fixedText, type ListPart, type Template } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { isWriter, keysOf, ownSites, sameSpace } from '../../src/model/relations.js'
import type { Site } from '../../src/model/types.js'

export const keyListAsKey: Rule = {
  id: 'key-list-as-key',
  severity: 'error',
  description: 'A list of keys is passed where the cache takes one key: it becomes one key that nobody wrote.',
  messages: {
    array: 'This passes a list where {client} takes one key: it becomes a single key that no entry has. Pass the keys one by one.',
    roots: 'These {count} names are one array key here, a prefix of nothing that is cached; each of them is the beginning of a key of its own. Invalidate them one by one.',
  },
  check: (model) => {
    const sites = ownSites(model)
    return sites.flatMap((site) => arrayAsKey(site) ?? rootsAsKey(site, sites) ?? [])
  },
}

const listOf = (template: Template): ListPart | undefined => {
  const [only] = template
  return template.length === 1 && only?.kind === 'list' ? only : undefined
}

// A Map, an in-process cache, or Redis: an array is no key there.
function arrayAsKey(site: Site): Finding | undefined {
  if (site.key.takesArrays || site.key.kind !== 'key') return undefined
  const list = site.key.templates.find((template) => listOf(template) !== undefined)
  if (!list || site.op === 'read-through') return undefined
  return {
    messageId: 'array', confidence: 'high', data: { client: site.client }, keys: [list], location: site.location, related: [], symbol: site.symbol,
    scenario: { kind: 'list', keys: listOf(list)!.elements.filter((element) => element.some((part) => part.kind !== 'spread')) },
  }
}

/** `invalidateQueries(['followers', 'following'])`, where both are first elements of other keys. */
function rootsAsKey(site: Site, sites: readonly Site[]): Finding | undefined {
  if (site.op !== 'delete' || !site.key.takesArrays || site.key.match !== 'prefix') return undefined
  const template = site.key.templates.find((candidate) => (listOf(candidate)?.elements.length ?? 0) > 1)
  const names = template && listOf(template)?.elements.map(fixedText)
  if (!template || !names || names.includes('')) return undefined
  const others = sites.filter((other) => other !== site && isWriter(other) && sameSpace(site, other))
  // A hole may hold the name of a root, but is not meant to: only the words count.
  if (others.some((other) => keysOf(other).some((key) => beginsWith(key, names)))) return undefined
  const owners = names.map((name) => others.find((other) => keysOf(other).some((key) => rootOf(key) === name)))
  if (owners.some((owner) => owner === undefined)) return undefined
  return {
    messageId: 'roots', confidence: 'high', data: { count: String(names.length) }, keys: [template], location: site.location,
    scenario: { kind: 'stale', written: owners[0]!.key.templates[0]!, deleted: template, match: site.key.match, pairs: 'places' },
    related: owners.map((owner) => ({ ...owner!.location, role: 'writer', message: `caches ${print(owner!.key.templates[0]!)}` })),
    symbol: site.symbol,
  }
}

const beginsWith = (key: Template, names: readonly string[]): boolean =>
  names.every((name, i) => fixedText(listOf(key)?.elements[i] ?? []) === name)

const rootOf = (template: Template): string | undefined => {
  const first = listOf(template)?.elements[0]
  return first && fixedText(first)
}
