import { mikroOrm, mongoose, typeorm } from './objects.js'
import { prisma } from './prisma.js'
import { drizzle, kysely } from './query-builders.js'
import type { DatabaseSpec } from './spec.js'

export const DATABASES: readonly DatabaseSpec[] = [prisma, drizzle, kysely, typeorm, mikroOrm, mongoose]

/** Every method name that reads or writes rows. */
export const DATABASE_METHODS: ReadonlySet<string> = new Set(DATABASES.flatMap((database) => [...database.reads, ...database.writes]))
