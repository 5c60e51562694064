import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { runAudit, type AuditRun } from '../../src/cli/run-audit.js'
import { applied } from '../../src/fixes/apply.js'
import type { Report } from '../../src/report/schema.js'
import { keyproofIn } from '../command-line.js'
import { project } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"

const audited = (folder: string): Promise<AuditRun> => runAudit([folder], folder)

const found = async (folder: string, rule: string): Promise<Report['findings']> => (await audited(folder)).report.findings.filter(({ ruleId }) => ruleId === rule)

/** Makes what is suggested for a rule, in the folder. */
async function mend(folder: string, rule: string): Promise<void> {
  const run = await audited(folder)
  const { texts } = applied(run.report.findings.flatMap(({ ruleId, suggestion }) => (ruleId === rule && suggestion ? [suggestion] : [])), run.textOf)
  for (const [path, text] of texts) writeFileSync(join(folder, path), text)
}

/** What the type checker says of the files of a folder. */
function typeErrors(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => join(folder, file))
  writeFileSync(join(folder, 'clients.d.ts'), `declare module 'ioredis' { export default class Redis { get(key: string): Promise<string | null>; set(...args: (string | number)[]): Promise<unknown>; del(...keys: string[]): Promise<number>; keys(pattern: string): Promise<string[]>; scanStream(options: { match: string }): AsyncIterable<string[]> } }
declare module 'redis' { export function createClient(): { keys(pattern: string): Promise<string[]>; scanIterator(options: { MATCH: string }): AsyncIterable<string[]>; del(keys: string[]): Promise<number> } }
declare module '@tanstack/react-query' { export function useQuery(options: { queryKey: readonly unknown[]; queryFn: () => Promise<unknown> }): unknown; export class QueryClient { invalidateQueries(filter: { queryKey: readonly unknown[] }): Promise<void> } }\n`)
  const program = ts.createProgram([...files, join(folder, 'clients.d.ts')], { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [] })
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

interface Case {
  readonly name: string
  readonly rule: string
  readonly files: Readonly<Record<string, string>>
  /** A text that the mended program holds. */
  readonly holds: readonly string[]
}

