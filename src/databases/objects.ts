import type { DatabaseSpec } from './spec.js'

/**
 * Libraries in which a class stands for the entity: TypeORM's repositories, the models of Mongoose and Sequelize, the
 * entity manager of MikroORM. The entity is told by the receiver's type, by what made it, or by the class in an argument.
 */
export const typeorm: DatabaseSpec = {
  id: 'typeorm',
  modules: ['typeorm', '@nestjs/typeorm'],
  constructors: ['DataSource', 'Connection'],
  factories: ['getRepository', 'getManager', 'getConnection', 'createConnection'],
  types: ['Repository', 'TreeRepository', 'MongoRepository', 'DataSource', 'Connection', 'EntityManager'],
  transactions: ['transaction'],
  chains: ['manager', 'createQueryBuilder', 'where', 'andWhere', 'orWhere', 'select', 'addSelect', 'leftJoin', 'leftJoinAndSelect', 'innerJoin', 'innerJoinAndSelect', 'orderBy', 'take', 'skip', 'limit', 'cache'],
  entity: 'class',
  entities: { byType: true, by: ['getRepository', 'getTreeRepository', 'getMongoRepository', 'withRepository'], bases: ['BaseEntity'] },
  reads: ['find', 'findBy', 'findOne', 'findOneBy', 'findOneOrFail', 'findOneByOrFail', 'findAndCount', 'findAndCountBy', 'count', 'countBy', 'exists', 'existsBy', 'getMany', 'getOne', 'getOneOrFail', 'getManyAndCount', 'getRawMany', 'getRawOne', 'getCount'],
  writes: ['save', 'insert', 'update', 'upsert', 'delete', 'remove', 'softDelete', 'softRemove', 'restore', 'recover', 'increment', 'decrement', 'into'],
}

export const mikroOrm: DatabaseSpec = {
  id: 'mikro-orm',
  modules: ['@mikro-orm/core', '@mikro-orm/postgresql', '@mikro-orm/mysql', '@mikro-orm/mariadb', '@mikro-orm/sqlite', '@mikro-orm/better-sqlite', '@mikro-orm/libsql', '@mikro-orm/mssql', '@mikro-orm/mongodb', '@mikro-orm/knex'],
  types: ['EntityManager', 'EntityRepository', 'SqlEntityManager', 'SqlEntityRepository', 'MikroORM'],
  transactions: ['transactional'],
  chains: ['fork', 'em', 'getEntityManager'],
  entity: 'class',
  entities: { byType: true, by: ['getRepository'] },
  reads: ['find', 'findOne', 'findOneOrFail', 'findAndCount', 'findByCursor', 'count', 'findAll'],
  writes: ['insert', 'insertMany', 'nativeInsert', 'nativeUpdate', 'nativeDelete', 'upsert', 'upsertMany', 'create'],
}

export const mongoose: DatabaseSpec = {
  id: 'mongoose',
  modules: ['mongoose', '@nestjs/mongoose'],
  factories: ['model', 'default.model', 'models'],
  types: ['Model', 'Connection', 'Mongoose', 'PaginateModel', 'SoftDeleteModel'],
  entity: 'class',
  entities: { byType: true, by: ['model'] },
  reads: ['find', 'findOne', 'findById', 'countDocuments', 'estimatedDocumentCount', 'aggregate', 'exists', 'distinct'],
  writes: ['create', 'insertMany', 'updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate', 'findByIdAndUpdate', 'findOneAndReplace', 'deleteOne', 'deleteMany', 'findOneAndDelete', 'findByIdAndDelete', 'findOneAndRemove', 'findByIdAndRemove', 'bulkWrite', 'bulkSave'],
}

export const sequelize: DatabaseSpec = {
  id: 'sequelize',
  modules: ['sequelize', '@sequelize/core', 'sequelize-typescript'],
  constructors: ['Sequelize'],
  types: ['ModelStatic', 'ModelCtor', 'ModelType', 'Sequelize'],
  transactions: ['transaction'],
  chains: ['scope', 'unscoped', 'schema'],
  entity: 'class',
  entities: { byType: true, by: ['define', 'model'], bases: ['Model'] },
  reads: ['findAll', 'findOne', 'findByPk', 'findAndCountAll', 'count', 'max', 'min', 'sum', 'aggregate'],
  writes: ['create', 'bulkCreate', 'update', 'upsert', 'destroy', 'restore', 'truncate', 'increment', 'decrement', 'findOrCreate', 'findCreateFind'],
}
