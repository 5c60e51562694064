import { describe, expect, test } from 'vitest'
import { auditFiles } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const QUERY = "import { useQuery, useQueryClient, useMutation } from '@tanstack/react-query'\n"
const TRPC = "import { createTRPCReact } from '@trpc/react-query'\nexport const api = createTRPCReact()\n"

const findings = (rule: string, main: string, others: Readonly<Record<string, string>> = {}) =>
  auditFiles({ 'main.ts': main, ...others }).findings.filter(({ ruleId }) => ruleId === rule)
const found = (...args: Parameters<typeof findings>): string[] => findings(...args).map(({ severity }) => severity)

describe('key-factory-bypass', () => {
  const options = (name: string, key: string): string => `  ${name}Options(ids: string[], page?: object) {\n    return {\n      queryKey: [\n        'accounts',\n        'activeBalances',\n        ${key},\n      ],\n      queryFn: () => fetch('/' + ids.join()),\n    }\n  }\n`
  const api = (others = ''): string => `import { QueryClient } from '@tanstack/react-query'\nconst client = new QueryClient()\nexport class Api {\n${options('balances', '{ ids, page }')}${others}  load(ids: string[]) { return client.fetchQuery(this.balancesOptions(ids)) }\n}\n`

  test('what a factory of several lines writes is no bypass of it', () => {
    expect(found('key-factory-bypass', api())).toEqual([])
  })

  test('nor is an object of other members', () => {
    expect(found('key-factory-bypass', api(options('endless', '{ ids, from: 1, to: 2 }')))).toEqual([])
  })

  test('but the same key written again beside it is', () => {
    expect(found('key-factory-bypass', api("  drop(ids: string[], page: object) { return client.invalidateQueries({ queryKey: ['accounts', 'activeBalances', { ids, page }] }) }\n"))).toEqual(['warning'])
  })

  const flags = (type: string): string => `${REDIS}${type}export async function isEnabled(flag: Flag) { const hit = await redis.get(flag); if (hit) return hit === 'on'; await redis.set(flag, 'on', 'EX', 60); return true }\n`
  const users = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.ts`, "import { isEnabled } from './main'\nexport const is = () => isEnabled('new-search')"]))

  test.each([
    ["export type Flag = 'new-search' | 'old-search'\n"], ["const FLAGS = [{ key: 'new-search' }] as const\nexport type Flag = (typeof FLAGS)[number]['key']\n"],
    ['const FLAGS = { search: 1 }\ntype Other = `es-${string}`\nexport type Flag = keyof typeof FLAGS | Other\n'],
  ])('a word that the type of the parameter lists is spelled once, where it is listed: %s', (type) => {
    expect(found('key-factory-bypass', flags(type), users)).toEqual([])
  })

  test('any text is not', () => {
    expect(found('key-factory-bypass', flags('export type Flag = string\n'), users)).toEqual(['warning'])
  })
})

describe('a parameter of a key factory that is not given is not in the key', () => {
  const keys = "const keys = { all: ['products'], detail: (id: string, query?: object) => [...keys.all, 'detail', id, { query }] }\n"
  const hook = (call: string, rest = ''): string => `${QUERY}${keys}export const useProduct = (id: string, query?: object, options?: Omit<object, 'queryKey' | 'queryFn'>) => useQuery({ queryFn: () => fetch('/p/' + id + JSON.stringify(query)), queryKey: ${call}${rest} })`

  test('and what the value is loaded by is missing', () => {
    expect(findings('missing-key-dependency', hook('keys.detail(id)')).map(({ message }) => message)).toEqual([expect.stringContaining('`query`')])
  })

  test('options that by their type have no key leave it as it is', () => {
    expect(found('missing-key-dependency', hook('keys.detail(id)', ', ...options'))).toEqual(['warning'])
    expect(found('missing-key-dependency', hook('keys.detail(id)', ', ...options').replace("Omit<object, 'queryKey' | 'queryFn'>", 'object'))).toEqual([])
  })

  test('given, it is there', () => {
    expect(found('missing-key-dependency', hook('keys.detail(id, query)', ', ...options'))).toEqual([])
  })
})

describe('set-delete-mismatch: what stands beside', () => {
  const store = `${REDIS}export const put = (id: string) => Promise.all([redis.set(\`board:\${id}:name\`, ''), redis.set('boards:all', '')])\n`
  const drop = (...keys: string[]): string => `${store}export async function drop(id: string) { ${keys.map((key) => `await redis.del(${key})`).join('; ')} }`

  test.each([
    ['alone', ['`home:page`'], 'warning'], ['beside one that reaches something', ['`home:page`', "'boards:all'"], 'info'],
    ['beside one that reaches nothing', ['`home:page`', '`home:pages:first`'], 'warning'],
  ])('a delete of what nothing is called, %s', (_name, keys, severity) => {
    expect(found('set-delete-mismatch', drop(...keys))[0]).toBe(severity)
  })

  test('a delete that is misspelt is one, whatever stands beside', () => {
    expect(found('set-delete-mismatch', drop('`board-${id}-name`', "'boards:all'"))).toEqual(['error'])
    expect(found('set-delete-mismatch', drop('`board:name`', "'boards:all'"))).toEqual(['error'])
  })

  test('where the key that it misses is deleted beside it, nothing is missed', () => {
    expect(found('set-delete-mismatch', drop('`board:name`', '`board:${id}:name`'))).toEqual(['info'])
  })
})

test('falsy-hit: the null of a function that gives null of its own accord is not what is stored', () => {
  const icon = (before: string): string => `const icons = new Map()\nconst make = (src: string) => ({ src })\nexport function icon(src: string): { src: string } | null { ${before}const hit = icons.get(src); if (hit) return hit; const made = make(src); icons.set(src, made); return made }`
  expect(found('falsy-hit', icon(''))).toEqual(['warning'])
  expect(found('falsy-hit', icon('if (src === "") return null; '))).toEqual([])
})

test('hole-mismatch: what is handed over by the name that the factory has for it is that', () => {
  const keys = `${REDIS}const teamKey = (teamId: string) => \`team:\${teamId}\`\nconst userKey = (userId: string) => \`user:\${userId}\`\nexport const team = (teamId: string) => redis.get(teamKey(teamId))\nexport const user = (userId: string) => redis.get(userKey(userId))\n`
  expect(found('hole-mismatch', `${keys}export const drop = (event: { userId: string }) => redis.del(teamKey(event.userId))`)).toEqual(['error'])
  expect(found('hole-mismatch', `${keys}export const drop = (event: { userId: string }) => { const teamId = String(event.userId); return redis.del(teamKey(teamId)) }`)).toEqual([])
})

describe('tRPC: what useQueries is told to ask is a query', () => {
  const main = (asked: string): string => `${TRPC}export const useTraces = (ids: string[]) => api.useQueries((t) => ids.map((id) => t.trace.${asked}({ id }, { staleTime: 1000 })))\nexport const useDrop = () => { const utils = api.useUtils(); return () => utils.trace.byId.invalidate() }`

  test('which an invalidation reaches', () => {
    expect(found('set-delete-mismatch', main('byId'))).toEqual([])
    expect(found('set-delete-mismatch', main('byIdd'))).not.toEqual([])
  })

  test('of other parameters nothing is asked', () => {
    const other = `${TRPC}export const useTraces = (ids: string[], o: any) => api.useQueries((t) => ids.map((id) => o.trace.byId({ id })))`
    expect(auditFiles({ 'main.ts': other }).model.sites).toEqual([])
  })
})

describe('falsy-hit: what changes nothing', () => {
  const sizes = (fallback: string): string => `declare function measure(id: string): number\nconst sizes = new Map<string, number>()\nexport function size(id: string) { const known = sizes.get(id) || ${fallback}; if (sizes.size < 10) sizes.set(id, measure(id)); return known }`
  test('a fallback that is the falsy value itself', () => {
    expect(found('falsy-hit', sizes('1'))).toEqual(['warning'])
    expect(found('falsy-hit', sizes('0'))).toEqual([])
  })

  const docs = (miss: string): string => `declare function load(id: string): { id: string } | null\nconst docs = new Map<string, { id: string } | null>()\nexport const drop = (id: string) => docs.set(id, null)\nexport function doc(id: string) { const hit = docs.get(id); if (!hit) { ${miss} } return hit }`
  test('a null of a Map that nobody fills on a miss', () => {
    expect(found('falsy-hit', docs('const made = load(id); docs.set(id, made); return made'))).toEqual(['warning'])
    expect(found('falsy-hit', `${docs('return undefined')}\nexport function refill(id: string) { const made = docs.get(id) ?? load(id); docs.set(id, made); return made }`)).toEqual([])
  })
})

describe('key-collision: two loaders that ask the same', () => {
  const api = (name: string, path: string): string => `export async function ${name}(id: string) { const answer = await axios.post('${path}', { id }); return answer.data }\n`
  const hook = (name: string): string => `export const use${name} = (id: string) => useQuery({ queryKey: ['states', id], queryFn: () => ${name}(id) })\n`
  const main = (path: string): string => `${QUERY}import axios from 'axios'\n${api('alertStates', '/states')}${api('episodeStates', path)}${hook('alertStates')}${hook('episodeStates')}`

  test('by functions of their own', () => {
    expect(found('key-collision', main('/episodes'))).toEqual(['warning'])
    expect(found('key-collision', main('/states'))).toEqual([])
  })

  test('one of them itself', () => {
    const url = "const url = (path: string) => '/api/' + path\n"
    const direct = (call: string): string => `${QUERY}import axios from 'axios'\n${url}const groups = async () => { const { data } = await axios.get(url('groups')); return data }\nexport const useA = () => useQuery({ queryKey: ['groups'], queryFn: () => groups() })\nexport const useB = () => useQuery({ queryKey: ['groups'], queryFn: async () => { const { data } = await ${call}; return data } })`
    expect(found('key-collision', direct("axios.get(url('groups'))"))).toEqual([])
    expect(found('key-collision', direct("fetch('/teams')"))).toEqual(['warning'])
  })

  test('whatever each says where that fails', () => {
    const asking = (word: string): string => `async () => { try { const { data } = await axios.get(url()); return data } catch (error) { throw told(error, '${word}') } }`
    const main = `${QUERY}import axios from 'axios'\nconst url = () => '/api/groups'\nconst told = (error: unknown, text: string) => new Error(text + error)\nconst groups = ${asking('no groups')}\nconst teams = ${asking('no teams')}\nexport const useA = () => useQuery({ queryKey: ['groups'], queryFn: groups })\nexport const useB = () => useQuery({ queryKey: ['groups'], queryFn: () => teams() })`
    expect(found('key-collision', main)).toEqual([])
  })
})

describe('missing-key-dependency: what the key covers', () => {
  const hook = (key: string, input: string): string => `${QUERY}declare function load(...args: unknown[]): Promise<string>\nexport const useIt = (repo: { did: string, handle: string, invites: string[] }, agent: { api: { ask(x: unknown): Promise<string> } }, userAgent: string) => useQuery({ queryKey: ${key}, queryFn: () => ${input} })`

  test('a member of the thing whose identifier is in an object', () => {
    expect(found('missing-key-dependency', hook("['invited', { id: repo.did }]", 'load(repo.did, repo.invites)'))).not.toContain('warning')
    expect(found('missing-key-dependency', hook("['invited', { name: repo.handle.length }]", 'load(repo.handle, repo.invites)'))).toContain('warning')
  })

  test('the agent that asks, and not the one that the user has', () => {
    expect(found('missing-key-dependency', hook("['asked', repo.did]", 'agent.api.ask(repo.did)'))).toEqual([])
    expect(found('missing-key-dependency', `${hook("['asked', repo.did]", 'asked(agent, repo.did)')}\nconst asked = (labeler: any, did: string) => labeler.api.queries.ask(did)`.replaceAll('agent:', 'labelerAgent:').replaceAll('(agent,', '(labelerAgent,'))).toEqual([])
    expect(found('missing-key-dependency', hook("['asked', repo.did]", 'load(repo.did, userAgent)'))).toEqual(['warning'])
  })
})

describe('key-factory-bypass: heads', () => {
  const keys = "export const keys = { base: () => ['users'], item: (id: string) => [...keys.base(), id] }\n"
  const main = (key: string): string => `${QUERY}${keys}export const useUser = (id: string) => useQuery({ queryKey: keys.item(id), queryFn: () => fetch('/' + id) })\nexport const useOther = (id: string, page: number) => useQuery({ queryKey: ${key}, queryFn: () => fetch('/' + id + page) })`

  test('the words that another key takes from there', () => {
    expect(findings('key-factory-bypass', main("['users', id]")).map(({ messageId }) => messageId)).toEqual(['head'])
  })

  test('an object where that key has an id is of another kind', () => {
    expect(found('key-factory-bypass', main("['users', { id, page }]"))).toEqual([])
  })
})

describe('missing-key-dependency: what all callers hand in', () => {
  const hook = `${QUERY}export const usePage = (id: string, { size = 10, by }: { size?: number, by?: string } = {}) => useQuery({ queryKey: ['page', id], queryFn: () => fetch('/' + id + size + by) })\n`
  const use = (...calls: string[]): Record<string, string> => Object.fromEntries(calls.map((call, i) => [`view${i}.ts`, `import { usePage } from './main'\nexport const view = (id: string, size: number) => ${call}`]))

  test.each<[string, string[], string[]]>([
    ['is the same', ["usePage(id, { size: 20, by: 'name' })", "usePage(id, { size: 20, by: 'name' })"], ['info']],
    ['is nothing', ['usePage(id)', 'usePage(id, {})'], ['info']],
    ['differs', ['usePage(id, { size: 20 })', 'usePage(id, { size: 30 })'], ['warning']],
    ['is made there', ['usePage(id, { size })'], ['warning']],
    ['is not known', [], ['warning']],
  ])('%s', (_name, calls, severities) => {
    expect(found('missing-key-dependency', hook, use(...calls))).toEqual(severities)
  })
})

test('svelte: options that are derived from stores are options', () => {
  const main = (key: string): string => `import { createQuery, useQueryClient } from '@tanstack/svelte-query'\nimport { derived } from 'svelte/store'\nexport const records = (table: any, page: any) => createQuery(derived([table, page], ([$table, $page]) => ({ queryKey: ['records', $table.id, $page], queryFn: () => fetch('/' + $table.id + $page) })))\nexport const drop = (id: string) => useQueryClient().invalidateQueries({ queryKey: ['${key}', id] })`
  expect(found('set-delete-mismatch', main('records'))).toEqual([])
  expect(found('set-delete-mismatch', main('rows'))).toEqual(['warning'])
})

describe('key-factory-bypass: at hand', () => {
  const owner = (word: string): string => `${QUERY}${word}const BILLING = '/billing/license'\nexport const useLicense = () => useQuery({ queryKey: [BILLING], queryFn: () => fetch(BILLING) })\n`
  const other = { 'other.ts': `${QUERY}export const useOther = () => useQuery({ queryKey: ['/billing/license'], queryFn: () => fetch('/billing/license') })` }

  test('of a constant that no other file can reach it is a note', () => {
    expect(found('key-factory-bypass', owner('export '), other)).toEqual(['warning'])
    expect(found('key-factory-bypass', owner(''), other)).toEqual(['info'])
    expect(found('key-factory-bypass', `${owner('')}export { BILLING }`, other)).toEqual(['warning'])
  })

  const wrapper = `${QUERY}export const useApi = ({ url, query }: { url: string, query?: object }) => useQuery([url, query], () => fetch(url + JSON.stringify(query)))\n`
  const users = (url: string): Record<string, string> => Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.ts`, `import { useApi } from './main'\nexport const use = () => useApi({ url: '${url}' })`]))

  test('the request of which a wrapper makes the key is none that is spelled', () => {
    expect(found('key-factory-bypass', wrapper, users('/v2/projects'))).toEqual([])
    expect(found('key-factory-bypass', wrapper, users('projects'))).toEqual(['warning'])
  })
})

test('set-delete-mismatch: a key whose id is empty until it is known is no variant', () => {
  const main = (key: string): string => `${REDIS}export const put = (g?: { id: string }) => redis.set(\`/groups/\${g?.id || '${key}'}\`, '')\nexport const drop = (g: { id: string }) => redis.del(\`/groups/\${g.id}\`)`
  expect(found('set-delete-mismatch', main(''))).toEqual([])
})
