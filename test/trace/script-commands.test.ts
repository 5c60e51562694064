import { expect, test } from 'vitest'
import { auditFiles, siteLines } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"

test('a command that the program defines does to each key what its script does', () => {
  const lua = '`\nlocal entry = KEYS[1]\nlocal seen = redis.call("GET", KEYS[2]) -- redis.call("DEL", KEYS[2])\nredis.call("HSET", entry, "a", seen)\nredis.call("DEL", KEYS[3])\nif seen then redis.call("ZREM", KEYS[4], "a") end`'
  expect(siteLines({ 'main.ts': `${REDIS}redis.defineCommand('accept', { numberOfKeys: 4, lua: ${lua} })\nexport const f = (id: string) => redis.accept(\`entry:\${id}\`, 'seen', \`old:\${id}\`, 'order', 'argument')\n` }))
    .toEqual(['delete old:{id}', 'read seen', 'write entry:{id}', 'write order'])
})

test.each([
  ['how many keys it takes is not written there', '{ lua: `redis.call("SET", KEYS[1], "a")` }'],
  ['its script is not written there', '{ numberOfKeys: 1, lua: readFileSync("a.lua", "utf8") }'],
])('not where %s', (_name, definition) => {
  expect(siteLines({ 'main.ts': `import { readFileSync } from 'node:fs'\n${REDIS}redis.defineCommand('accept', ${definition})\nexport const f = () => redis.accept('a:b')\n` })).toEqual([])
})

// expect: nothing; what the value is formatted by is no builder of the key.
test('what a call makes of its value is no builder of its key', () => {
  const files = {
    'format.ts': "export function formatted(value: string, zone: string) { return `${zone}:${value}` }\nexport const inParis = (value: string) => formatted(value, 'Paris')\nexport const inRome = (value: string) => formatted(value, 'Rome')\n",
    'main.ts': `${REDIS}import { formatted } from './format'\nexport const save = (id: string, at: string) => redis.set(\`visit:\${id}\`, formatted(at, 'UTC'), 'EX', 60)\nexport const load = (id: string) => redis.get(\`visit:\${id}\`)\n`,
  }
  expect(auditFiles(files).findings.filter(({ ruleId }) => ruleId === 'key-factory-bypass')).toEqual([])
})

// expect: nothing; the script reads and writes at once.
test('what a script reads and writes is no miss that all fill', () => {
  const lua = '`local hit = redis.call("GET", KEYS[1])\nif hit then return hit end\nredis.call("SET", KEYS[1], ARGV[1])`'
  const files = { 'main.ts': `${REDIS}redis.defineCommand('take', { numberOfKeys: 1, lua: ${lua} })\ndeclare function load(id: string): Promise<string>\nexport async function f(id: string) {\n  const hit = await redis.get(\`page:\${id}\`)\n  if (hit !== null) return hit\n  const made = await load(id)\n  return redis.take(\`page:\${id}\`, made)\n}\n` }
  expect(auditFiles(files).findings.filter(({ ruleId }) => ruleId === 'stampede')).toEqual([])
})

test('a script that is handed over does to each of its keys what it says', () => {
  const main = 'const SWEEP = `redis.call("SADD", KEYS[1], ARGV[1])\nredis.call("DEL", KEYS[2])`\nexport const f = (id: string) => redis.eval(SWEEP, 2, "index:all", `old:${id}`, id)\n'
  expect(siteLines({ 'main.ts': REDIS + main })).toEqual(['delete old:{id}', 'write index:all'])
})