const CASES: readonly Case[] = [
  { name: 'a segment that a variable in scope fills', rule: 'set-delete-mismatch', files: { 'main.ts': `${REDIS}export const save = (id: string, locale: string) => redis.set(\`user:\${id}:\${locale}:profile\`, '', 'EX', 60)\nexport const drop = (id: string, locale: string) => { console.log(locale); return redis.del(\`user:\${id}:profile\`) }\n` }, holds: ['redis.del(`user:${id}:${locale}:profile`)'] },
  { name: 'a misspelt word, in the quotes that are there', rule: 'set-delete-mismatch', files: { 'main.ts': `${REDIS}export const save = () => redis.set('feature-flags:all', '', 'EX', 60)\nexport const load = () => redis.get('feature-flags:all')\nexport const drop = () => redis.del("feature-flag:all")\n` }, holds: ['redis.del("feature-flags:all")'] },
  { name: 'an expression stands where it stood', rule: 'set-delete-mismatch', files: { 'main.ts': `${REDIS}export const save = (id: string) => redis.set(\`v2:user:\${id}:profile\`, '', 'EX', 60)\nexport const drop = (user: { id: string }) => redis.del(\`v1:user:\${user.id}:profile\`)\n` }, holds: ['redis.del(`v2:user:${user.id}:profile`)'] },
  { name: 'a key in a constant of the function', rule: 'set-delete-mismatch', files: { 'main.ts': `${REDIS}export const save = (id: string) => redis.set(\`user:\${id}:profile:full\`, '', 'EX', 60)\nexport async function drop(id: string) {\n  const key = \`user:\${id}:profil:full\`\n  await redis.del(key)\n}\n` }, holds: ['const key = `user:${id}:profile:full`'] },
  { name: 'a factory of another file, imported', rule: 'key-factory-bypass', files: { 'keys.ts': 'export const profileKey = (id: string) => `profile:${id}:card`\n', 'a.ts': `${REDIS}import { profileKey } from './keys'\nexport const save = (id: string) => redis.set(profileKey(id), '', 'EX', 60)\nexport const load = (id: string) => redis.get(profileKey(id))\n`, 'b.ts': `${REDIS}export const drop = (user: { id: string }) => redis.del(\`profile:\${user.id}:card\`)\n` }, holds: ["import { profileKey } from './keys'", 'redis.del(profileKey(user.id))'] },
  { name: 'a factory that takes an object', rule: 'key-factory-bypass', files: { 'keys.ts': 'export const keys = { card: ({ team, user }: { team: string; user: string }) => `card:${team}:${user}` }\n', 'a.ts': `${REDIS}import { keys } from './keys.js'\nexport const save = (team: string, user: string) => redis.set(keys.card({ team, user }), '', 'EX', 60)\nexport const load = (team: string, user: string) => redis.get(keys.card({ team, user }))\n`, 'b.ts': `${REDIS}import { log } from './log.js'\nexport const drop = (team: string, other: string) => { log(team); return redis.del(\`card:\${team}:\${other}\`) }\n`, 'log.ts': 'export const log = console.log\n' }, holds: ["import { keys } from './keys.js'", 'redis.del(keys.card({ team, user: other }))'] },
  { name: 'an array key, by a factory that is imported for another', rule: 'key-factory-bypass', files: { 'keys.ts': "export const postKeys = { all: ['posts'] as const, detail: (id: string) => ['posts', 'detail', id] as const }\n", 'a.ts': "import { useQuery } from '@tanstack/react-query'\nimport { postKeys } from './keys'\nexport const usePost = (id: string) => useQuery({ queryKey: postKeys.detail(id), queryFn: async () => id })\n", 'b.ts': "import { QueryClient } from '@tanstack/react-query'\nimport { postKeys } from './keys'\nconst client = new QueryClient()\nexport const drop = (id: string) => { console.log(postKeys.all); return client.invalidateQueries({ queryKey: ['posts', 'detail', id] }) }\n" }, holds: ['{ queryKey: postKeys.detail(id) }'] },
  { name: 'a word of an array key', rule: 'key-factory-bypass', files: { 'keys.ts': "export const names = { changes: 'changesCount' } as const\n", 'a.ts': "import { useQuery } from '@tanstack/react-query'\nimport { names } from './keys'\nexport const useChanges = () => useQuery({ queryKey: [names.changes], queryFn: async () => 1 })\n", 'b.ts': "import { QueryClient } from '@tanstack/react-query'\nimport { names } from './keys'\nconst client = new QueryClient()\nexport const drop = () => { console.log(names); return client.invalidateQueries({ queryKey: ['changesCount'] }) }\n" }, holds: ['{ queryKey: [names.changes] }) }'] },
  { name: 'KEYS of ioredis', rule: 'keys-command', files: { 'main.ts': `${REDIS}export async function drop() {\n  const keys = await redis.keys('user:*')\n  if (keys.length > 0) await redis.del(...keys)\n}\nexport const save = (id: string) => redis.set(\`user:\${id}\`, '', 'EX', 60)\n` }, holds: ["  const keys: string[] = []\n  for await (const batch of redis.scanStream({ match: 'user:*' })) keys.push(...batch)\n"] },
  { name: 'KEYS of node-redis 5', rule: 'keys-command', files: { 'package.json': '{"dependencies":{"redis":"^5.0.0"}}', 'main.ts': "import { createClient } from 'redis'\nconst redis = createClient()\nexport async function list() {\n  const keys = await redis.keys('user:*');\n  return keys;\n}\n" }, holds: ["const keys: string[] = [];\n  for await (const batch of redis.scanIterator({ MATCH: 'user:*' })) keys.push(...batch);"] },
]

describe('suggestions that are made', () => {
  test.each(CASES.map((each) => [each.name, each] as const))('%s: compiles, and is audited clean', async (_name, { files, rule, holds }) => {
    const folder = project(files)
    expect((await found(folder, rule)).map(({ suggestion }) => suggestion !== undefined)).toEqual([true])
    await mend(folder, rule)
    const texts = Object.keys(files).map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
    for (const text of holds) expect(texts).toContain(text)
    expect(await found(folder, rule)).toEqual([])
    expect(typeErrors(folder)).toEqual([])
  })

  test('on the command line, only when asked, and told', () => {
    const files = CASES[0]!.files
    const folder = project(files)
    expect(keyproofIn(folder, []).code).toBe(1)
    expect(readFileSync(join(folder, 'main.ts'), 'utf8')).toBe(files['main.ts'])
    const run = keyproofIn(folder, ['--fix-suggestions'])
    expect(run).toMatchObject({ code: 0, stderr: 'mended main.ts:4 set-delete-mismatch: Spell the key as it is written: user:{id}:{locale}:profile.\n' })
    expect(readFileSync(join(folder, 'main.ts'), 'utf8')).toContain('redis.del(`user:${id}:${locale}:profile`)')
  })
})

