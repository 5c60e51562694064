import { describe, expect, test } from 'vitest'
import { auditFiles } from '../support.js'

interface Database {
  /** Imports and declarations. */
  readonly setup: string
  readonly read: string
  readonly write: string
  /** Around the functions, for databases that are handed to a class. */
  readonly inClass?: string
}

/** How each library reads and writes the members of a team. */
const DATABASES: Readonly<Record<string, Database>> = {
  'Prisma': {
    setup: "import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()",
    read: 'prisma.member.findMany({ where: { teamId } })', write: 'prisma.member.delete({ where: { id } })',
  },
  'Prisma, in a transaction': {
    setup: "import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()",
    read: 'prisma.member.findMany({ where: { teamId } })', write: 'prisma.$transaction(async (tx) => { await tx.member.delete({ where: { id } }) })',
  },
  'Drizzle': {
    setup: "import { drizzle } from 'drizzle-orm/node-postgres'\nimport { pgTable, text } from 'drizzle-orm/pg-core'\nimport { eq } from 'drizzle-orm'\nconst members = pgTable('members', { id: text('id') })\nconst db = drizzle('')",
    read: 'db.select().from(members).where(eq(members.teamId, teamId))', write: 'db.delete(members).where(eq(members.id, id))',
  },
  'Drizzle, relational queries': {
    setup: "import { drizzle } from 'drizzle-orm/postgres-js'\nimport { eq } from 'drizzle-orm'\nimport { members } from './schema'\nconst db = drizzle('')",
    read: 'db.query.members.findMany({ where: eq(members.teamId, teamId) })', write: 'db.update(members).set({ left: true }).where(eq(members.id, id))',
  },
  'Kysely': {
    setup: "import { Kysely } from 'kysely'\ndeclare const dialect: any\nconst db = new Kysely<any>({ dialect })",
    read: "db.selectFrom('member').selectAll().where('teamId', '=', teamId).execute()", write: "db.deleteFrom('member').where('id', '=', id).execute()",
  },
  'Knex': {
    setup: "import knex from 'knex'\nconst db = knex({ client: 'pg' })",
    read: "db('members').where({ team_id: teamId }).select('*')", write: "db('members').where({ id }).del()",
  },
  'Knex, by its type, through a table': {
    setup: "import type { Knex } from 'knex'\ndeclare const db: Knex",
    read: "db.table('members').where('team_id', teamId).first()", write: "db.from('members').where('id', id).update({ left: true })",
  },
  'TypeORM, an injected repository': {
    setup: "import { Repository } from 'typeorm'\nimport { InjectRepository } from '@nestjs/typeorm'\nimport { Member } from './member.entity'",
    inClass: '@InjectRepository(Member) private readonly members: Repository<Member>',
    read: 'this.members.find({ where: { teamId } })', write: 'this.members.delete({ id })',
  },
  'TypeORM, the repository of a data source': {
    setup: "import { DataSource } from 'typeorm'\nimport { Member } from './member.entity'\nconst source = new DataSource({ type: 'postgres' })\nconst members = source.getRepository(Member)",
    read: 'members.findBy({ teamId })', write: 'members.update(id, { left: true })',
  },
  'TypeORM, an entity manager': {
    setup: "import { EntityManager } from 'typeorm'\nimport { Member } from './member.entity'",
    inClass: 'private readonly manager: EntityManager',
    read: 'this.manager.find(Member, { where: { teamId } })', write: 'this.manager.delete(Member, { id })',
  },
  'TypeORM, a query builder': {
    setup: "import { Repository } from 'typeorm'\nimport { MemberEntity } from './member.entity'",
    inClass: 'private readonly repository: Repository<MemberEntity>',
    read: "this.repository.createQueryBuilder('m').where('m.teamId = :teamId', { teamId }).getMany()", write: "this.repository.createQueryBuilder().update().set({ left: true }).where('id = :id', { id }).execute()",
  },
  'TypeORM, an active record': {
    setup: "import { BaseEntity, Column, Entity } from 'typeorm'\n@Entity()\nexport class Member extends BaseEntity { @Column() teamId: string }",
    read: 'Member.find({ where: { teamId } })', write: 'Member.update(id, { left: true })',
  },
  'MikroORM, an entity manager': {
    setup: "import { EntityManager } from '@mikro-orm/postgresql'\nimport { Member } from './member.entity'",
    inClass: 'private readonly em: EntityManager',
    read: 'this.em.find(Member, { teamId })', write: 'this.em.nativeDelete(Member, { id })',
  },
  'MikroORM, a repository': {
    setup: "import { EntityRepository } from '@mikro-orm/core'\nimport { Member } from './member.entity'",
    inClass: 'private readonly members: EntityRepository<Member>',
    read: 'this.members.findAll({ where: { teamId } })', write: 'this.members.nativeUpdate({ id }, { left: true })',
  },
  'Mongoose': {
    setup: "import mongoose from 'mongoose'\nconst schema = new mongoose.Schema({ teamId: String })\nconst Member = mongoose.model('Member', schema)",
    read: 'Member.find({ teamId }).lean()', write: 'Member.deleteOne({ _id: id })',
  },
  'Mongoose, an injected model': {
    setup: "import { Model } from 'mongoose'\nimport { InjectModel } from '@nestjs/mongoose'\nimport { Member, MemberDocument } from './member.schema'",
    inClass: '@InjectModel(Member.name) private readonly memberModel: Model<MemberDocument>',
    read: 'this.memberModel.find({ teamId })', write: 'this.memberModel.findByIdAndUpdate(id, { left: true })',
  },
  'Sequelize': {
    setup: "import { Model } from 'sequelize'\nclass Member extends Model {}",
    read: 'Member.findAll({ where: { teamId } })', write: 'Member.destroy({ where: { id } })',
  },
  'Sequelize, defined': {
    setup: "import { Sequelize, DataTypes } from 'sequelize'\nconst sequelize = new Sequelize('')\nconst Member = sequelize.define('Member', { teamId: DataTypes.STRING })",
    read: 'Member.findAll({ where: { teamId } })', write: 'Member.update({ left: true }, { where: { id } })',
  },
  'SQL of a tagged template': {
    setup: "import postgres from 'postgres'\nconst sql = postgres()",
    read: 'sql`SELECT * FROM members WHERE team_id = ${teamId}`', write: 'sql`DELETE FROM members WHERE id = ${id}`',
  },
  'SQL as text': {
    setup: "import { Pool } from 'pg'\nconst pool = new Pool()",
    read: "pool.query('SELECT * FROM members WHERE team_id = $1', [teamId])", write: "pool.query('UPDATE members SET gone = true WHERE id = $1', [id])",
  },
}

