import { readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { closest } from 'fastest-levenshtein'
import type { z } from 'zod'
import type { ClientSpec } from '../clients/spec.js'
import { BUILT_IN } from '../clients/registry.js'
import { ts } from 'ts-morph'
import { ConfigError, findConfig } from './find.js'
import { configSchema, type Config, type ConfigClient } from './schema.js'

export interface LoadedConfig {
  readonly config: Config
  /** Absent when there is no configuration file. */
  readonly file?: string
}

/** Finds the configuration upwards from `folder` and validates it. Data only: nothing is executed. @throws ConfigError */
export function loadConfig(folder: string, ruleIds: readonly string[], explicit?: string): LoadedConfig {
  const file = findConfig(folder, explicit)
  if (file === undefined) return { config: configSchema.parse({}) }
  const shown = relative(folder, file) || file
  const whole = parsed(file, shown)
  const isPackage = basename(file) === 'package.json'
  const config = validated(isPackage ? (whole as { keyproof?: unknown }).keyproof : whole, isPackage ? `${shown}#keyproof` : shown)
  for (const id of [config.rules, ...config.overrides.map(({ rules }) => rules)].flatMap(Object.keys)) assertKnownRule(id, ruleIds, shown)
  for (const id of config.enable) assertKnownClient(id, shown)
  return { config, file }
}

function parsed(file: string, shown: string): unknown {
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`${shown}: cannot be read`, { cause: error })
  }
  const { config, error } = asJson(file, source, shown)
  if (!error) return config
  const line = source.slice(0, error.start ?? 0).split('\n').length
  throw new ConfigError(`${shown}:${line}: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`)
}

function asJson(file: string, source: string, shown: string): { readonly config?: unknown; readonly error?: ts.Diagnostic } {
  try {
    return ts.parseConfigFileTextToJson(file, source)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ConfigError(`${shown}: nests too deeply`, { cause: error })
  }
}

function validated(value: unknown, shown: string): Config {
  const result = configSchema.safeParse(value ?? {})
  if (result.success) return result.data
  const lines = result.error.issues.flatMap(specific).map((issue) => `  ${issue.path.join('.') || '(top)'}: ${explained(issue)}`)
  throw new ConfigError(`${shown} is not valid:\n${lines.join('\n')}`)
}

// Of the forms that a value could have had, the one that it came nearest to.
function specific(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const deepest = (issues: readonly z.core.$ZodIssue[]): number => Math.max(0, ...issues.map((inner) => inner.path.length))
  const [nearest] = [...issue.errors].sort((a, b) => deepest(b) - deepest(a))
  return (nearest ?? []).flatMap((inner) => specific({ ...inner, path: [...issue.path, ...inner.path] }))
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

function assertKnownClient(id: string, shown: string): void {
  const known = BUILT_IN.map((client) => client.id)
  if (known.includes(id)) return
  throw new ConfigError(`${shown}: enable: there is no client "${id}"; did you mean ${closest(id, known)}?`)
}

/** The user's clients in the shape of the built-in ones. */
export function clientSpecs(clients: readonly ConfigClient[]): ClientSpec[] {
  // Validated by the schema, which mirrors ClientSpec; what is absent is absent, not undefined.
  return clients.map((client) => ({ ...client, family: client.family ?? client.id }) as ClientSpec)
}

/** What a configuration tells of the words of the program: identities, entities and factories by their names. */
export function toldBy({ identities, scopedClients, entities, factories }: Config): { readonly names: Readonly<Record<string, IdentityKind>>; readonly clients: Readonly<Record<string, IdentityKind>>; readonly entities: Readonly<Record<string, string>>; readonly factories: readonly string[] } {
  const names = Object.entries(identities).flatMap(([kind, list]) => (list ?? []).map((name): [string, IdentityKind] => [name, kind as IdentityKind]))
  const others = Object.entries(entities).flatMap(([entity, list]) => list.map((name): [string, string] => [name, entity]))
  return { names: Object.fromEntries(names), clients: scopedClients, entities: Object.fromEntries(others), factories: factories.declare }
}

type IdentityKind = Config['scopedClients'][string]
