import { z } from 'zod'
import { NotationError, parse } from '../keys/parse.js'
import { clientSchema } from './client-schema.js'

const severity = z.enum(['error', 'warning', 'info', 'off'])

const pattern = z.string().min(1).superRefine((text, context) => {
  try {
    parse(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof NotationError ? error.message : String(error) })
  }
})

/** A severity, or an object that has one and what the rule is to leave out. */
const ruleSetting = z.union([severity, z.strictObject({
  severity: severity.optional(),
  ignoreKeys: z.array(pattern).default([]).describe('keys that the rule is silent on, in the notation of reports: `session:*`'),
})])

const IDENTITIES = ['user', 'tenant', 'token', 'role', 'locale'] as const

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const milliseconds = (text: string): number => Number.parseInt(text, 10) * UNITS[/[a-z]+$/.exec(text)![0]]!

const duration = z.union([z.int().nonnegative(), z.string().regex(/^\d+(?:ms|s|m|h|d)$/, 'a duration such as "30s" or "5m"').transform(milliseconds)])

// What a glob with many braces stands for grows by powers, and matching one of many stars takes as long.
const glob = z.string().min(1).max(500).regex(/^(?:[^{*]*(?:\{|\*+)){0,6}[^{*]*$/, 'a glob with at most six stars and braces, such as "src/generated/**"')

/** keyproof.json. One schema gives the types, the validation and the published JSON Schema. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  rules: z.record(z.string(), ruleSetting).default({}).describe('severity by rule: `error`, `warning`, `info` or `off`; a rule never says more than it is sure of. Or `{ "severity": "warning", "ignoreKeys": ["session:*"] }`, with keys that the rule is silent on'),
  overrides: z.array(z.strictObject({
    files: z.array(z.string().min(1)).min(1).describe('globs, as in .gitignore'),
    rules: z.record(z.string(), ruleSetting),
  })).default([]).describe('severities for some files: `[{ "files": ["scripts/**"], "rules": { "keys-command": "off" } }]`; the last that fits counts'),
  ignore: z.array(glob).default([]).describe('globs of files left out'),
  enable: z.array(z.string()).default([]).describe('clients that are looked for only when asked for: `web-storage`'),
  staleness: z.strictObject({
    tolerate: duration.default(5000)
      .describe('how long stale data may be served, as "30s": what lives no longer needs no invalidation'),
  }).default({ tolerate: 5000 }).describe('`{ "tolerate": "30s" }`: what lives no longer than this may go stale, and needs no invalidation (default 5s)'),
  advise: z.strictObject({
    floor: duration.default(5000).describe('what lives less than this changes too rapidly to be cached, as "5s"'),
  }).default({ floor: 5000 }).describe('`{ "floor": "5s" }`: what lives less than this changes too rapidly to be cached, says `keyproof advise`'),
  factories: z.strictObject({
    declare: z.array(z.string().regex(/^[^#]+#[\w$.]+$/, 'write PATH#NAME, as "src/keys.ts#userKeys"')).default([]).describe('your key factories, whether anything uses them or not: `src/keys.ts#userKeys`'),
    required: z.array(z.string()).default([]).describe('clients whose keys must all come from a key factory: tanstack-query'),
  }).default({ declare: [], required: [] }).describe('`{ "declare": ["src/keys.ts#userKeys"], "required": ["tanstack-query"] }`: your key factories, and clients whose keys must all come from one'),
  entities: z.record(z.string(), z.array(z.string().min(1))).default({}).describe('`{ "user": ["member", "account"] }`: other names of tables and models that hold the same rows'),
  identities: z.partialRecord(z.enum(IDENTITIES), z.array(z.string().min(1))).default({})
    .describe('`{ "user": ["viewer"], "tenant": ["shop"] }`: names of your variables, members and types that say who asks'),
  scopedClients: z.record(z.string(), z.enum(IDENTITIES)).default({})
    .describe('`{ "shopApi": "tenant" }`: clients that carry an identity with each call, by variable or type'),
  dependencies: z.strictObject({
    allow: z.strictObject({
      variables: z.array(z.string()).default([]).describe('variables that keys may leave out'),
      types: z.array(z.string()).default([]).describe('declared types whose values keys may leave out'),
    }).default({ variables: [], types: [] }),
  }).default({ allow: { variables: [], types: [] } }).describe('`{ "allow": { "variables": [], "types": [] } }`: what keys may leave out'),
  clients: z.array(clientSchema).default([]).describe('your own clients, in the shape of the built-in ones: import specifiers, constructors, factories, types, instances, tokens, prefixes, namespaces, and what each method or function does: where its key, value, loader and TTL stand, and how it matches'),
})

/** A configuration as keyproof works with it: every option has a value. */
export type Config = z.infer<typeof configSchema>
export type ConfigClient = Config['clients'][number]
export type RuleSetting = z.infer<typeof ruleSetting>
export type ConfigSeverity = z.infer<typeof severity>
