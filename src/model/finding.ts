import type { Template } from '../keys/template.js'
import type { Scenario } from './scenario.js'
import type { Confidence, Factory, Model, Place, Severity } from './types.js'

export interface RelatedPlace extends Place {
  readonly role: string
  readonly message: string
}

/**
 * What would mend a finding, as far as its rule knows. The edits are made where the syntax is at hand (`src/fixes`), and
 * only where nothing has to be guessed.
 *
 * - `spell`: the key is to be spelled as this one is
 * - `call`: the factory is to be called instead
 * - `scan`: KEYS is to be a walk with SCAN
 */
export type Mend = { readonly kind: 'spell'; readonly key: Template } | { readonly kind: 'call'; readonly factory: Factory } | { readonly kind: 'scan' }

/** A text that takes the place of another. */
export interface Edit {
  readonly path: string
  readonly range: Place
  readonly text: string
}

/** Edits that mend a finding together. */
export interface Suggestion {
  readonly message: string
  readonly edits: readonly Edit[]
}

/** What a rule found: data. The words are the rule's `messages`, filled with `data`. */
export interface Finding {
  readonly messageId: string
  readonly data: Readonly<Record<string, string>>
  readonly confidence: Confidence
  /** What it is by itself, where that is not the rule's severity: what is unsure is no error. The configuration may lower it. */
  readonly severity?: Severity
  /** The culprit's key first. */
  readonly keys: readonly Template[]
  readonly location: Place
  readonly related: readonly RelatedPlace[]
  /** What is claimed, as something to be done with a cache; none where the code's form alone is the finding. */
  readonly scenario?: Scenario
  readonly mend?: Mend
  /** Names of what the finding is in, for its fingerprint. */
  readonly symbol: string
}

/** What the configuration says to rules. */
export interface RuleOptions {
  /** How long stale data may be served, in milliseconds: what lives no longer needs no invalidation. */
  readonly tolerateMs: number
  /** Ids of the clients whose keys must all come from a key factory. */
  readonly factoriesRequired: readonly string[]
  /** What keys may leave out, by the name of the variable and of the declared type. */
  readonly allowed: { readonly variables: readonly string[]; readonly types: readonly string[] }
}

export interface Rule {
  readonly id: string
  readonly severity: Severity
  /** One line: what the rule finds. */
  readonly description: string
  /** By message id; `{name}` is filled from the finding's data. */
  readonly messages: Readonly<Record<string, string>>
  readonly check: (model: Model, options: RuleOptions) => readonly Finding[]
}
