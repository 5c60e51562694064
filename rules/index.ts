import type { Rule } from '../src/model/finding.js'
import { keyFactoryBypass } from './key-factory-bypass/rule.js'
import { missingUserScope } from './missing-user-scope/rule.js'
import { setDeleteMismatch } from './set-delete-mismatch/rule.js'

/** Every rule, in the order of the catalogue. */
export const RULES: readonly Rule[] = [setDeleteMismatch, keyFactoryBypass, missingUserScope]
