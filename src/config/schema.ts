import { z } from 'zod'

const severity = z.enum(['error', 'warning', 'info', 'off'])

const position = z.strictObject({
  arg: z.int().nonnegative().describe('index of the argument that holds the key'),
  property: z.string().optional().describe('property of that argument, as a dotted path'),
  rest: z.boolean().optional().describe('every argument from here on is a key'),
  list: z.boolean().optional().describe('an array here is a list of keys'),
  record: z.boolean().optional().describe('an object here is a record by key'),
})

const operation = z.strictObject({
  op: z.enum(['read', 'write', 'delete', 'read-through', 'tag']),
  key: z.union([z.int().nonnegative().transform((arg) => ({ arg })), position]).default({ arg: 0 }).describe('where the key is; a number is the index of an argument'),
  kind: z.enum(['key', 'tag', 'path', 'prefix', 'pattern']).optional(),
  match: z.enum(['exact', 'prefix', 'glob', 'tag', 'predicate', 'route']).optional(),
  value: z.int().nonnegative().optional().describe('index of the argument that is stored'),
  loader: z.int().nonnegative().transform((arg) => ({ arg })).optional().describe('index of the function that computes the value on a miss'),
})

const client = z.strictObject({
  id: z.string().min(1),
  modules: z.array(z.string().min(1)).min(1).describe('import specifiers that lead to this client'),
  family: z.string().optional().describe('clients of one family may address the same entries; the id unless set'),
  constructors: z.array(z.string()).optional(),
  factories: z.array(z.string()).optional(),
  types: z.array(z.string()).optional(),
  instances: z.array(z.string()).optional(),
  operations: z.record(z.string(), operation).default({}),
  functions: z.record(z.string(), operation).default({}).describe('exported functions that are operations'),
})

/** keyproof.json. One schema gives the types, the validation and the published JSON Schema. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  rules: z.record(z.string(), severity).default({}).describe('severity by rule id'),
  ignore: z.array(z.string()).default([]).describe('globs of files left out'),
  enable: z.array(z.string()).default([]).describe('clients that are looked for only when asked for: web-storage'),
  clients: z.array(client).default([]).describe("your own cache clients"),
})

export type Config = z.infer<typeof configSchema>
export type ConfigClient = Config['clients'][number]
export type ConfigSeverity = z.infer<typeof severity>
