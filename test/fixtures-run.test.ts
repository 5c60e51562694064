import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isInstance } from '../src/keys/match.js'
import { auditFolder, REPOSITORY } from './support.js'

/** One command that a fixture sent when it ran. */
interface Sent { readonly op: 'read' | 'write' | 'delete'; readonly key: string }

const OPS: Readonly<Record<string, Sent['op']>> = { get: 'read', set: 'write', setex: 'write', del: 'delete' }
let sent: Sent[] = []

/** Stands for every client: it notes commands and their keys, and holds nothing. */
const CLIENT = `
const client = new Proxy({}, { get: (_, name) => (...args) => { globalThis.sent(String(name), args); return Promise.resolve(null) } })
export class Redis { constructor() { return client } static fromEnv() { return client } }
export default Redis
export const createClient = () => client
`

type Module = Record<string, (...args: unknown[]) => Promise<unknown>>
type Class = new (...args: unknown[]) => Module
const request = { query: { page: '3' }, user: { id: 'ada' } }
const response = { json: () => undefined }
const database = { dashboardOf: () => Promise.resolve({}), announcements: () => Promise.resolve([]) }
const context = { env: 'prod', lang: 'en', userExists: false }
const prompts = { update: () => Promise.resolve(), languages: () => Promise.resolve(['en', 'de']) }

/** How each fixture is used, by its files. */
const USES: Readonly<Record<string, Readonly<Record<string, (module: Module) => Promise<unknown>>>>> = {
  chatbot: {
    'prompt-cache': async (module) => { const cache = new (module['PromptCache'] as unknown as Class)(); await cache['find']!(context); await cache['save']!(context, 'text') },
    'prompt-admin': (module) => new (module['PromptAdmin'] as unknown as Class)(prompts)['publish']!('prod', 'text'),
  },
  dashboard: {
    'bound-client': (module) => new (module['DashboardApi'] as unknown as Class)('token')['summary']!(),
    'captured-request': (module) => module['widgets']!(request, response),
    'constant-key': (module) => module['dashboard']!(database, 'ada'),
  },
  'dashboard-repaired': { dashboard: async (module) => { await module['dashboard']!(database, 'ada'); await module['widgets']!(request, response); await module['announcements']!(database, request) } },
  monorepo: {
    web: async (module) => { await module['saveCart']!('7', 'EUR', {}); await module['cartOf']!('7', 'EUR'); await module['greet']!('7') },
    worker: async (module) => { await module['onPhoto']!({ userId: '7' }); await module['onOrder']!({ userId: '7' }) },
  },
  'scattered-keys': {
    'badge-service': (module) => module['addBadge']!('7'), 'photo-service': (module) => module['changePhoto']!('7'), 'profile-service': (module) => module['saveProfile']!('7', {}),
  },
  'scattered-keys-factory': {
    'import-job': (module) => module['importProfile']!({ id: '7', card: {} }),
    services: async (module) => { await module['saveProfile']!('7', {}); await module['changePhoto']!('7') },
  },
}
const ALL: typeof USES = { ...USES, 'chatbot-repaired': USES['chatbot']! }

beforeEach(() => {
  sent = []
  Object.assign(globalThis, {
    sent: (name: string, [key]: readonly unknown[]) => { if (OPS[name]) sent.push({ op: OPS[name], key: String(key) }) },
    apiFor: () => ({ get: () => Promise.resolve({}) }), loadWidgets: () => Promise.resolve([]),
  })
})
afterEach(() => { for (const name of ['sent', 'apiFor', 'loadWidgets']) Reflect.deleteProperty(globalThis, name) })

/** A copy of the fixture whose clients are the one above. */
function copied(name: string): string {
  const to = join(REPOSITORY, 'node_modules/.cache/keyproof-fixtures', name)
  mkdirSync(to, { recursive: true })
  writeFileSync(join(to, 'client.ts'), `// @ts-nocheck\n${CLIENT}`)
  for (const [file, from] of sourcesOf(join(REPOSITORY, 'fixtures', name))) {
    const text = readFileSync(from, 'utf8').replace(/'@(?:acme)?\/([\w-]+)'/g, "'./$1.ts'").replace(/'(\.\/[\w-]+)\.js'/g, "'$1.ts'").replace(/'(?:ioredis|redis|@upstash\/redis)'/g, "'./client.ts'")
    writeFileSync(join(to, file), text)
  }
  return to
}

/** The sources of a fixture, by the name that they get here: of several packages, the name of the package. */
function sourcesOf(folder: string): (readonly [name: string, path: string])[] {
  if (existsSync(join(folder, 'src'))) return readdirSync(join(folder, 'src')).map((file) => [file, join(folder, 'src', file)])
  return ['packages', 'apps'].flatMap((group) => readdirSync(join(folder, group)).map((name) => [`${name}.ts`, join(folder, group, name, 'src/index.ts')] as const))
}

test('every fixture is used here', () => {
  expect(Object.keys(ALL).sort()).toEqual(readdirSync(join(REPOSITORY, 'fixtures')).filter((name) => name !== 'capabilities' && name !== 'review-bot').sort())
})

test.each(Object.keys(ALL))('%s: every key that it sends when it runs is one of a template that the audit gives to such a call', async (name) => {
  const folder = copied(name)
  for (const [file, use] of Object.entries(ALL[name]!)) await use(await import(join(folder, `${file}.ts`)) as Module)
  expect(sent.length).toBeGreaterThan(0)
  const { sites } = auditFolder(join(REPOSITORY, 'fixtures', name)).model
  const own = sites.filter((site) => !site.passThrough)
  const does = (op: string): readonly string[] => (op === 'read' || op === 'write' ? [op, 'read-through'] : [op])
  expect(sent.filter(({ op, key }) => !own.some((site) => does(op).includes(site.op) && site.key.templates.some((template) => isInstance(key, template))))).toEqual([])
})
