import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Report, ReportFinding } from '../report/schema.js'
import { compare } from '../model/places.js'
import { Disk, repositoryOf } from '../source/disk.js'
import { SourceError } from '../source/discover.js'

/** The findings that a team has decided to live with for now: by fingerprint, so that a new one in the place of an old one shows. */
const baselineSchema = z.strictObject({
  version: z.literal(1),
  findings: z.array(z.strictObject({ id: z.string(), rule: z.string(), path: z.string() })),
})

export type Baseline = z.infer<typeof baselineSchema>

export const BASELINE_FILE = 'keyproof-baseline.json'

/** Reads a baseline; an empty one where the file is not there. @throws SourceError for one that cannot be read */
export function readBaseline(file: string, shown: string): Baseline {
  if (!existsSync(file)) return { version: 1, findings: [] }
  const text = new Disk(repositoryOf(dirname(file))).text(file)
  if (text === undefined) throw new SourceError(`${shown} is no file of this repository`)
  try {
    return baselineSchema.parse(JSON.parse(text))
  } catch (error) {
    // What the file holds is not said: it may be a link to a secret.
    throw new SourceError(`${shown} is no baseline (${error instanceof z.ZodError ? 'another shape than keyproof writes' : 'no JSON'}): write it anew with \`keyproof baseline\``)
  }
}

export const baselineOf = (report: Report): Baseline => ({
  version: 1,
  findings: report.findings.map(({ id, ruleId, location }) => ({ id, rule: ruleId, path: location.path })).sort((a, b) => compare(a.path, b.path) || compare(a.rule, b.rule) || compare(a.id, b.id)),
})

/** The findings that are new, and the entries of which nothing is left. */
export function against(report: Report, { findings }: Baseline): { readonly fresh: readonly ReportFinding[]; readonly stale: Baseline['findings'] } {
  const known = new Set(findings.map(({ id }) => id))
  const found = new Set(report.findings.map(({ id }) => id))
  return { fresh: report.findings.filter(({ id }) => !known.has(id)), stale: findings.filter(({ id }) => !found.has(id)) }
}
