import { z } from 'zod'
import { clientSchema } from './client-schema.js'

const severity = z.enum(['error', 'warning', 'info', 'off'])

const IDENTITIES = ['user', 'tenant', 'token', 'role', 'locale'] as const

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const milliseconds = (text: string): number => Number.parseInt(text, 10) * UNITS[/[a-z]+$/.exec(text)![0]]!

const duration = z.union([z.int().nonnegative(), z.string().regex(/^\d+(?:ms|s|m|h|d)$/, 'a duration such as "30s" or "5m"').transform(milliseconds)])

/** keyproof.json. One schema gives the types, the validation and the published JSON Schema. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  rules: z.record(z.string(), severity).default({}).describe('severity by rule id'),
  ignore: z.array(z.string()).default([]).describe('globs of files left out'),
  enable: z.array(z.string()).default([]).describe('clients that are looked for only when asked for: web-storage'),
  staleness: z.strictObject({
    tolerate: duration.default(0)
      .describe('how long stale data may be served, as "30s": what lives no longer needs no invalidation'),
  }).default({ tolerate: 0 }),
  advise: z.strictObject({
    floor: duration.default(5000).describe('what lives less than this changes too rapidly to be cached, as "5s"'),
  }).default({ floor: 5000 }),
  factories: z.strictObject({
    required: z.array(z.string()).default([]).describe('clients whose keys must all come from a key factory: tanstack-query'),
  }).default({ required: [] }),
  identities: z.partialRecord(z.enum(IDENTITIES), z.array(z.string().min(1))).default({})
    .describe('names of your variables, members and types that say who asks, by kind: { "user": ["viewer"], "tenant": ["shop"] }'),
  scopedClients: z.record(z.string(), z.enum(IDENTITIES)).default({})
    .describe('clients that carry an identity with each call, by variable or type: { "shopApi": "tenant" }'),
  dependencies: z.strictObject({
    allow: z.strictObject({
      variables: z.array(z.string()).default([]).describe('variables that keys may leave out'),
      types: z.array(z.string()).default([]).describe('declared types whose values keys may leave out'),
    }).default({ variables: [], types: [] }),
  }).default({ allow: { variables: [], types: [] } }),
  clients: z.array(clientSchema).default([]).describe('your own cache clients'),
})

export type Config = z.infer<typeof configSchema>
export type ConfigClient = Config['clients'][number]
export type ConfigSeverity = z.infer<typeof severity>
