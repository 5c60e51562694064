import { reaches, type MatchRule } from '../keys/match.js'
import { memoised } from '../keys/memoised.js'
import { print } from '../keys/print.js'
import { expand, fixedText, type Part, type Template } from '../keys/template.js'
import type { Model, Place, Site, Store } from './types.js'

/** May the two stores be the same one? */
export function sameStore(a: Store, b: Store): boolean {
  return a.family === b.family && (a.instance === undefined || b.instance === undefined || a.instance === b.instance)
}

export const isWriter = (site: Site): boolean => site.op === 'write' || site.op === 'read-through' || site.op === 'tag'

/** Tags are matched with tags, keys with keys. */
export function sameSpace(a: Site, b: Site): boolean {
  return sameStore(a.store, b.store) && (a.key.kind === 'tag') === (b.key.kind === 'tag')
}

/** Is enough known of the key, in each of its alternatives, to hold something against it? Holes with a colon between may be any key. */
export const isSolid: (site: Site) => boolean = memoised((site) =>
  site.key.resolution === 'full' && keysOf(site).every((template) => /\w/.test(fixedText(template)) && !isRootless(template)))

// `[...key, 'page']`: an array of which it is not known what it begins with.
function isRootless([only]: Template): boolean {
  return only?.kind === 'list' && only.elements[0]?.[0]?.kind === 'spread'
}

const MOST_HITS = 3

// The cache of a browser serves one user at a time, and React's `cache()` one request.
const PRIVATE: ReadonlySet<string> = new Set(['swr', 'tanstack-query', 'react-cache'])

/** Is what is cached here seen by one user only? */
export const isPrivate = (site: Site): boolean => PRIVATE.has(site.store.family)

/** The reads of the same file that are answered with what a site writes: where the wrong value comes out. */
export function hitsOf(model: Model, site: Site): readonly Site[] {
  const keys = new Set(site.key.templates.flatMap((template) => expand(template)).map(print))
  return model.sites.filter((other) => other.op === 'read' && other.location.path === site.location.path && sameStore(other.store, site.store)
    && other.key.templates.flatMap((template) => expand(template)).some((template) => keys.has(print(template)))).slice(0, MOST_HITS)
}

/** Can a site's operation, by its store's own rule, reach an entry of this template? */
export const siteReaches = (site: Site, target: Template, { key: { templates, match } }: Site): boolean =>
  templates.some((template) => reachesKey(site, target, template, match))

/** Can it reach an entry of this one template, which its writer takes for a whole key or for a prefix? */
export function reachesKey({ key }: Site, target: Template, template: Template, match: MatchRule): boolean {
  if (isCall(template)) return true
  const lead = leadOf(template)
  const isSameLead = lead !== undefined && key.templates.some((own) => leadOf(own) === lead)
  const [asked, made] = isSameLead ? [withoutLead(target), template.slice(1)] : withoutClient(target, template)
  return (match === 'prefix' && reaches('prefix', made, asked)) || reaches(key.match, asked, made)
}

/** Two keys of one client without the value that it puts before both: no value of it makes other keys meet. */
function withoutClient(a: Template, b: Template): readonly [Template, Template] {
  const [first, second] = [a[0], b[0]]
  return first && second && isConstant(first) && isConstant(second) ? withoutClient(a.slice(1), b.slice(1)) : [a, b]
}

/** What a client may or may not put before its keys, `({config.prefix}|)`: whichever it is, it is so for all of them. */
function leadOf([first]: Template): string | undefined {
  if (first?.kind !== 'choice' || !first.options.some((option) => option.length === 0)) return undefined
  return first.options.every((option) => option.every(isConstant)) ? print([first]) : undefined
}

const withoutLead = (written: Template): Template => (written[0] && isConstant(written[0]) ? written.slice(1) : written)

const isConstant = (part: Part): boolean =>
  part.kind === 'hole' ? part.constant === true : part.kind === 'choice' && part.options.every((option) => option.length > 0 && option.every(isConstant))

// A key that is, as a whole, what an unknown function returned: `set(keyOf(id), …)`.
function isCall(template: Template): boolean {
  const [only] = template
  return template.length === 1 && only?.kind === 'hole' && only.name.endsWith(')') && !isDigest(only.name)
}

const isDigest = (name: string): boolean => /^(?:sha\d*|md5|hash)\(/i.test(name)

/** The alternatives of all keys that a site names, written out. */
export const keysOf: (site: Site) => readonly Template[] = memoised((site) => site.key.templates.flatMap(expand))

/** Sites whose keys are their own; what is handed through is judged at the callers, what echoes a wrapper at the wrapper. */
export const ownSites = (model: Model): Site[] => model.sites.filter((site) => !site.passThrough && !site.echo)

/** A name for where something stands, to tell places apart by. */
export const placeKey = ({ path, startLine, startColumn }: Place): string => `${path}:${startLine}:${startColumn}`

/** Wrappers of the site's store that write a key handed in, and none of whose callers was found: they may write any key. */
export function unopenedWriters(model: Model, site: Site): Site[] {
  const opened = new Set(model.sites.flatMap((other) => (other.through ? [placeKey(other.through)] : [])))
  return model.sites.filter((other) => other.passThrough && isWriter(other) && sameSpace(site, other) && !opened.has(placeKey(other.location)))
}
