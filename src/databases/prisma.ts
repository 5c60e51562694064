import type { DatabaseSpec } from './spec.js'

/** Prisma: `prisma.user.update(…)`; a transaction hands on a client of its own. */
export const prisma: DatabaseSpec = {
  id: 'prisma',
  modules: ['@prisma/client', '@prisma/client/edge'],
  constructors: ['PrismaClient'],
  types: ['PrismaClient', 'Prisma.TransactionClient', 'TransactionClient'],
  chains: ['$extends', '$on'],
  transactions: ['$transaction'],
  entity: 'path',
  reads: ['findUnique', 'findUniqueOrThrow', 'findFirst', 'findFirstOrThrow', 'findMany', 'count', 'aggregate', 'groupBy'],
  writes: ['create', 'createMany', 'createManyAndReturn', 'update', 'updateMany', 'updateManyAndReturn', 'upsert', 'delete', 'deleteMany'],
}
