import { mikroOrm, mongoose, sequelize, typeorm } from './objects.js'
import { prisma } from './prisma.js'
import { drizzle, knex, kysely } from './query-builders.js'
import type { DatabaseSpec } from './spec.js'

export const DATABASES: readonly DatabaseSpec[] = [prisma, drizzle, kysely, knex, typeorm, mikroOrm, mongoose, sequelize]

/** Every method name that reads or writes rows. */
export const DATABASE_METHODS: ReadonlySet<string> = new Set(DATABASES.flatMap((database) => [...database.reads, ...database.writes]))
