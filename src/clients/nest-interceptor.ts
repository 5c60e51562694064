import type { ClientSpec } from './spec.js'

/**
 * The decorators of @nestjs/cache-manager (of @nestjs/common up to Nest 9): `@CacheKey('all')` names the entry of a
 * handler, whatever its arguments are.
 */
export const nestInterceptor: ClientSpec = {
  id: 'nest-interceptor',
  modules: ['@nestjs/cache-manager', '@nestjs/common'],
  family: 'cache-manager',
  sharing: 'family',
  wide: ['@nestjs/common'],
  seeds: ['@CacheKey\\(', '\\bCacheInterceptor\\b'],
  operations: {},
  functions: { CacheKey: { op: 'read-through', key: { arg: 0 } } },
}
