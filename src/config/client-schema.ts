import { z } from 'zod'

const position = z.strictObject({
  arg: z.int().nonnegative().describe('index of the argument'),
  property: z.string().optional().describe('member of that argument, as a dotted path'),
})

/** A number is the index of an argument. */
const place = z.union([z.int().nonnegative().transform((arg) => ({ arg })), position])

const keyPosition = position.extend({
  orSelf: z.boolean().optional().describe('the argument may also be the key itself'),
  rest: z.boolean().optional().describe('every argument from here on is a key'),
  list: z.boolean().optional().describe('an array here is a list of keys'),
  after: z.string().optional().describe('the key is the argument behind this word'),
  record: z.boolean().optional().describe('an object here is a record by key'),
  all: z.boolean().optional().describe('the operation takes the whole store'),
  each: z.string().optional().describe('the place holds a list of objects with the key in this member'),
  plain: z.boolean().optional().describe('a function here is no key'),
  path: z.boolean().optional().describe('the names by which the operation was reached lead an array key'),
  parameters: z.strictObject({
    of: z.enum(['first', 'all']), by: z.array(position).optional(), given: z.enum(['spread', 'array']).optional(),
  }).optional().describe('the key is made of the arguments of the function in this place: memoizers'),
})

const ttlUnit = z.enum(['ms', 's', 'at-ms', 'at-s', 'text'])

const ttl = position.extend({
  after: z.string().optional().describe('the TTL is the argument behind this word'),
  unit: ttlUnit,
  unitBy: z.string().optional().describe('member that says which unit it is'),
  since: z.array(z.tuple([z.int().nonnegative(), ttlUnit])).optional().describe('units from these major versions on'),
})

const operation = z.strictObject({
  op: z.enum(['read', 'write', 'delete', 'read-through', 'tag']),
  key: z.union([z.int().nonnegative().transform((arg) => ({ arg })), keyPosition]).default({ arg: 0 }).describe('where the key is; a number is the index of an argument'),
  kind: z.enum(['key', 'tag', 'path', 'prefix', 'pattern']).optional(),
  match: z.enum(['exact', 'prefix', 'glob', 'tag', 'predicate', 'route']).optional(),
  value: z.int().nonnegative().optional().describe('index of the argument that is stored'),
  loader: place.optional().describe('where the function is that computes the value on a miss'),
  ttl: z.union([ttl.transform((one) => [one]), z.array(ttl)]).optional().describe('where a TTL may stand, and its unit'),
  returns: z.enum(['keys', 'key-batches', 'cursor-and-keys', 'keys-object', 'key', 'options', 'argument']).optional(),
  optional: z.boolean().optional().describe('without the argument the call addresses no key'),
  orAll: z.boolean().optional().describe('without a key the whole store is meant'),
  member: z.boolean().optional().describe('touches members of the entry, not the whole'),
  field: z.strictObject({ arg: z.int().nonnegative(), rest: z.boolean().optional() }).optional(),
  deletesAt: z.strictObject({ arg: z.int().nonnegative(), most: z.number() }).optional().describe('deletes where this argument is at most so large'),
  exactBy: position.optional(),
  within: position.optional().describe('the client here is the store'),
})

const operations = z.record(z.string(), z.union([operation, z.array(operation).min(1)])).default({})

const prefixer = position.extend({ separator: z.string().default(''), patterns: z.boolean().optional().describe('the prefix leads patterns too') })

const names = z.array(z.string().min(1)).optional()

/** A client of the user's own, in the shape of the built-in ones. */
export const clientSchema = z.strictObject({
  id: z.string().min(1),
  modules: z.array(z.string().min(1)).min(1).describe('import specifiers that lead to this client'),
  family: z.string().optional().describe('clients of one family may address the same entries; the id unless set'),
  sharing: z.enum(['family', 'instance']).default('family').describe('is each instance a store of its own?'),
  heldBy: z.enum(['browser', 'request', 'app']).optional().describe('where no server that all share holds the entries: the browser of one reader, one request, one application'),
  constructors: names, factories: names, types: names, instances: names, tokens: names,
  chains: names.describe('methods that give a client of the same store'),
  batches: names.describe('those of the chains that also take commands as arrays'),
  namespaces: z.strictObject({ separator: z.string(), deep: z.boolean().optional() }).optional(),
  prefix: prefixer.optional().describe('constructor option that leads every key'),
  prefixers: z.record(z.string(), prefixer).optional().describe('methods that give a client with a prefix'),
  anyCase: z.boolean().optional().describe('method names are compared without regard to case; write the operations in lower case'),
  operations,
  functions: operations.describe('exported functions that are operations'),
})
