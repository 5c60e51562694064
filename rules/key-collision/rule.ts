import { print, shapeOf } from '../../src/keys/print.js'
import { partsOf, type ChoicePart, type HolePart, type Template } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { isSolid, isWriter, ownSites, sameStore } from '../../src/model/relations.js'
import type { Site } from '../../src/model/types.js'

export const keyCollision: Rule = {
  id: 'key-collision',
  severity: 'error',
  description: 'Two kinds of data share one key: whoever reads it gets whatever was written last.',
  messages: {
    producers: 'This key is filled with other data at {other}: {mine} here, {theirs} there. Whoever comes second gets the data of the first.',
    kinds: 'This stores {mine} under a key that holds {theirs} where it is filled at {other}.',
    coalesced: 'Two kinds of values take one place of this key: {slot}. A {first} and a {second} of the same text meet in one entry.',
    mixed: 'Another object is spread into the text of this key ({slot}): a field of it that has the name of a fixed one makes two keys one.',
  },
  check: (model) => {
    const sites = ownSites(model).filter((site) => isSolid(site) && site.purpose === 'data')
    const keyed = sites.filter((site) => isWriter(site) || site.op === 'read')
    return [...sharedKeys(sites.filter(isWriter)), ...otherKinds(model.sites.filter((site) => isWriter(site) && isSolid(site) && !site.echo)), ...oncePerKey(keyed.flatMap((site) => slotFinding(site) ?? []))]
  },
}

/** Read-throughs of one key, in different functions, that load by entirely different calls. */
function sharedKeys(sites: readonly Site[]): Finding[] {
  const groups = new Map<string, Site[]>()
  for (const site of sites.filter((candidate) => candidate.op === 'read-through' && candidate.key.kind === 'key' && !candidate.through && !candidate.isAhead)) {
    // Two applications hold their own.
    const slot = `${site.store.family} ${site.app ?? ''} ${site.key.templates.map(print).join()}`
    groups.set(slot, [...(groups.get(slot) ?? []), site])
  }
  return [...groups.values()].flatMap((group) => collisionIn(group) ?? [])
}

function collisionIn(group: readonly Site[]): Finding | undefined {
  const [first, ...others] = group
  const other = first && others.find((candidate) => sameStore(first.store, candidate.store) && candidate.symbol !== first.symbol && loadsOther(first, candidate))
  if (!first || !other) return undefined
  const template = first.key.templates[0]!
  return {
    messageId: 'producers', confidence: 'medium', severity: 'warning',
    data: { other: `${other.location.path}:${other.location.startLine}`, mine: told(first), theirs: told(other) },
    keys: [template], location: first.location,
    scenario: { kind: 'collision', one: template, other: template },
    related: [{ ...other.location, role: 'writer', message: `fills ${print(template)} with ${told(other)}` }],
    symbol: first.symbol,
  }
}

/** Writers of one key that store another kind of value than the one that others, or its loader, put there. */
function otherKinds(sites: readonly Site[]): Finding[] {
  const known = sites.filter((site) => site.producer?.kind && !site.member && site.key.kind === 'key')
  return known.flatMap((site) => {
    const other = known.find((candidate) => candidate !== site && candidate.scope !== site.scope && sameStore(site.store, candidate.store)
      && sameKey(site, candidate) && isOtherKind(site, candidate) && (candidate.op === 'read-through' || site.op !== 'read-through'))
    const template = site.key.templates[0]!
    return other ? [{
      messageId: 'kinds', confidence: 'medium' as const, severity: 'warning' as const,
      data: { mine: kindText(site), theirs: kindText(other), other: `${other.location.path}:${other.location.startLine}` },
      scenario: { kind: 'collision' as const, one: template, other: other.key.templates[0]! },
      keys: [template], location: site.location, related: [{ ...other.location, role: 'writer', message: `stores ${kindText(other)}` }], symbol: site.symbol,
    }] : []
  })
}

const sameKey = (a: Site, b: Site): boolean => a.key.templates.map(shapeOf).join() === b.key.templates.map(shapeOf).join()

