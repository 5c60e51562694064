import { parse } from '../keys/parse.js'
import { isInstance, overlaps } from '../keys/match.js'
import type { Template } from '../keys/template.js'
import type { CodecName } from './codec.js'
import { lifetime, milliseconds, type Duration, type Ttl } from './duration.js'
import { KeyError } from './errors.js'
import { describe, dividers, escaped, part, weakIn } from './key-text.js'
import { checkOf, type Check } from './standard-schema.js'

declare const brand: unique symbol

/** An identifier of a user, made in one place: `userId(session.user.id)`. A plain string is none. */
export type UserId = string & { readonly [brand]: 'user' }

/** An identifier of a tenant: an organisation, a workspace, an account. */
export type TenantId = string & { readonly [brand]: 'tenant' }

/** Who may see what stands under a key. */
export type Scope = 'public' | 'user' | 'tenant'

/** Names the user whose data is cached. @throws KeyError where there is none */
export const userId = (id: string | number): UserId => identifier(id, 'user') as UserId

/** Names the tenant whose data is cached. @throws KeyError where there is none */
export const tenantId = (id: string | number): TenantId => identifier(id, 'tenant') as TenantId

function identifier(id: unknown, of: string): string {
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '' || (typeof id === 'number' && !Number.isFinite(id))) {
    throw new KeyError(`the id of a ${of} must be a text or a number that is not empty; got ${describe(id)}`)
  }
  return String(id)
}

type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
type Parameter<N extends string> = N extends 'userId' ? UserId : N extends 'tenantId' ? TenantId : string | number | boolean

/** The parameters of a template by their names: those of `user:{userId}:{page}` are `userId` and `page`. */
export type Parameters<T extends string> = { readonly [N in Names<T>]: Parameter<N> }

type Required = { readonly public: never; readonly user: 'userId'; readonly tenant: 'tenantId' }
type Private = 'userId' | 'tenantId'

/** A template that its scope allows; otherwise a text that says why not, which no template is. */
type Checked<T extends string, S extends Scope> = S extends 'public'
  ? Names<T> & Private extends never ? T : `a public key must not hold {${Names<T> & Private}}`
  : Required[S] extends Names<T> ? T : `a key of scope ${S} must hold {${Required[S]}}`

/** What may stand under a key: whatever JSON gives back as it was. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue | undefined }

/** A value that comes back from a JSON codec as it went in; of one that does not, `never`. */
export type Storable<V> = V extends string | number | boolean | null ? V
  : V extends bigint | symbol | ((...args: never) => unknown) | Date | Map<unknown, unknown> | Set<unknown> | RegExp | undefined ? never
  : V extends object ? { [N in keyof V]: V[N] extends undefined ? V[N] : Storable<Exclude<V[N], undefined>> | Extract<V[N], undefined> } : never

/** A value that JSON does not give back as it was has to say how it is written. */
type Coded<V> = [V] extends [Storable<V>] ? unknown : { readonly codec: Exclude<CodecName, 'json'> }

interface DefinitionOptions<V, S extends Scope, T extends string> {
  /** Who may see it. */
  readonly scope: S
  /** The key in keyproof's notation: `user:{userId}:profile`. */
  readonly template: T
  /** How long a value is fresh. */
  readonly ttl: Ttl
  /** How long after that a value is served while a new one is loaded (RFC 5861). */
  readonly staleWhileRevalidate?: Duration
  /** How long after that a value is served where its loader fails (RFC 5861). */
  readonly staleIfError?: Duration
  /** How long `none()` is kept; as long as a value unless said otherwise. */
  readonly negativeTtl?: Duration
  /** Errors of a loader that are answers, by their classes: kept in memory for `negativeTtl`, and thrown to who asks again. */
  readonly negativeErrors?: readonly ErrorClass[]
  /** Groups that are invalidated together. */
  readonly tags?: readonly string[] | ((parameters: Parameters<T>) => readonly string[])
  /** Domain events that make the value wrong, each with the parameters of the key that it is about. */
  readonly invalidateOn?: { readonly [event: string]: (payload: never) => Parameters<T> | readonly Parameters<T>[] }
  /** How values are written for layers outside the process. */
  readonly codec?: CodecName
  /** Whether a value that was read is one, told by a function or a Standard Schema. What is not is a miss. */
  readonly validate?: Check<V>
}

