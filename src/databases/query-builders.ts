import type { DatabaseSpec } from './spec.js'

/** Drizzle: `db.update(users).set(…)`; the entity is the table that is handed over. */
export const drizzle: DatabaseSpec = {
  id: 'drizzle',
  modules: ['node-postgres', 'postgres-js', 'pg-proxy', 'neon-http', 'neon-serverless', 'vercel-postgres', 'mysql2', 'planetscale-serverless', 'better-sqlite3', 'libsql', 'd1', 'bun-sqlite'].map((driver) => `drizzle-orm/${driver}`),
  factories: ['drizzle'],
  types: ['NodePgDatabase', 'PostgresJsDatabase', 'NeonHttpDatabase', 'MySql2Database', 'LibSQLDatabase', 'BetterSQLite3Database', 'DrizzleD1Database'],
  chains: ['select', 'selectDistinct'],
  transactions: ['transaction'],
  entity: 'argument',
  reads: ['from', 'leftJoin', 'innerJoin', '$count'],
  writes: ['insert', 'update', 'delete'],
}

/** Kysely: `db.updateTable('person')`. */
export const kysely: DatabaseSpec = {
  id: 'kysely',
  modules: ['kysely'],
  constructors: ['Kysely'],
  types: ['Kysely', 'Transaction'],
  transactions: ['execute'],
  chains: ['transaction', 'withSchema'],
  entity: 'argument',
  reads: ['selectFrom', 'leftJoin', 'innerJoin'],
  writes: ['insertInto', 'updateTable', 'deleteFrom', 'replaceInto', 'mergeInto'],
}
