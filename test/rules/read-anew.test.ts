import { describe, expect, test } from 'vitest'
import { auditFiles } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"
const QUERY = "import { useQuery, useQueryClient, useMutation } from '@tanstack/react-query'\n"
const TRPC = "import { createTRPCReact } from '@trpc/react-query'\nexport const api = createTRPCReact()\n"

const findings = (rule: string, main: string, others: Readonly<Record<string, string>> = {}) =>
  auditFiles({ 'main.ts': main, ...others }).findings.filter(({ ruleId }) => ruleId === rule)
const found = (...args: Parameters<typeof findings>): string[] => findings(...args).map(({ severity }) => severity)

describe('key-factory-bypass', () => {
  const options = (name: string, key: string): string => `  ${name}Options(ids: string[], page?: object) {\n    return {\n      queryKey: [\n        'accounts',\n        'balances',\n        ${key},\n      ],\n      queryFn: () => fetch('/' + ids.join()),\n    }\n  }\n`
  const api = (others = ''): string => `import { QueryClient } from '@tanstack/react-query'\nconst client = new QueryClient()\nexport class Api {\n${options('balances', '{ ids, page }')}${others}  load(ids: string[]) { return client.fetchQuery(this.balancesOptions(ids)) }\n}\n`

  test('what a factory of several lines writes is no bypass of it', () => {
    expect(found('key-factory-bypass', api())).toEqual([])
  })

  test('nor is an object of other members', () => {
    expect(found('key-factory-bypass', api(options('endless', '{ ids, from: 1, to: 2 }')))).toEqual([])
  })

  test('but the same key written again beside it is', () => {
    expect(found('key-factory-bypass', api("  drop(ids: string[], page: object) { return client.invalidateQueries({ queryKey: ['accounts', 'balances', { ids, page }] }) }\n"))).toEqual(['warning'])
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

test.each([["condition: 'NX'", 'lock'], ["condition: 'XX'", 'data'], ['NX: true', 'lock']])('node-redis: a SET with %s: %s', (option, purpose) => {
  const main = `import { createClient } from 'redis'\nconst redis = createClient()\nexport const take = (id: string, me: string) => redis.set(\`x:\${id}\`, me, { expiration: { type: 'EX', value: 30 }, ${option} })\n`
  expect(auditFiles({ 'main.ts': main }).model.sites.map((site) => site.purpose)).toEqual([purpose])
})
