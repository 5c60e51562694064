import { dirname } from 'node:path'
import type { TtlPosition, TtlUnit } from '../clients/spec.js'
import type { RawSite } from '../collect/raw-site.js'
import type { Ttl } from '../model/types.js'
import type { Context } from '../resolve/context.js'
import { durationOf } from '../resolve/duration.js'
import { argumentAt, wordAt } from '../resolve/key-argument.js'
import { exactText, isNullish, memberNames, type Value } from '../resolve/value.js'

/** The TTL that a site gives its entry: its unit by the library's version, and its length where that is known. */
export function ttlOf(context: Context, site: RawSite): Ttl | undefined {
  for (const position of site.spec.ttl ?? []) {
    const value = valueAt(context, site, position)
    if (!value || isNullish(value) || value.kind === 'object' || value.kind === 'array') continue
    const unit = ttlUnitOf(context, site, position)
    const ms = lengthOf(value, unit)
    return ms === undefined ? { unit } : { ms, unit }
  }
  return keepsTtl(site) ? { unit: 'unsaid' } : undefined
}

// `SET … KEEPTTL`: it ends when it would have ended.
const keepsTtl = ({ args }: RawSite): boolean => args.slice(2).some(({ value }) => exactText(value)?.toUpperCase() === 'KEEPTTL' || memberNames(value).some((name) => /^keepttl$/i.test(name)))

function valueAt(context: Context, site: RawSite, position: TtlPosition): Value | undefined {
  if (position.after === undefined) return argumentAt(context, position, site.args, site.call.node)
  const at = wordAt(site.args, position.after, position.arg)
  return at === -1 ? undefined : site.args[at + 1]?.value
}

const NAMED: Readonly<Record<string, TtlUnit>> = {
  EX: 's', PX: 'ms', EXAT: 'at-s', PXAT: 'at-ms', Seconds: 's', Milliseconds: 'ms', UnixSeconds: 'at-s', UnixMilliseconds: 'at-ms',
}

export function ttlUnitOf(context: Context, site: RawSite, position: TtlPosition): TtlUnit {
  if (position.unitBy !== undefined) {
    const named = argumentAt(context, { arg: position.arg, property: position.unitBy }, site.args, site.call.node)
    const name = named && (exactText(named) ?? (named.kind === 'external' ? named.name.split('.').at(-1) : undefined))
    return (name === undefined ? undefined : NAMED[name]) ?? position.unit
  }
  const major = position.since && majorOf(context, site)
  const newer = position.since?.filter(([since]) => major === undefined || major >= since).at(-1)
  return newer?.[1] ?? position.unit
}

function majorOf(context: Context, site: RawSite): number | undefined {
  const [library] = site.client.client.modules
  return library === undefined ? undefined : context.program.modules.workspaces.majorOf(library, dirname(site.call.unit.file))
}

function lengthOf(value: Value, unit: TtlUnit): number | undefined {
  if (value.kind === 'const' && typeof value.value === 'number') return unit === 's' ? value.value * 1000 : unit === 'ms' ? value.value : undefined
  const text = exactText(value)
  return text === undefined ? undefined : durationOf(text)
}
