import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { expect, test } from 'vitest'
import { project, REPOSITORY } from '../support.js'

// The build, as it is published.
const { default: keyproof } = await import(join(REPOSITORY, 'dist/src/eslint/index.js')) as typeof import('../../src/eslint/index.js')

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const FILES = {
  'main.ts': `${REDIS}export const save = (id: string, locale: string) => redis.set(\`user:\${id}:\${locale}:profile\`, '', 'EX', 60)\nexport const load = (id: string, locale: string) => redis.get(\`user:\${id}:\${locale}:profile\`)\n`,
  'drop.ts': `${REDIS}export const drop = (id: string, locale: string) => { console.log(locale); return redis.del(\`user:\${id}:profile\`) }\n`,
}

const lint = (cwd: string): ESLint => new ESLint({ cwd, overrideConfigFile: true, overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser as never } }, keyproof.configs.recommended] })

test('the real ESLint reports what the audit of the whole folder finds in each file, with its suggestion', async () => {
  const folder = project(FILES)
  const results = await lint(folder).lintFiles(['.'])
  const messages = results.flatMap(({ filePath, messages: found }) => found.map((message) => ({ file: filePath.slice(folder.length + 1), ...message })))
  expect(messages).toMatchObject([{ file: 'drop.ts', ruleId: 'keyproof/set-delete-mismatch', severity: 2, line: 3, suggestions: [{ desc: 'Spell the key as it is written: user:{id}:{locale}:profile.' }] }])
  const { fix } = messages[0]!.suggestions![0]!
  const source = readFileSync(join(folder, 'drop.ts'), 'utf8')
  const mended = source.slice(0, fix.range[0]) + fix.text + source.slice(fix.range[1])
  expect(mended).toContain('redis.del(`user:${id}:${locale}:profile`)')

  // It is written, and linted again in the same process, as an editor does.
  writeFileSync(join(folder, 'drop.ts'), mended)
  utimesSync(join(folder, 'drop.ts'), new Date(), new Date(Date.now() + 1000))
  expect((await lint(folder).lintFiles(['.'])).flatMap(({ messages: found }) => found).filter(({ severity }) => severity === 2)).toEqual([])
}, 120_000)

test('the lowest severity that is reported can be chosen', async () => {
  const folder = project({ 'a.ts': `${REDIS}export const save = (id: string) => redis.set(\`user:\${id}:profile\`, '')\nexport const load = (id: string) => redis.get(\`user:\${id}:profile\`)\n` })
  const found = async (rules: object): Promise<(string | null)[]> => (await new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: [{ files: ['**/*.ts'], plugins: { keyproof }, languageOptions: { parser: tseslint.parser as never }, rules: rules as never }] }).lintFiles(['.'])).flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId))
  expect(await found({ 'keyproof/ttl-missing': 'warn' })).toEqual([])
  expect(await found({ 'keyproof/ttl-missing': ['warn', { from: 'info' }] })).toEqual(['keyproof/ttl-missing'])
}, 120_000)

test('what keyproof cannot audit is an error that says so', async () => {
  const folder = project({ ...FILES, 'keyproof.json': '{ "rulse": {} }' })
  await expect(lint(folder).lintFiles(['.'])).rejects.toThrow(/keyproof.json/)
}, 120_000)
