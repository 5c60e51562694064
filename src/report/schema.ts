import { z } from 'zod'

const place = z.strictObject({
  path: z.string().describe('relative to the root, with /'),
  startLine: z.int().positive(), startColumn: z.int().positive(), endLine: z.int().positive(), endColumn: z.int().positive(),
})

const relatedPlace = place.extend({
  role: z.string().describe('what stands there: writer, reader, delete, factory, dependency'),
  message: z.string(),
})

const severity = z.enum(['error', 'warning', 'info'])
const confidence = z.enum(['high', 'medium', 'low'])

const finding = z.strictObject({
  id: z.string().describe('fingerprint of rule, keys and enclosing symbols; no line numbers'),
  ruleId: z.string(),
  severity, confidence,
  message: z.string(),
  keys: z.array(z.string()).describe('key templates, the culprit first'),
  location: place,
  related: z.array(relatedPlace),
  replay: z.strictObject({
    steps: z.array(z.strictObject({
      op: z.enum(['set', 'get', 'delete', 'load', 'change']), key: z.string(), as: z.string().optional().describe('who does it'), result: z.string(),
    })),
    verdict: z.enum(['stale read', 'never read', 'leak', 'wrong value', 'wrong lifetime', 'stampede']),
  }).optional().describe('the claim, done with concrete keys on the reference runtime'),
  suggestion: z.strictObject({
    message: z.string(),
    edits: z.array(z.strictObject({ path: z.string(), range: place, text: z.string() })),
  }).optional(),
})

const site = z.strictObject({
  id: z.string(),
  op: z.enum(['read', 'write', 'delete', 'read-through', 'tag']),
  client: z.string(),
  store: z.string(),
  passThrough: z.boolean(),
  purpose: z.enum(['data', 'lock', 'counter', 'session', 'one-time', 'queue', 'dedupe', 'flag']),
  location: place,
  key: z.strictObject({
    kind: z.enum(['key', 'tag', 'path', 'prefix', 'pattern']),
    template: z.string(),
    resolution: z.enum(['full', 'partial', 'none']),
  }),
  ttl: z.strictObject({ ms: z.number().optional(), unit: z.enum(['ms', 's', 'at-ms', 'at-s', 'text', 'unsaid']) }).optional()
    .describe('how long the entry lives, and the unit that the library takes'),
  fields: z.array(z.string()).optional().describe('members that the operation names: fields of a hash'),
  factory: z.string().optional(),
})

const key = z.strictObject({
  template: z.string(), store: z.string(),
  purpose: z.enum(['data', 'lock', 'counter', 'session', 'one-time', 'queue', 'dedupe', 'flag']).describe('what the key is for, by what the program does with it'),
  writers: z.int().nonnegative(), readers: z.int().nonnegative(), deleters: z.int().nonnegative(),
  factory: z.string().optional(),
})

const counts = z.int().nonnegative()

/** The JSON report, version 1: the contract with bots and scorers. The published JSON Schema is made from this. */
/** The JSON report, version 1. */
export const reportSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('keyproof'), version: z.string() }),
  root: z.literal('.'),
  summary: z.strictObject({
    files: counts, parsed: counts, sites: counts, keys: counts, resolved: counts, unresolved: counts,
    findings: z.strictObject({ error: counts, warning: counts, info: counts }),
    suppressed: counts, baselined: counts, refuted: counts.describe('findings that did not come true on the reference runtime'),
  }),
  findings: z.array(finding),
  sites: z.array(site),
  keys: z.array(key),
  diagnostics: z.array(z.strictObject({ kind: z.string(), message: z.string(), location: place.optional() })),
})

/** A whole report. */
export type Report = z.infer<typeof reportSchema>
/** What a rule found, where, with what it relates to. */
export type ReportFinding = Report['findings'][number]
/** A call that touches a cache, with the template of its key. */
export type ReportSite = Report['sites'][number]
/** A key template of one store, with how many sites write, read and delete it. */
export type ReportKey = Report['keys'][number]
