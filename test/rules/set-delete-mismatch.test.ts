import { describe, expect, test } from 'vitest'
import { auditFiles } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const findings = (main: string) => auditFiles({ 'main.ts': REDIS + main }).findings.filter((finding) => finding.ruleId === 'set-delete-mismatch')

describe('what is missed', () => {
  test.each<[string, string, string, RegExp]>([
    ['a segment is missing', 'user:${a}:${b}:photo', 'user:${a}:photo', /it lacks \{b\}/],
    ['a segment too many', 'user:${a}:photo', 'user:${a}:${b}:photo', /it has too much: \{b\}/],
    ['another version', 'user:v1:${a}', 'user:v2:${a}', /another version of v1/],
    ['another case', 'User:${a}:photo', 'user:${a}:photo', /another case for User/],
    ['other separators', 'user:${a}:photo', 'user-${a}-photo', /other separators/],
    ['another order', 'user:${a}:team:${b}', 'team:${b}:user:${a}', /another order/],
    ['another name', 'cache:user:${a}:photo', 'cache:account:${a}:photo', /another name for user/],
  ])('%s', (_name, written, deleted, message) => {
    const [finding] = findings(`export const w = (a: string, b: string) => redis.set(\`${written}\`, '')\nexport const d = (a: string, b: string) => redis.del(\`${deleted}\`)`)
    expect(finding).toMatchObject({ severity: 'error', confidence: 'high', messageId: 'unmatched' })
    expect(finding?.message).toMatch(message)
    expect(finding?.message).toMatch(/main\.ts:3\.\nWRITE .*\nDELETE .*\n[ ~]+$/)
    expect(finding?.related[0]).toMatchObject({ path: 'main.ts', startLine: 3, role: 'writer' })
  })

  test('one variant of two is never deleted: partial', () => {
    const main = 'const k = (id: string, e?: string) => e ? `lead:${id}:${e}` : `lead:${id}`\nexport const w = (id: string, e?: string) => redis.set(k(id, e), "")\nexport const d = (id: string) => redis.del(`lead:${id}`)'
    const [finding] = findings(main)
    expect(finding).toMatchObject({ messageId: 'partial', severity: 'warning' })
    expect(finding?.message).toContain('lead:{id}:{e}')
  })

  test('a pattern handed to an exact delete', () => {
    expect(findings("export const w = (id: string) => redis.set(`posts:${id}`, '')\nredis.del('posts:*')")).toMatchObject([{ messageId: 'glob', severity: 'error' }])
  })

  test('a key with no relative is a warning', () => {
    expect(findings("redis.set('posts:all', '')\nredis.del('legacy:sessions')")).toMatchObject([{ messageId: 'orphan', severity: 'warning' }])
  })

  test('of two deletes that miss one key, only the nearer is an error', () => {
    const main = "export const w = (a: string, b: string) => redis.set(`org:${a}:user:${b}:photo`, '')\nexport const d = (a: string) => redis.del(`org:${a}:user:photo`)\nexport const e = () => redis.del('org:user:photo')"
    expect(findings(main).map((finding) => finding.severity)).toEqual(['error', 'warning'])
  })
})
