import { separatorsOf } from '../../src/keys/match.js'
import { print } from '../../src/keys/print.js'
import type { HolePart, Part, Template } from '../../src/keys/template.js'
import type { Finding, Rule } from '../../src/model/finding.js'
import { isSolid, isWriter, ownSites } from '../../src/model/relations.js'
import type { Site } from '../../src/model/types.js'

export const ambiguousKey: Rule = {
  id: 'ambiguous-key',
  severity: 'info',
  description: 'Two values of a key stand side by side with nothing that tells where one ends: different pairs make the same key.',
  messages: {
    adjacent: 'Nothing divides {first} from {second} in {key}: `ab` with `c` and `a` with `bc` make one key.',
    separator: '{first} and {second} may both hold the `{separator}` that divides them in {key}: different pairs make one key.',
  },
  check: (model) => {
    const found = ownSites(model).filter((site) => isWriter(site) && isSolid(site)).flatMap((site) => site.key.templates.flatMap((template) => findingOf(site, template) ?? []))
    return [...new Map(found.map((finding) => [`${finding.location.path} ${print(finding.keys[0]!)}`, finding])).values()]
  },
}

// A number, an index, a hash or an encoded value holds nothing that could be taken for another part.
const isFixed = (part: HolePart): boolean => /(?:count|index|page|size|limit|offset|number|year|month|day|version|prefix|suffix|namespace|toISOString\(\))$|^(?:JSON\.stringify|sha\d*|md5|hash|encodeURIComponent)\(/i.test(part.name)

const isFree = (part: Part | undefined): part is HolePart => part?.kind === 'hole' && part.unresolved === undefined && part.epoch === undefined && !isFixed(part)

function findingOf(site: Site, template: Template): Finding | undefined {
  const separators = separatorsOf(template)
  for (const [i, part] of template.entries()) {
    const [next, after] = [template[i + 1], template[i + 2]]
    if (!isFree(part)) continue
    if (isFree(next)) return finding(site, template, 'adjacent', part, next, '')
    const divides = next?.kind === 'text' && next.text.length === 1 && separators.includes(next.text)
    if (divides && isFree(after) && part.wild && after.wild) return finding(site, template, 'separator', part, after, next.text)
  }
  return undefined
}

function finding(site: Site, template: Template, messageId: string, first: HolePart, second: HolePart, separator: string): Finding {
  return {
    messageId, confidence: 'medium',
    data: { first: `{${first.name}}`, second: `{${second.name}}`, key: print(template), separator },
    keys: [template], location: site.built?.location ?? site.location, related: [], symbol: site.symbol,
    ...(first.name === second.name ? {} : { scenario: { kind: 'ambiguous', key: template, first: first.name, second: second.name, separator } }),
  }
}
