import type { Rule } from '../src/model/finding.js'
import { ambiguousKey } from './ambiguous-key/rule.js'
import { cachedError } from './cached-error/rule.js'
import { falsyHit } from './falsy-hit/rule.js'
import { holeMismatch } from './hole-mismatch/rule.js'
import { invalidateOrder } from './invalidate-order/rule.js'
import { keyCollision } from './key-collision/rule.js'
import { keyFactoryBypass } from './key-factory-bypass/rule.js'
import { keyListAsKey } from './key-list-as-key/rule.js'
import { keysCommand } from './keys-command/rule.js'
import { lossyValue } from './lossy-value/rule.js'
import { missingInvalidation } from './missing-invalidation/rule.js'
import { missingKeyDependency } from './missing-key-dependency/rule.js'
import { missingUserScope } from './missing-user-scope/rule.js'
import { objectInKey } from './object-in-key/rule.js'
import { publicUserResponse } from './public-user-response/rule.js'
import { splitExpiry } from './split-expiry/rule.js'
import { stampede } from './stampede/rule.js'
import { unawaitedCache } from './unawaited-cache/rule.js'
import { ttlFalsy } from './ttl-falsy/rule.js'
import { ttlMissing } from './ttl-missing/rule.js'
import { ttlUnit } from './ttl-unit/rule.js'
import { undefinedInKey } from './undefined-in-key/rule.js'
import { unstableKey } from './unstable-key/rule.js'
import { setDeleteMismatch } from './set-delete-mismatch/rule.js'
import { setGetMismatch } from './set-get-mismatch/rule.js'

/** Every rule, in the order of the catalogue. */
export const RULES: readonly Rule[] = [
  setDeleteMismatch, setGetMismatch, holeMismatch, keyListAsKey, missingInvalidation, invalidateOrder, keyCollision, ambiguousKey, keyFactoryBypass, missingUserScope, missingKeyDependency, publicUserResponse,
  undefinedInKey, objectInKey, unstableKey,
  ttlUnit, ttlFalsy, splitExpiry, ttlMissing,
  falsyHit, cachedError, lossyValue, unawaitedCache, stampede, keysCommand,
]
