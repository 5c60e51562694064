import { describe, expect, test } from 'vitest'
import { advise, type Advice } from '../../src/audit/advise.js'
import { auditFiles, keyFindings } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nimport { Pool } from 'pg'\nconst redis = new Redis()\nconst pool = new Pool()\n"
const READ = "await pool.query('SELECT * FROM members WHERE id = $1', [id])"
const CHANGE = "await pool.query('UPDATE members SET name = 1 WHERE id = $1', [id])"
const cached = (key: string, made: string, ttl = ", 'EX', 600"): string => `export async function load(id: string) { const hit = await redis.get(\`${key}\`); if (hit) return hit; const made = ${made}; await redis.set(\`${key}\`, JSON.stringify(made)${ttl}); return made }\n`
const SUM = "import { unstable_cache } from 'next/cache'\nexport const sum = (id: string) => unstable_cache(async () => id.length * 2, [`sum-${id}`])()"
const on = (main: string): Advice => {
  const [only, ...others] = advise(auditFiles({ 'main.ts': REDIS + main }).model, 5000)
  expect(others).toEqual([])
  return only!
}

describe('what is advised', () => {
  test.each<[string, string, string]>([
    ['TTL, where nothing deletes it', cached('member:${id}', READ), 'TTL'],
    ['event-based, where it is deleted when it changes', `${cached('member:\${id}', READ)}export async function rename(id: string) { ${CHANGE}; await redis.del(\`member:\${id}\`) }`, 'event-based'],
    ['write-through, where it is written with its rows', `${cached('member:\${id}', READ)}export async function rename(id: string) { ${CHANGE}; await redis.set(\`member:\${id}\`, 'x') }`, 'write-through'],
    ['nothing, where it is changed at more places than it is read', `${cached('member:\${id}', READ)}${[1, 2, 3].map((n) => `export async function change${n}(id: string) { ${CHANGE} }`).join('\n')}`, "don't cache"],
    ['nothing, where it is made of nothing', SUM, "don't cache"],
    ['nothing, where no key comes twice', cached('answer:${id}:${requestId}', READ).replace('load(id: string)', 'load(id: string, requestId: string)'), "don't cache"],
  ])('%s', (_name, main, strategy) => {
    expect(on(main).strategy).toBe(strategy)
  })

  test('rests on answers and places', () => {
    const { answers, sites } = on(cached('user:${userId}', READ).replace('load(id: string)', 'load(id: string, userId: string)'))
    expect(answers).toEqual({ readMoreThanWritten: true, mayBeStale: true, userSpecific: true, expensiveSource: true })
    expect(sites.map(({ role, startLine }) => `${role} ${startLine}`)).toEqual(['read 5', 'write 5'])
  })

  test.each<[string, string]>([
    ['rapidly-changing', cached('member:${id}', READ, ", 'EX', 2")],
    ['rapidly-changing', cached('price:${id}', READ)],
    ['sensitive-value', cached('password-hash:${id}', READ)],
    ['cheap-source', SUM],
    ['highly-unique', cached('answer:${requestId}', READ).replace('load(id: string)', 'load(id: string, requestId: string)')],
  ])('%s is noted', (id, main) => {
    expect(on(main).notes.map((note) => note.id)).toContain(id)
  })

  test('a delete by EXPIRE is no lifetime', () => {
    const main = `${cached('member:${id}', READ)}export async function rename(id: string) { ${CHANGE}; await redis.expire(\`member:\${id}\`, 1) }`
    expect(on(main)).toMatchObject({ strategy: 'event-based', notes: [] })
  })

  test('what lives shorter than the floor of the configuration changes rapidly', () => {
    const { model } = auditFiles({ 'main.ts': REDIS + cached('member:${id}', READ) })
    expect(advise(model, 601_000)[0]!.notes.map(({ id }) => id)).toEqual(['rapidly-changing'])
  })

  test('and nothing of a plain key; none of it is a finding', () => {
    const result = auditFiles({ 'main.ts': REDIS + cached('member:${id}', READ) })
    expect(advise(result.model, 5000)[0]!.notes).toEqual([])
    expect(keyFindings(result)).toEqual([])
  })
})
