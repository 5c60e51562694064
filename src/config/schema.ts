import { z } from 'zod'
import { clientSchema } from './client-schema.js'

const severity = z.enum(['error', 'warning', 'info', 'off'])

/** keyproof.json. One schema gives the types, the validation and the published JSON Schema. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  rules: z.record(z.string(), severity).default({}).describe('severity by rule id'),
  ignore: z.array(z.string()).default([]).describe('globs of files left out'),
  enable: z.array(z.string()).default([]).describe('clients that are looked for only when asked for: web-storage'),
  clients: z.array(clientSchema).default([]).describe('your own cache clients'),
})

export type Config = z.infer<typeof configSchema>
export type ConfigClient = Config['clients'][number]
export type ConfigSeverity = z.infer<typeof severity>
