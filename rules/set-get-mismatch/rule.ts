import { alignedLines } from '../../src/keys/aligned.js'
import { print } from '../../src/keys/print.js'
import type { Template } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { differenceData, isMisspelt, nearest, type NearMiss } from '../../src/model/near-miss.js'
import { isSolid, isWriter, keysOf, ownSites, sameSpace, siteReaches, unopenedWriters } from '../../src/model/relations.js'
import type { Model, Site } from '../../src/model/types.js'

export const setGetMismatch: Rule = {
  id: 'set-get-mismatch',
  severity: 'error',
  description: 'A read asks for a key that no write makes, while a near relative of it is written and never read: every look-up is a miss.',
  messages: {
    mismatch: 'No write makes this key: {difference} {segment}. What is written at {writer} is read by nobody.\n{aligned}',
    misspelt: 'No write makes this key: {difference} {segment}. The nearest is written at {writer}.\n{aligned}',
  },
  check: (model) => {
    const sites = ownSites(model)
    return sites.filter((site) => site.op === 'read' && isJudged(site)).flatMap((site) => judge(site, sites, model) ?? [])
  },
}

// What is looked up by a pattern is a listing; members of sets and hashes come and go by other commands.
const isJudged = (site: Site): boolean =>
  isSolid(site) && site.purpose === 'data' && site.key.match === 'exact' && site.key.kind === 'key' && site.store.family !== 'map'

const SURE = 0.6
const NEARLY = 0.75

function judge(site: Site, sites: readonly Site[], model: Model): Finding | undefined {
  const writers = sites.filter((other) => isWriter(other) && sameSpace(site, other))
  const targets = keysOf(site)
  const reaches = (reader: Site, writer: Site): boolean => keysOf(reader).some((target) => siteReaches(reader, target, writer))
  if (writers.some((writer) => isSolid(writer) && reaches(site, writer))) return undefined
  const near = nearest(targets, writers.filter((writer) => isSolid(writer) && writer.purpose === 'data'))
  if (!near || near.alignment.similarity < SURE) return undefined
  const doubt = vagueWriter(site, writers, model)
  // A write that others read was not meant for this read, unless the words are the same.
  const isRead = near.writer.op !== 'write'
    || sites.some((other) => other !== site && other.op === 'read' && isSolid(other) && sameSpace(other, near.writer) && reaches(other, near.writer) && isMeantFor(other, near.writer))
  if (isRead && !isMisspelt(near)) return undefined
  if (doubt && !isMisspelt(near) && !isSlip(near)) return undefined
  return finding(site, near, isRead, doubt)
}

// A pattern lists what begins as it does; that a hole of another key may hold its words says nothing.
function isMeantFor(reader: Site, writer: Site): boolean {
  if (reader.key.kind !== 'pattern') return true
  return keysOf(reader).some((pattern) => keysOf(writer).some((written) => beginAlike(firstText(pattern), firstText(written))))
}

const firstText = (template: Template): string => template.find((part) => part.kind === 'text')?.text ?? ''

const beginAlike = (a: string, b: string): boolean => a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a))

// One name changed or left out before an end that is the same; a key that merely ends early may be another kind.
const isSlip = ({ alignment: { similarity, pairs } }: NearMiss): boolean =>
  similarity >= NEARLY && pairs.filter((pair) => pair.difference !== undefined).length === 1 && pairs.at(-1)?.difference === undefined

/** A write whose key is not known, or comes from callers that were not found, may make any key. */
function vagueWriter(site: Site, writers: readonly Site[], model: Model): Site | undefined {
  return [...writers.filter((writer) => !isSolid(writer)), ...unopenedWriters(model, site)].find((writer) => keysOf(site).some((target) => siteReaches(site, target, writer)))
}

function finding(site: Site, near: NearMiss, isRead: boolean, doubt: Site | undefined): Finding {
  const target = site.key.templates[0]!
  const isSure = !isRead && !doubt
  return {
    messageId: isRead ? 'misspelt' : 'mismatch', confidence: isSure ? 'high' : doubt ? 'low' : 'medium', severity: isSure ? 'error' : 'warning',
    data: {
      ...differenceData(near), writer: `${near.writer.location.path}:${near.writer.location.startLine}`,
      aligned: alignedLines(['WRITE', near.written], ['READ', target]).join('\n'),
    },
    keys: [target, near.written], location: site.location,
    scenario: { kind: 'miss', written: near.written, read: target },
    mend: { kind: 'spell', key: near.written },
    related: [
      { ...near.writer.location, role: 'writer', message: `writes ${print(near.written)}` },
      ...(doubt ? [{ ...doubt.location, role: 'unresolved', message: 'might write this key: its key could not be resolved' }] : []),
    ],
    symbol: site.symbol,
  }
}