describe('nothing is suggested', () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['set-delete-mismatch', 'what is missing is not in scope', { 'main.ts': `${REDIS}export const save = (id: string, locale: string) => redis.set(\`user:\${id}:\${locale}:profile\`, '', 'EX', 60)\nexport const drop = (id: string) => redis.del(\`user:\${id}:profile\`)\n` }],
    ['set-delete-mismatch', 'a variable of that name is of another type', { 'main.ts': `${REDIS}interface Ctx { lang: string }\nexport const save = (id: string, ctx: Ctx) => redis.set(\`user:\${id}:\${ctx.lang}:profile\`, '', 'EX', 60)\nexport const drop = (id: string, ctx: { other: string }) => { console.log(ctx); return redis.del(\`user:\${id}:profile\`) }\n` }],
    ['set-delete-mismatch', 'a builder writes the key, for others too', { 'main.ts': `${REDIS}const keyOf = (id: string) => \`user:\${id}:profil:full\`\nexport const save = (id: string) => redis.set(\`user:\${id}:profile:full\`, '', 'EX', 60)\nexport const drop = (id: string) => redis.del(keyOf(id))\n` }],
    ['key-factory-bypass', 'the factory is not exported', { 'keys.ts': `${REDIS}const profileKey = (id: string) => \`profile:\${id}:card\`\nexport const save = (id: string) => redis.set(profileKey(id), '', 'EX', 60)\nexport const load = (id: string) => redis.get(profileKey(id))\n`, 'b.ts': `${REDIS}export const drop = (id: string) => redis.del(\`profile:\${id}:card\`)\n` }],
    ['key-factory-bypass', 'its name is taken there', { 'keys.ts': 'export const profileKey = (id: string) => `profile:${id}:card`\n', 'a.ts': `${REDIS}import { profileKey } from './keys'\nexport const save = (id: string) => redis.set(profileKey(id), '', 'EX', 60)\n`, 'b.ts': `${REDIS}export const drop = (profileKey: string) => redis.del(\`profile:\${profileKey}:card\`)\n` }],
    ['set-delete-mismatch', 'what stands opposite means something else', { 'main.ts': `${REDIS}export const save = (projectId: string, cycle: { id: string }) => redis.set(\`cycle:active:\${projectId}:progress:\${cycle.id}\`, '', 'EX', 60)\nexport const drop = (projectId: string, other: string) => { console.log(projectId); return redis.del(\`cycle:active:\${other}\`) }\n` }],
    ['set-delete-mismatch', 'a name that anything may have', { 'main.ts': `${REDIS}export const save = (team: string, user: { id: string }) => redis.set(\`page:\${team}:\${user.id}:rows\`, '', 'EX', 60)\nexport const drop = (team: string, id: number) => { console.log(id); return redis.del(\`page:\${team}:rows\`) }\n` }],
    ['key-factory-bypass', 'the factory changes what it is handed', { 'keys.ts': 'export const statesKey = (projectId: string) => `states:${projectId.toUpperCase()}:all`\n', 'a.ts': `${REDIS}import { statesKey } from './keys'\nexport const save = (projectId: string) => redis.set(statesKey(projectId), '', 'EX', 60)\n`, 'b.ts': `${REDIS}export const load = (projectId: string) => redis.get(\`states:\${projectId}:all\`)\n` }],
    ['key-factory-bypass', 'the factory is another package\'s', { 'package.json': '{"workspaces":["packages/*"]}', 'packages/a/package.json': '{"name":"a"}', 'packages/b/package.json': '{"name":"b"}', 'packages/a/keys.ts': 'export const profileKey = (id: string) => `profile:${id}:card`\n', 'packages/a/a.ts': `${REDIS}import { profileKey } from './keys'\nexport const save = (id: string) => redis.set(profileKey(id), '', 'EX', 60)\n`, 'packages/b/b.ts': `${REDIS}export const drop = (id: string) => redis.del(\`profile:\${id}:card\`)\n` }],
    ['keys-command', 'what it gives is used at once', { 'main.ts': `${REDIS}export const list = async () => (await redis.keys('user:*')).length\n` }],
  ])('%s: %s', async (rule, _name, files) => {
    expect((await found(project(files), rule)).map(({ suggestion }) => suggestion)).toEqual([undefined])
  })
})

