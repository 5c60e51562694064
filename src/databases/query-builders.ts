import type { DatabaseSpec } from './spec.js'

/** Drizzle: `db.update(users).set(…)`; the entity is the table that is handed over. */
export const drizzle: DatabaseSpec = {
  id: 'drizzle',
  modules: ['node-postgres', 'postgres-js', 'pg-proxy', 'neon-http', 'neon-serverless', 'vercel-postgres', 'mysql2', 'planetscale-serverless', 'better-sqlite3', 'libsql', 'd1', 'bun-sqlite'].map((driver) => `drizzle-orm/${driver}`),
  factories: ['drizzle'],
  types: ['NodePgDatabase', 'PostgresJsDatabase', 'NeonHttpDatabase', 'MySql2Database', 'LibSQLDatabase', 'BetterSQLite3Database', 'DrizzleD1Database'],
  chains: ['select', 'selectDistinct'],
  entities: { behind: 'query' },
  transactions: ['transaction'],
  entity: 'table',
  reads: ['from', 'leftJoin', 'innerJoin', '$count', 'findMany', 'findFirst'],
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
  entity: 'table',
  reads: ['selectFrom', 'leftJoin', 'innerJoin'],
  writes: ['insertInto', 'updateTable', 'deleteFrom', 'replaceInto', 'mergeInto'],
}

const CLAUSES = ['where', 'andWhere', 'orWhere', 'whereIn', 'whereNot', 'whereNull', 'whereRaw', 'orderBy', 'groupBy', 'limit', 'offset', 'join', 'leftJoin', 'returning', 'transacting', 'forUpdate', 'withSchema', 'clone']

/** Knex: `knex('users').where({ id }).update(…)`; the client itself is called with the table. */
export const knex: DatabaseSpec = {
  id: 'knex',
  modules: ['knex', 'nestjs-knex'],
  factories: ['default', 'knex', 'Knex'],
  types: ['Knex', 'Knex.Transaction', 'Transaction', 'Knex.QueryBuilder'],
  transactions: ['transaction'],
  chains: CLAUSES,
  entity: 'table',
  entities: { by: ['()', 'table', 'from', 'into', 'queryBuilder'] },
  reads: ['select', 'first', 'pluck', 'count', 'countDistinct', 'min', 'max', 'sum', 'avg', ...CLAUSES.filter((name) => name.includes('here'))],
  writes: ['insert', 'update', 'upsert', 'del', 'delete', 'truncate', 'increment', 'decrement'],
}
