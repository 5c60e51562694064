import { expect, test } from 'vitest'
import { siteLines } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"

// Each is written as programs of that version of TypeScript are; the key is what the code builds.
test.each<[string, string, readonly string[]]>([
  ['1: namespaces, import by require, casts in brackets', `import Redis = require('ioredis')\nconst redis = new Redis()\nnamespace Keys { export const user = (id: string) => 'user:' + <any>id }\nredis.get(Keys.user('7'))\n`, ['read user:7']],
  ['1.5: namespaces in namespaces, in several parts', `${REDIS}export namespace Keys.Users { const prefix = 'user'\n export function key(id: string) { return prefix + ':' + id } }\nnamespace Other { export const A = 'a' }\nnamespace Other { export const B = 'b' }\nredis.get(Keys.Users.key('7'))\nredis.get(Other.A + Other.B)\n`, ['read user:7', 'read ab']],
  ['2: enums, abstract classes, overloads', `${REDIS}enum Kind { User = 'user' }\nabstract class Base { protected abstract name: string\n key(id: string): string\n key(id: number): string\n key(id: any) { return Kind.User + ':' + this.name + ':' + id } }\nclass Own extends Base { protected name = 'own' }\nredis.get(new Own().key(1))\n`, ['read user:own:1']],
  ['3: optional chains, unknown, assertion functions', `${REDIS}function isText(value: unknown): asserts value is string {}\nexport function f(user: { id?: string } | undefined) { isText(user?.id); redis.get(\`user:\${user?.id ?? 'none'}\`) }\n`, ['read user:({user.id}|none)']],
  ['4.0: labelled tuples, short assignments', `${REDIS}type Parts = [kind: string, id: string]\nexport const f = (...parts: Parts) => redis.get(parts.join('-'))\n`, ['read {parts.join("-")}']],
  ['4.1: template literal types, mapped keys', `${REDIS}type Key = \`user:\${string}\`\nexport const f = (key: Key) => redis.get(key)\nf('user:7')\n`, ['read {key} (handed through)', 'read user:7']],
  ['4.4 to 4.7: static blocks, private methods, variance', `${REDIS}class Keys<in out T> { static #prefix: string\n static { Keys.#prefix = 'user' }\n #key(id: string) { return 'user:' + id }\n read(id: string) { return redis.get(this.#key(id)) } }\nexport const keys = new Keys<string>()\n`, ['read user:{id}']],
  ['4.9: satisfies and accessors', `${REDIS}const keys = { user: (id: string) => \`user:\${id}\` } satisfies Record<string, (id: string) => string>\nclass A { accessor name = 'a' }\nredis.get(keys.user('7'))\n`, ['read user:7']],
  ['5.0: const type parameters, decorators', `${REDIS}function logged(value: Function, context: ClassMethodDecoratorContext) { return value }\nconst id = <const T extends string>(text: T) => text\nclass A { @logged read() { return redis.get(id('user:all')) } }\n`, ['read user:all']],
  ['5.2: using', `${REDIS}export async function f(id: string) { using lock = take(); await using other = take(); return redis.get(\`user:\${id}\`) }\ndeclare function take(): Disposable & AsyncDisposable\n`, ['read user:{id}']],
  ['5.3 to 5.9: import attributes, verbatim modules, erasable syntax', `import type { Pool } from 'pg' with { 'resolution-mode': 'import' }\n${REDIS}const KIND = { User: 'user' } as const\nexport const f = (id: string) => redis.get(\`\${KIND.User}:\${id}\`)\n`, ['read user:{id}']],
  ['6 and 7: deferred imports, modules written with .ts', `import defer * as path from 'node:path'\n${REDIS}export const f = (id: string) => redis.get('user:' + id)\n`, ['read user:{id}']],
])('TypeScript %s', (_, code, keys) => {
  expect(siteLines({ 'a.ts': code })).toEqual(keys)
})

test.each([
  ['moduleResolution node and baseUrl', { 'tsconfig.json': '{ "compilerOptions": { "module": "commonjs", "moduleResolution": "node", "baseUrl": "src" } }', 'src/keys.ts': "export const KEY = 'user:all'\n", 'src/a.ts': `${REDIS}import { KEY } from 'keys'\nredis.get(KEY)\n` }],
  ['paths without a baseUrl (4.1)', { 'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }', 'src/keys.ts': "export const KEY = 'user:all'\n", 'src/a.ts': `${REDIS}import { KEY } from '@/keys'\nredis.get(KEY)\n` }],
  ['node16 with .js suffixes (4.7)', { 'tsconfig.json': '{ "compilerOptions": { "module": "node16" } }', 'src/keys.mts': "export const KEY = 'user:all'\n", 'src/a.mts': `${REDIS}import { KEY } from './keys.mjs'\nredis.get(KEY)\n` }],
  ['several extends (5.0)', { 'tsconfig.json': '{ "extends": ["./one.json", "./two.json"] }', 'one.json': '{}', 'two.json': '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }', 'src/keys.ts': "export const KEY = 'user:all'\n", 'src/a.ts': `${REDIS}import { KEY } from '~/keys'\nredis.get(KEY)\n` }],
  ['${configDir} of a config that another extends (5.5)', { 'configs/base.json': '{ "compilerOptions": { "paths": { "~/*": ["${configDir}/src/*"] } } }', 'app/tsconfig.json': '{ "extends": "../configs/base.json" }', 'app/src/keys.ts': "export const KEY = 'user:all'\n", 'app/src/a.ts': `${REDIS}import { KEY } from '~/keys'\nredis.get(KEY)\n` }],
  ['${configDir} (5.5)', { 'tsconfig.json': '{ "compilerOptions": { "paths": { "~/*": ["${configDir}/src/*"] } } }', 'src/keys.ts': "export const KEY = 'user:all'\n", 'src/a.ts': `${REDIS}import { KEY } from '~/keys'\nredis.get(KEY)\n` }],
  ['.ts suffixes and bundler (5.7, 6, 7)', { 'tsconfig.json': '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler", "rewriteRelativeImportExtensions": true } }', 'src/keys.ts': "export const KEY = 'user:all'\n", 'src/a.ts': `${REDIS}import { KEY } from './keys.ts'\nredis.get(KEY)\n` }],
])('a project with %s', (_, files) => {
  expect(siteLines(files)).toEqual(['read user:all'])
})
