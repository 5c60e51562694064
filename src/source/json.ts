import { existsSync, readFileSync } from 'node:fs'
import { ts } from 'ts-morph'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads JSON or JSONC as data; `undefined` where there is no such file or it is no object. Never throws. */
export function readJsonObject(file: string): JsonObject | undefined {
  if (!existsSync(file)) return undefined
  const { config } = ts.parseConfigFileTextToJson(file, readFileSync(file, 'utf8')) as { config?: unknown }
  return isObject(config) ? config : undefined
}
