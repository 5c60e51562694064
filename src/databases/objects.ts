import type { DatabaseSpec } from './spec.js'

/**
 * Libraries in which a class stands for the entity, and its instances or statics for rows: TypeORM's repositories, the
 * models of Mongoose and Sequelize, the entity manager of MikroORM. The entity is told by the receiver's type.
 */
export const typeorm: DatabaseSpec = {
  id: 'typeorm',
  modules: ['typeorm', '@nestjs/typeorm'],
  types: ['Repository', 'TreeRepository', 'MongoRepository'],
  entity: 'path',
  reads: ['find', 'findBy', 'findOne', 'findOneBy', 'findOneOrFail', 'findOneByOrFail', 'findAndCount', 'count', 'countBy', 'exists'],
  writes: ['save', 'insert', 'update', 'upsert', 'delete', 'remove', 'softDelete', 'softRemove', 'restore', 'increment', 'decrement'],
}

export const mikroOrm: DatabaseSpec = {
  id: 'mikro-orm',
  modules: ['@mikro-orm/core', '@mikro-orm/postgresql', '@mikro-orm/mysql', '@mikro-orm/sqlite', '@mikro-orm/mongodb'],
  types: ['EntityManager', 'EntityRepository', 'SqlEntityManager'],
  transactions: ['transactional'],
  chains: ['fork', 'em'],
  entity: 'argument',
  reads: ['find', 'findOne', 'findOneOrFail', 'findAndCount', 'count', 'findAll'],
  writes: ['insert', 'insertMany', 'nativeInsert', 'nativeUpdate', 'nativeDelete', 'upsert', 'upsertMany', 'create'],
}

export const mongoose: DatabaseSpec = {
  id: 'mongoose',
  modules: ['mongoose'],
  factories: ['model', 'default.model'],
  types: ['Model'],
  entity: 'argument',
  reads: ['find', 'findOne', 'findById', 'countDocuments', 'aggregate', 'exists', 'distinct'],
  writes: ['create', 'insertMany', 'updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate', 'findByIdAndUpdate', 'findOneAndReplace', 'deleteOne', 'deleteMany', 'findOneAndDelete', 'findByIdAndDelete', 'bulkWrite'],
}
