import { ts } from 'ts-morph'
import type { Disk } from './disk.js'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads JSON or JSONC as data; `undefined` where there is no such file or it is no object. Never throws. */
export function readJsonObject(disk: Disk, file: string): JsonObject | undefined {
  const text = disk.text(file)
  if (text === undefined) return undefined
  try {
    const { config } = ts.parseConfigFileTextToJson(file, text) as { config?: unknown }
    return isObject(config) ? config : undefined
  } catch {
    return undefined // nested deeper than the stack
  }
}