/** The class of an error, which may be abstract. */
export type ErrorClass = abstract new (...args: never) => Error

/** One key of the program: where its text, its scope and its lifetime are written, once. Calling it makes a key. */
export interface KeyDefinition<V = unknown, S extends Scope = Scope, T extends string = string> {
  (parameters: Parameters<T>): CacheKey<V, S>
  readonly id: string
  readonly scope: S
  /** The template with the prefix of its set. */
  readonly template: string
  readonly settings: KeySettings
  /** Is this the text of a key that the definition makes? */
  matches(text: string): boolean
}

/** A definition's lifetimes in milliseconds, and the rest of what it says. */
export interface KeySettings {
  readonly ttlMs: number
  readonly staleWhileRevalidateMs: number
  readonly staleIfErrorMs: number
  readonly negativeTtlMs: number
  readonly codec: CodecName
  readonly tags?: (parameters: ParameterValues) => readonly string[]
  readonly invalidateOn: { readonly [event: string]: (payload: never) => ParameterValues | readonly ParameterValues[] }
  readonly negativeErrors?: readonly ErrorClass[]
  readonly validate?: (value: unknown) => boolean
  readonly parsed: Template
}

export type ParameterValues = Readonly<Record<string, string | number | boolean>>

/** A key that a definition made. A text is none: what has no definition has no scope, no TTL and no reader. */
export interface CacheKey<V = unknown, S extends Scope = Scope> {
  /** The text as it stands in the store. */
  readonly text: string
  readonly definition: KeyDefinition<V, S>
  readonly parameters: ParameterValues
  readonly [brand]?: readonly [V, S]
}

interface Draft { readonly options: DefinitionOptions<unknown, Scope, string> }

/** A definition before `defineKeys` gives it its name and prefix. */
export interface KeyDraft<V, S extends Scope, T extends string> extends Draft {
  readonly [brand]?: readonly [V, S, T]
}

/** Describes one key: `key<Profile>()({ scope: 'user', template: 'user:{userId}:profile', ttl: '5m' })`. */
export function key<V>(): <const S extends Scope, const T extends string>(options: DefinitionOptions<V, S, Checked<T, S> & T> & Coded<V>) => KeyDraft<V, S, T> {
  return (options) => ({ options: options as unknown as DefinitionOptions<unknown, Scope, string> })
}

/** What stands before every key of a set. A change of any of them makes all that was stored a miss. */
export interface KeySetOptions {
  /** The application or the part of it. */
  readonly namespace?: string
  /** `prod`, `staging`. */
  readonly environment?: string
  /** The version of what is stored, raised with the shape of the values. */
  readonly version?: number
}

type Defined<D> = { readonly [N in keyof D]: D[N] extends KeyDraft<infer V, infer S, infer T> ? KeyDefinition<V, S, T> : never }

/** The definitions of a set by their names. */
export type KeySet = Readonly<Record<string, KeyDefinition>>

/**
 * The single source of truth of a program's keys.
 * @throws KeyError for a template that its scope forbids, that cannot be read, or that another of the set may collide with
 */
export function defineKeys<const D extends Readonly<Record<string, Draft>>>(drafts: D, options: KeySetOptions = {}): Defined<D> {
  const prefix = prefixOf(options)
  const weak = weakIn(Object.entries(drafts).map(([id, draft]) => readable(id, prefix + draft.options.template)))
  const defined = Object.entries(drafts).map(([id, draft]) => [id, definition(id, prefix, weak, draft.options)] as const)
  for (const [i, [, one]] of defined.entries()) {
    const other = defined.slice(i + 1).find(([, each]) => overlaps(one.settings.parsed, each.settings.parsed))?.[1]
    if (other) throw new KeyError(`${one.id} and ${other.id} may make one key: ${one.template} and ${other.template}`)
  }
  return Object.freeze(Object.fromEntries(defined)) as unknown as Defined<D>
}

const prefixOf = ({ namespace, environment, version }: KeySetOptions): string =>
  [namespace, environment, version === undefined ? undefined : `v${version}`].filter((part) => part !== undefined && part !== '').map((part) => `${escaped(part!)}:`).join('')