describe('edits', () => {
  const range = (startLine: number, startColumn: number, endLine: number, endColumn: number): { path: string; startLine: number; startColumn: number; endLine: number; endColumn: number } => ({ path: 'a.ts', startLine, startColumn, endLine, endColumn })

  test('one that overlaps an earlier one is left, whole', () => {
    const one = { edits: [{ path: 'a.ts', range: range(1, 1, 1, 3), text: 'X' }] }
    const other = { edits: [{ path: 'a.ts', range: range(2, 1, 2, 2), text: 'Y' }, { path: 'a.ts', range: range(1, 2, 1, 4), text: 'Z' }] }
    const { texts, done, left } = applied([one, other], () => 'abcd\r\nefgh\n')
    expect([texts.get('a.ts'), done, left]).toEqual(['Xcd\r\nefgh\n', [one], [other]])
  })

  test('the same import, wanted twice, is added once', () => {
    const line = { path: 'a.ts', range: range(1, 1, 1, 1), text: 'import x\n' }
    const at = (column: number): { edits: (typeof line)[] } => ({ edits: [line, { path: 'a.ts', range: range(2, column, 2, column + 1), text: '_' }] })
    expect(applied([at(1), at(3)], () => 'first\nabcd').texts.get('a.ts')).toBe('import x\nfirst\n_b_d')
  })
})

describe('keyproof init factory', () => {
  const files = {
    'src/a.ts': `${REDIS}export const save = (user: { id: string }) => redis.set(\`user:\${user.id}:profile\`, '', 'EX', 60)\nexport const flags = () => redis.set('flags', '', 'EX', 60)\nexport const page = (team: string, n: number) => redis.set(\`team:\${team}:pages:\${n}\`, '', 'EX', 60)\n`,
    'src/b.ts': `${REDIS}export const load = (id: string) => redis.get(\`user:\${id}:profile\`)\nexport const one = (id: string) => redis.get(\`user:\${id}\`)\nexport const put = (id: string) => redis.set(\`user:\${id}\`, '', 'EX', 60)\nexport const isOn = () => redis.get('flags')\nexport const turn = (team: string, n: number) => redis.get(\`team:\${team}:pages:\${n}\`)\n`,
    'src/c.ts': "import { useQuery } from '@tanstack/react-query'\nexport const usePost = (id: string) => useQuery({ queryKey: ['posts', 'detail', id], queryFn: async () => id })\n",
  }

  test('writes one that compiles, to which every key that is spelled by hand can be moved', async () => {
    const folder = project(files)
    const keysOf = async (): Promise<string[]> => [...new Set((await audited(folder)).report.sites.map(({ key }) => key.template.replace(/\{[^}]*\}/g, '{}')))].sort()
    const before = await keysOf()
    expect(keyproofIn(folder, ['init', 'factory'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Wrote src/cache-keys.ts.') as string })
    const written = readFileSync(join(folder, 'src/cache-keys.ts'), 'utf8')
    expect(written).toContain("    all: 'flags',")
    expect(written).toContain('    profile: (userId: string | number) => `user:${userId}:profile`,')
    expect(written).toContain('    byId: (id: string | number) => `user:${id}`,')
    expect(written).toContain("    detail: (id: unknown) => ['posts', 'detail', id] as const,")

    writeFileSync(join(folder, 'keyproof.json'), '{ "factories": { "declare": ["src/cache-keys.ts#cacheKeys"] } }')
    expect((await found(folder, 'key-factory-bypass')).map(({ suggestion }) => suggestion !== undefined)).toEqual(Array.from({ length: 9 }, () => true))
    await mend(folder, 'key-factory-bypass')
    expect(await found(folder, 'key-factory-bypass')).toEqual([])
    expect(await keysOf()).toEqual(before)
    expect(readFileSync(join(folder, 'src/c.ts'), 'utf8')).toContain('queryKey: cacheKeys.posts.detail(id)')
    expect(typeErrors(folder)).toEqual([])
  })

  test('writes over nothing, and writes nothing where nothing is to be written', () => {
    const folder = project({ ...files, 'src/cache-keys.ts': '' })
    expect(keyproofIn(folder, ['init', 'factory'])).toMatchObject({ code: 2, stderr: expect.stringContaining('src/cache-keys.ts is there already') as string })
    expect(keyproofIn(project({ 'a.ts': '' }), ['init', 'factory'])).toMatchObject({ code: 0, stdout: 'No key is spelled by hand: there is nothing to write.\n' })
  })
})
