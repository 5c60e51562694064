import type { ClientSpec, EntityNaming, OperationSpec } from '../clients/spec.js'

/**
 * Where a call names its entity: in the path to the method (`prisma.user`), in the first argument, which is a table or
 * its name (`db.update(users)`), or a class (`em.find(User)`).
 */
export type EntityPlace = 'path' | 'table' | 'class'

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
  readonly entities?: EntityNaming
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

const operation = (op: 'read' | 'write'): OperationSpec => ({ op, key: { arg: 0 } })

/** The database as the resolver knows clients: a receiver with operations, told by import and type. */
export function asClient(spec: DatabaseSpec): ClientSpec {
  const { id, modules, constructors = [], factories = [], types = [], transactions = [], entities } = spec
  return {
    id, modules, constructors, factories, types, wide: modules,
    chains: [...(spec.chains ?? []), ...(entities?.by ?? [])],
    family: `database:${id}`, sharing: 'family', isDatabase: true,
    ...(entities ? { entities } : {}),
    ...(spec.entity === 'path' ? { namespaces: { separator: '.', deep: true } } : {}),
    hands: Object.fromEntries(transactions.map((name) => [name, { arg: 0 }])),
    operations: Object.fromEntries([...spec.reads.map((name) => [name, operation('read')]), ...spec.writes.map((name) => [name, operation('write')])]),
  }
}
