import type { ClientSpec, OperationSpec } from '../clients/spec.js'

/** Where the name of the entity stands: in the path to the method (`prisma.user`), or in the first argument. */
export type EntityPlace = 'path' | 'argument'

/** What one library's calls do to the rows of an entity. Declarative, as the clients of caches are. */
export interface DatabaseSpec {
  readonly id: string
  readonly modules: readonly string[]
  readonly constructors?: readonly string[]
  readonly factories?: readonly string[]
  readonly types?: readonly string[]
  readonly chains?: readonly string[]
  /** Methods that hand a client to a function: `$transaction(async (tx) => …)`. */
  readonly transactions?: readonly string[]
  readonly entity: EntityPlace
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

const operation = (op: 'read' | 'write'): OperationSpec => ({ op, key: { arg: 0 } })

/** The database as the resolver knows clients: a receiver with operations, told by import and type. */
export function asClient(spec: DatabaseSpec): ClientSpec {
  const { id, modules, constructors = [], factories = [], types = [], chains = [], transactions = [] } = spec
  return {
    id, modules, constructors, factories, types, chains, wide: modules,
    family: `database:${id}`, sharing: 'family', isDatabase: true,
    ...(spec.entity === 'path' ? { namespaces: { separator: '.', deep: true } } : {}),
    hands: Object.fromEntries(transactions.map((name) => [name, { arg: 0 }])),
    operations: Object.fromEntries([...spec.reads.map((name) => [name, operation('read')]), ...spec.writes.map((name) => [name, operation('write')])]),
  }
}