function isOtherKind(a: Site, b: Site): boolean {
  const [mine, theirs] = [a.producer!.kind!, b.producer!.kind!]
  return mine.entity !== theirs.entity || mine.shape !== theirs.shape
}

function kindText({ producer }: Site): string {
  const { entity, shape } = producer!.kind!
  return shape === 'row' ? `a row of \`${entity}\`` : shape === 'rows' ? `rows of \`${entity}\`` : `a number of rows of \`${entity}\``
}

const callsOf = (site: Site): readonly string[] => (site.producer?.calls ?? []).filter((call) => /\w/.test(call))

// Nothing in common, and something to compare: the same data is never loaded by two sets of calls that differ whole, unless these ask the same.
function loadsOther(a: Site, b: Site): boolean {
  if (!a.producer || !b.producer) return false
  const [mine, theirs] = [callsOf(a), callsOf(b)]
  if (asked(a).some((request) => asked(b).includes(request)) || isWithin(mine, b) || isWithin(theirs, a)) return false
  return mine.length > 0 && theirs.length > 0 && !mine.some((call) => theirs.includes(call))
}

/** What is asked, and of what, by the producer or by the functions that it calls: `axios.get /groups`. */
const asked = ({ producer }: Site): readonly string[] => [...producer!.calls, ...producer!.requests].filter((call) => call.includes(' '))

/** Does the other one do the same in a function that it calls? */
const isWithin = (calls: readonly string[], { producer }: Site): boolean => calls.length > 0 && calls.every((call) => producer!.requests.includes(call))

const told = (site: Site): string => `\`${callsOf(site)[0]!}\``

/** A place of the key that two kinds of values may take. */
function slotFinding(site: Site): Finding | undefined {
  // A read-through that its caller hands one of two as the key loads by that one too.
  const isHanded = site.through !== undefined && site.op === 'read-through' && site.producer === undefined
  for (const template of site.key.templates) {
    for (const part of partsOf(template)) {
      if (part.kind === 'hole' && part.mixed) return finding(site, template, 'mixed', { slot: `{${part.name}}` })
      const pair = !isHanded && part.kind === 'choice' && part.coalesced ? kinds(part) : undefined
      if (pair) return finding(site, template, 'coalesced', { slot: print([part as ChoicePart]), first: pair[0], second: pair[1] })
    }
  }
  return undefined
}

/** Two holes of different kinds in one place: `version ?? label`. */
function kinds(part: ChoicePart): readonly [string, string] | undefined {
  const holes = part.options.map((option) => option[0]).filter((hole): hole is HolePart => hole?.kind === 'hole' && hole.unresolved === undefined)
  if (holes.length !== part.options.length || part.options.some((option) => option.length !== 1)) return undefined
  const [first, second] = [...new Set(holes.map((hole) => kindOf(hole.name)))]
  return first && second && !first.includes(second) && !second.includes(first) ? [first, second] : undefined
}

// `input.promptVersion` is a `version`; a call, a default or a fallback says nothing of the kind.
function kindOf(name: string): string | undefined {
  const last = /^[\w.]+$/.test(name) ? name.split('.').at(-1)! : ''
  const word = last.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().split(/[\s_]+/).at(-1)
  return word === '' || /default|fallback|current/i.test(last) ? undefined : word
}

function finding(site: Site, template: Template, messageId: string, data: Record<string, string>): Finding {
  return {
    messageId, confidence: 'medium', severity: 'warning', data, keys: [template],
    ...(messageId === 'coalesced' ? { scenario: { kind: 'collision', one: template, other: template } } : {}),
    location: (messageId === 'mixed' ? site.mixedAt : undefined) ?? site.built?.location ?? site.location,
    related: [
      ...(site.built?.pieces ?? []).map((place) => ({ ...place, role: 'key', message: 'a part of the key is written here' })),
      { ...site.location, role: site.op === 'read' ? 'reader' : 'writer', message: `${site.op === 'read' ? 'reads' : 'writes'} ${print(template)}` },
    ],
    symbol: site.symbol,
  }
}

const oncePerKey = (findings: readonly Finding[]): Finding[] => [...new Map(findings.map((f) => [`${f.messageId} ${f.location.path} ${shapeOf(f.keys[0]!)}`, f])).values()]