const HOLE = /\{([^{}]*)\}/g
const NAME = /^[A-Za-z_$][\w$]*$/

function definition(id: string, prefix: string, weak: string, options: DefinitionOptions<unknown, Scope, string>): KeyDefinition {
  assertReadable(id, options)
  const template = prefix + options.template
  const pieces = options.template.split(HOLE)
  const divides = dividers(id, pieces, weak)
  const settings = settingsOf(id, options, template)
  const make = (parameters: ParameterValues): CacheKey => {
    const text = prefix + pieces.map((piece, i) => (i % 2 === 0 ? piece : part(id, piece, divides, (parameters as Record<string, unknown> | undefined)?.[piece]))).join('')
    return Object.freeze({ text, definition: made, parameters: Object.freeze({ ...parameters }) })
  }
  const made: KeyDefinition = Object.assign(make as unknown as KeyDefinition, { id, scope: options.scope, template, settings, matches: (text: string) => isInstance(text, settings.parsed) })
  return made
}

function assertReadable(id: string, { scope, template }: DefinitionOptions<unknown, Scope, string>): void {
  const parsed = readable(id, template)
  const names = [...template.matchAll(HOLE)].map((match) => match[1]!)
  const wrong = names.find((name) => !NAME.test(name)) ?? (parsed.length === 0 ? '' : undefined)
  if (wrong !== undefined) throw new KeyError(`${id}: {${wrong}} is no name of a parameter`)
  if (scope === 'user' && !names.includes('userId')) throw new KeyError(`${id}: a key of scope user must hold {userId}`)
  if (scope === 'tenant' && !names.includes('tenantId')) throw new KeyError(`${id}: a key of scope tenant must hold {tenantId}`)
  const identity = scope === 'public' ? names.find((name) => name === 'userId' || name === 'tenantId') : undefined
  if (identity !== undefined) throw new KeyError(`${id}: a public key must not hold {${identity}}`)
  if (!['public', 'user', 'tenant'].includes(scope)) throw new KeyError(`${id}: the scope is 'public', 'user' or 'tenant'; got ${describe(scope)}`)
}

function readable(id: string, template: string): Template {
  try {
    const parsed = parse(template)
    if (parsed.every((each) => each.kind === 'text' || each.kind === 'hole')) return parsed
  } catch (error) {
    throw new KeyError(`${id}: the template ${template} cannot be read`, { cause: error })
  }
  throw new KeyError(`${id}: a template is text and {holes}; got ${template}`)
}

function settingsOf(id: string, { ttl, staleWhileRevalidate, staleIfError, negativeTtl, negativeErrors, tags, invalidateOn, codec, validate }: DefinitionOptions<unknown, Scope, string>, template: string): KeySettings {
  if (negativeErrors && negativeTtl === undefined) throw new KeyError(`${id}: negativeErrors needs a negativeTtl: how long is the error the answer?`)
  const ttlMs = lifetime(ttl, 'ttl')
  return {
    ttlMs,
    staleWhileRevalidateMs: staleWhileRevalidate === undefined ? 0 : milliseconds(staleWhileRevalidate, 'staleWhileRevalidate'),
    staleIfErrorMs: staleIfError === undefined ? 0 : milliseconds(staleIfError, 'staleIfError'),
    negativeTtlMs: negativeTtl === undefined ? ttlMs : milliseconds(negativeTtl, 'negativeTtl'),
    codec: codec ?? 'json',
    ...(tags === undefined ? {} : { tags: typeof tags === 'function' ? (tags as unknown as NonNullable<KeySettings['tags']>) : () => tags }),
    invalidateOn: (invalidateOn ?? {}) as KeySettings['invalidateOn'],
    ...(negativeErrors === undefined ? {} : { negativeErrors }),
    ...(validate === undefined ? {} : { validate: checkOf(id, validate) }),
    parsed: parse(template),
  }
}

/** The key itself, where it is one that a definition made. @throws KeyError */
export function assertKey(key: CacheKey): CacheKey {
  if (typeof (key as CacheKey | undefined)?.text === 'string' && typeof (key as CacheKey).definition === 'function') return key
  throw new KeyError(`a key is made by a definition of defineKeys; got ${typeof key === 'string' ? `the text '${String(key)}'` : describe(key)}`)
}
