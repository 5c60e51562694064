import { mkdirSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { configSchema } from '../config/schema.js'
import { reportSchema } from './schema.js'

/** The published JSON Schemas, by file name. Made from the zod schemas, which type the same data. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  const print = (schema: z.ZodType): string => `${JSON.stringify(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }), null, 2)}\n`
  return { 'config.json': print(configSchema), 'report.json': print(reportSchema) }
}

/** Writes the schemas into a folder. */
export function writeSchemas(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(jsonSchemas())) writeFileSync(`${folder}/${name}`, text)
}
