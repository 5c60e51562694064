import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { closest } from 'fastest-levenshtein'
import type { z } from 'zod'
import type { ClientSpec, OperationSpec } from '../clients/spec.js'
import { ts } from 'ts-morph'
import { configSchema, type Config, type ConfigClient } from './schema.js'

/** A configuration that cannot be used, in words for the person who wrote it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export interface LoadedConfig {
  readonly config: Config
  /** Absent when there is no configuration file. */
  readonly file?: string
}

const NAMES = ['keyproof.json', 'keyproof.jsonc']

/** Finds the configuration upwards from `folder` and validates it. Data only: nothing is executed. @throws ConfigError */
export function loadConfig(folder: string, ruleIds: readonly string[], explicit?: string): LoadedConfig {
  const file = explicit ?? findUpwards(folder)
  if (file === undefined) return { config: configSchema.parse({}) }
  if (!existsSync(file)) throw new ConfigError(`${explicit}: no such configuration file`)
  const shown = relative(folder, file) || file
  const config = validated(parsed(file, shown), shown)
  for (const id of Object.keys(config.rules)) assertKnownRule(id, ruleIds, shown)
  return { config, file }
}

function findUpwards(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = NAMES.map((name) => join(at, name)).find((file) => existsSync(file))
    if (found || at === dirname(at)) return found
  }
}

function parsed(file: string, shown: string): unknown {
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`${shown}: cannot be read`, { cause: error })
  }
  const { config, error } = ts.parseConfigFileTextToJson(file, source) as { config?: unknown; error?: ts.Diagnostic }
  if (!error) return config
  const line = source.slice(0, error.start ?? 0).split('\n').length
  throw new ConfigError(`${shown}:${line}: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`)
}

function validated(value: unknown, shown: string): Config {
  const result = configSchema.safeParse(value ?? {})
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.') || '(top)'}: ${explained(issue)}`)
  throw new ConfigError(`${shown} is not valid:\n${lines.join('\n')}`)
}

function explained(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message
  const known = Object.keys(configSchema.shape)
  const [first] = issue.keys
  const hint = first !== undefined && issue.path.length === 0 ? `; did you mean ${closest(first, known)}?` : ''
  return `unknown option ${issue.keys.map((key) => `"${key}"`).join(', ')}${hint}`
}

function assertKnownRule(id: string, ruleIds: readonly string[], shown: string): void {
  if (ruleIds.includes(id)) return
  throw new ConfigError(`${shown}: rules.${id}: there is no rule "${id}"; did you mean ${closest(id, [...ruleIds])}?`)
}

/** The user's clients in the shape of the built-in ones. */
export function clientSpecs(clients: readonly ConfigClient[]): ClientSpec[] {
  return clients.map((client) => ({
    id: client.id,
    modules: client.modules,
    family: client.family ?? client.id,
    sharing: 'family',
    constructors: client.constructors ?? [], factories: client.factories ?? [], types: client.types ?? [], instances: client.instances ?? [],
    operations: mapValues(client.operations, (spec) => spec as OperationSpec),
    functions: mapValues(client.functions, (spec) => [spec as OperationSpec]),
  }))
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