function program({ setup, read, write, inClass }: Database): string {
  const isMethod = inClass !== undefined
  const fn = (name: string, body: string): string => `${isMethod ? '' : 'export async function '}${isMethod ? 'async ' : ''}${name}(id: string, teamId: string) { ${body} }`
  const functions = [
    fn('load', `return unstable_cache(() => ${read}, ['members', teamId], { tags: [\`team:\${teamId}\`] })()`),
    fn('join', `await ${write}; revalidateTag(\`team:\${teamId}\`)`),
    fn('leave', `await ${write}`),
  ]
  const body = isMethod ? `export class Members {\n  constructor(${inClass}) {}\n${functions.join('\n')}\n}` : functions.join('\n')
  return `import { revalidateTag, unstable_cache } from 'next/cache'\n${setup}\n${body}\n`
}

describe('databases: an entity that is cached, written twice and invalidated once', () => {
  test.each(Object.entries(DATABASES))('%s', (_name, database) => {
    const text = program(database)
    const { findings, model } = auditFiles({ 'main.ts': text })
    expect(model.sites.find((site) => site.op === 'read-through')?.producer?.reads).toContain('member')
    expect(findings.filter((finding) => finding.ruleId === 'missing-invalidation').map((finding) => finding.symbol.split('.').at(-1))).toEqual(['leave'])
  })
})
