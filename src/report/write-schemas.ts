import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { configSchema } from '../config/schema.js'
import { reportSchema } from './schema.js'

/** The published JSON Schemas, by file name. Made from the zod schemas, which type the same data. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  const print = (schema: z.ZodType): string => `${JSON.stringify(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }), null, 2)}\n`
  return { 'config.json': print(configSchema), 'report.json': print(reportSchema) }
}

/** The options of the configuration as a table for the README, by the words of the schema. */
export function optionTable(): string {
  const rows = Object.entries(configSchema.shape).filter(([name]) => name !== '$schema').map(([name, option]) => `| \`${name}\` | ${(option.description ?? '').replaceAll('|', '\\|')} |`)
  return ['| option | meaning |', '|---|---|', ...rows].join('\n')
}

const TABLE = /\| option \| meaning \|\n\|---\|---\|\n(?:\|.*\n)+/

/** The README with the table as the schema has it. */
export const withOptionTable = (readme: string): string => readme.replace(TABLE, () => `${optionTable()}\n`)

/** Writes the schemas into a folder, and the table into the README beside it. */
export function writeSchemas(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(jsonSchemas())) writeFileSync(`${folder}/${name}`, text)
  writeFileSync(`${folder}/../README.md`, withOptionTable(readFileSync(`${folder}/../README.md`, 'utf8')))
}
