import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/config/find.js'
import { loadConfig } from '../../src/config/load.js'
import { auditFiles, findingLines, project } from '../support.js'
import { RULES } from '../../rules/index.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const MISMATCH = { 'a.ts': `${REDIS}export const save = (id: string, page: number) => redis.set(\`post:\${id}:\${page}:rows\`, '', 'EX', 60)\nexport const load = (id: string, page: number) => redis.get(\`post:\${id}:\${page}:rows\`)\nexport const drop = (id: string) => redis.del(\`post:\${id}:rows\`)\n` }
const lines = (files: Readonly<Record<string, string>>, config: object): string[] => findingLines(auditFiles(files, config))
const mismatches = (config: object): string[] => lines(MISMATCH, config).filter((line) => line.endsWith('set-delete-mismatch'))

describe('a rule with options', () => {
  test.each<[string, object, number]>([
    ['none', {}, 1],
    ['a severity alone', { rules: { 'set-delete-mismatch': 'off' } }, 0],
    ['a severity in an object', { rules: { 'set-delete-mismatch': { severity: 'off' } } }, 0],
    ['keys that it is silent on', { rules: { 'set-delete-mismatch': { ignoreKeys: ['post:*'] } } }, 0],
    ['a template', { rules: { 'set-delete-mismatch': { ignoreKeys: ['post:{id}:rows'] } } }, 0],
    ['other keys', { rules: { 'set-delete-mismatch': { ignoreKeys: ['team:*'] } } }, 1],
    ['keys, in some files', { overrides: [{ files: ['a.ts'], rules: { 'set-delete-mismatch': { ignoreKeys: ['post:*'] } } }] }, 0],
    ['keys, in other files', { overrides: [{ files: ['b.ts'], rules: { 'set-delete-mismatch': { ignoreKeys: ['post:*'] } } }] }, 1],
  ])('%s', (_name, config, count) => {
    expect(mismatches(config)).toHaveLength(count)
  })

  test('what is no key template is told, with its place', () => {
    const folder = project({ 'keyproof.json': '{ "rules": { "ttl-unit": { "ignoreKeys": ["post:{id"] } } }' })
    expect(() => loadConfig(folder, RULES.map(({ id }) => id))).toThrow(ConfigError)
    expect(() => loadConfig(folder, RULES.map(({ id }) => id))).toThrow(/rules\.ttl-unit\.ignoreKeys\.0/)
  })
})

describe('factories that are declared', () => {
  const files = {
    'keys.ts': "export const keys = {\n  card: (id: string) => `card:${id}:front`,\n  all: 'card:all',\n}\nexport class Names {\n  static of(id: string) { return `names:${id}:of` }\n}\n",
    'a.ts': `${REDIS}export const a = (id: string) => redis.get(\`card:\${id}:front\`)\n`,
    'b.ts': `${REDIS}export const b = () => redis.get('card:all')\n`,
    'c.ts': `${REDIS}export const c = (id: string) => redis.get(\`names:\${id}:of\`)\n`,
  }
  const bypasses = (declare: readonly string[]): string[] => lines(files, { factories: { declare } }).filter((line) => line.endsWith('key-factory-bypass'))

  test('a key that nothing builds by its factory yet is spelled by hand', () => {
    expect(bypasses([])).toEqual([])
    expect(bypasses(['keys.ts#keys'])).toEqual(['a.ts:3 key-factory-bypass', 'b.ts:3 key-factory-bypass'])
    expect(bypasses(['keys.ts#keys.card'])).toEqual(['a.ts:3 key-factory-bypass'])
    expect(bypasses(['keys.ts#Names'])).toEqual(['c.ts:3 key-factory-bypass'])
  })

  test.each([['keys.ts#other', /keys\.ts has no other/], ['nowhere.ts#keys', /there is no nowhere\.ts/]])('%s: what is not there is told', (declared, said) => {
    expect(() => bypasses([declared])).toThrow(said)
  })
})

test('entities of several names hold the same rows', () => {
  const prisma = "import { PrismaClient } from '@prisma/client'\nconst db = new PrismaClient()\n"
  const files = { 'a.ts': `${REDIS}${prisma}export async function load(id: string) {\n  const hit = await redis.get(\`user:\${id}\`)\n  if (hit !== null) return hit\n  const row = await db.user.findUnique({ where: { id } })\n  await redis.set(\`user:\${id}\`, JSON.stringify(row), 'EX', 60)\n  return row\n}\nexport async function rename(id: string, name: string) { await db.user.update({ where: { id }, data: { name } }); await redis.del(\`user:\${id}\`) }\nexport async function promote(id: string) { await db.member.update({ where: { id }, data: { admin: true } }) }\n` }
  const missing = (config: object): string[] => auditFiles(files, config).findings.filter(({ ruleId }) => ruleId === 'missing-invalidation').map(({ location }) => `${location.startLine}`)
  expect(missing({})).toEqual([])
  expect(missing({ entities: { user: ['Member'] } })).toEqual(['13'])
})
