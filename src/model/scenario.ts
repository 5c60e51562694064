import type { MatchRule } from '../keys/match.js'
import type { Template } from '../keys/template.js'

/**
 * What a finding claims, as something that can be done with a cache: the audit does it on the reference runtime before it
 * reports the finding.
 */
export type Scenario =
  /** One is written, the other deleted, by the store's own rule: the entry stays. `names`: holes of other names are of other things. */
  | { readonly kind: 'stale'; readonly written: Template; readonly deleted: Template; readonly match: MatchRule; readonly pairs: 'places' | 'names' }
  /** One is written, the other read: the read never hits. */
  | { readonly kind: 'miss'; readonly written: Template; readonly read: Template }
  /** Two who differ in what the key leaves out ask for one key. */
  | { readonly kind: 'leak'; readonly key: Template; readonly missing: readonly string[]; readonly who: 'users' | 'values' }
  /** One part of the key comes out as the same word for two who differ in it. */
  | { readonly kind: 'flattened'; readonly key: Template; readonly part: string; readonly word: string }
  /** One part of the key is another on the next call: what was stored is not asked for again. */
  | { readonly kind: 'changing'; readonly key: Template; readonly part: string }
  /** Two kinds of values stand under one key. */
  | { readonly kind: 'collision'; readonly one: Template; readonly other: Template }
  /** What the value is made of changes, and nothing is deleted. */
  | { readonly kind: 'unchanged'; readonly key: Template; readonly of: string }
  /** The delete comes before the change: who asks between puts the old value back. */
  | { readonly kind: 'early'; readonly key: Template; readonly of: string }
  /** Two pairs of values run together into one key. */
  | { readonly kind: 'ambiguous'; readonly key: Template; readonly first: string; readonly second: string; readonly separator: string }
  /** A lifetime that is meant to be one, and that the store takes for another; both in milliseconds. */
  | { readonly kind: 'lifetime'; readonly key: Template; readonly meantMs: number; readonly takenMs: number }
  /** An entry without an end: it is there after any time. */
  | { readonly kind: 'immortal'; readonly key: Template }
  /** Many miss at the same time, and each loads for itself. */
  | { readonly kind: 'stampede'; readonly key: Template }
  /** A list of keys is handed over as one key. */
  | { readonly kind: 'list'; readonly keys: readonly Template[] }
