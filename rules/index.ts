import type { Rule } from '../src/model/finding.js'

/** Every rule, in the order of the catalogue. */
export const RULES: readonly Rule[] = []
