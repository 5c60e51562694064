import type { Observed, Seen } from '../observed/tally.js'
import { inkOf, plural, type Look } from './style.js'

const MOST_ORPHANS = 20

/** What was seen at run time against what the code builds, for people. */
export function observedText(observed: Observed, look: Look): string {
  const ink = inkOf(look)
  const widest = Math.min(80, Math.max(8, ...observed.templates.map(({ template }) => template.length)))
  const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [ink.underline(title), ...lines, ''])
  return [
    ...section('Templates that were seen', observed.templates.map((seen) => `  ${seen.template.padEnd(widest)}  ${countsOf(seen)}`)),
    ...section('What is remarkable', observed.templates.flatMap((seen) => remarksOn(seen).map((remark) => `  ${seen.template}: ${remark}`))),
    ...section('Keys that no code builds', observed.orphans.slice(0, MOST_ORPHANS).map(({ shape, count, example }) => `  ${shape}  ${count}${example === '' || example === shape ? '' : ink.dim(`  as ${example}`)}`)),
    ...section('Templates that were never seen', observed.never.map((template) => `  ${template}`)),
    `${plural(observed.observations, 'observation')}: ${observed.matched} of ${plural(observed.templates.length, 'template')}, ${observed.observations - observed.matched} of none; ${observed.never.length} never seen`, '',
  ].join('\n')
}

function countsOf({ count, reads, writes, deletes, bytes }: Seen): string {
  const ops = reads + writes + deletes === 0 ? '' : `  R ${reads} W ${writes} D ${deletes}`
  return `${String(count).padStart(7)}${ops}${bytes === 0 ? '' : `  ${bytes} bytes sampled`}`
}

function remarksOn({ count, writes, deletes, deletesOfNothing, withoutTtl, holes, hits, misses }: Seen): string[] {
  return [
    ...(withoutTtl > 0 ? [`${withoutTtl} without a lifetime`] : []),
    ...(deletes > 0 && deletesOfNothing === deletes ? [`none of its ${plural(deletes, 'delete')} found anything`] : []),
    ...(hits + misses >= 20 && hits === 0 ? ['no read ever hit'] : []),
    ...holes.flatMap(({ name, always }) => (always === undefined ? [] : [`{${name}} was always ${always}`])),
    ...(writes >= 100 && holes.some(({ values }) => values === 'many' || values >= writes) && count < writes * 1.2 ? ['a new key for nearly each write: hardly a hit to be had'] : []),
  ]
}
