import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RULES } from '../../rules/index.js'
import { isInstance } from '../../src/keys/match.js'
import type { Recording } from '../../src/runtime/index.js'
import { auditFiles, REPOSITORY } from '../support.js'
import { noted } from './noted.js'

/** Rules on the form of the code alone: nothing goes wrong at run time, until somebody changes one of the places. */
const OF_FORM = new Set(['key-factory-bypass'])

/** Rules whose findings are notes. */
const OF_INFO = new Set(['ambiguous-key', 'stampede', 'ttl-missing'])

interface Proof { run(print: (line: string) => void): Promise<boolean> }

const fileOf = (id: string, name: string): string => join(REPOSITORY, 'rules', id, `${name}.ts`)

/** The program as its users would write it: the runtime and the database by the names of their packages. */
const textOf = (id: string, name: string): string => readFileSync(fileOf(id, name), 'utf8').replaceAll("'../../src/runtime/index.js'", "'keyproof/runtime'").replaceAll("'../pool.js'", "'pg'").replaceAll("'../redis.js'", "'ioredis'")

const found = (id: string, name: string): string[] => auditFiles({ 'main.ts': textOf(id, name) }).findings.filter(({ severity }) => severity !== 'info').concat(auditFiles({ 'main.ts': textOf(id, name) }).findings.filter(({ severity, ruleId }) => severity === 'info' && ruleId === id && OF_INFO.has(id))).map((finding) => `${finding.location.startLine} ${finding.ruleId}`)

const marked = (id: string): string[] => textOf(id, 'bad').split('\n').flatMap((line, i) => {
  const rule = /\/\/ expect: (\S+)/.exec(line)?.[1]
  return rule === undefined ? [] : [`${i + 2} ${rule}`]
})

describe.each(RULES.map(({ id }) => id).filter((id) => !OF_FORM.has(id)))('%s proves itself', (id) => {
  test.each([['bad', true], ['good', false]] as const)('%s.ts goes wrong: %s', async (name, goesWrong) => {
    const program = await import(fileOf(id, name)) as Proof
    const lines: string[] = []
    expect(await program.run((line) => { lines.push(line) }), lines.join('\n')).toBe(goesWrong)
    expect(lines.length).toBeGreaterThan(0)
  })

  test('the audit finds the bad one at the marked line, and nothing in the good one', () => {
    expect(marked(id)).toHaveLength(1)
    const places = found(id, 'bad')
    expect(places).toContain(marked(id)[0])
    // Another rule may say something of the same line.
    expect(new Set(places.map((place) => place.split(' ')[0]))).toEqual(new Set([marked(id)[0]!.split(' ')[0]]))
    expect(found(id, 'good')).toEqual([])
  })
})

/** The operations of the runtime as the audit names them. */
const OPS: Readonly<Record<string, readonly string[]>> = { get: ['read', 'read-through'], set: ['write', 'read-through'], load: ['read-through'], delete: ['delete'] }

describe('agreement of static and dynamic: what a proof does when it runs', () => {
  const folder = join(REPOSITORY, 'node_modules/.cache/keyproof-proofs')
  const proofs = RULES.map(({ id }) => id).filter((id) => !OF_FORM.has(id)).flatMap((id) => [[id, 'bad'], [id, 'good']] as const)
  const isOfRuntime = ([id, name]: readonly [string, string]): boolean => readFileSync(fileOf(id, name), 'utf8').includes('createCache(')

  /** Runs a copy of the proof in which these texts are others. */
  async function runCopy(id: string, name: string, texts: Readonly<Record<string, string>>): Promise<void> {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${id}-${name}.ts`)
    const source = readFileSync(fileOf(id, name), 'utf8')
    writeFileSync(file, Object.entries(texts).reduce((text, [from, to]) => text.replaceAll(from, to), source))
    await (await import(file) as Proof).run(() => undefined)
  }

  test.each(proofs.filter(isOfRuntime))('%s/%s.ts: each key is one of a template that the audit gives to such a call', async (id, name) => {
    const seen: { readonly op: string; readonly key: string }[] = []
    Object.assign(globalThis, { recorder: { record: ({ op, key }: Recording) => { seen.push({ op, key: key.text }) }, close: () => Promise.resolve() } })
    await runCopy(id, name, {
      "'../../src/runtime/index.js'": `'${join(REPOSITORY, 'src/runtime/index.ts')}'`, "'../pool.js'": `'${join(REPOSITORY, 'rules/pool.ts')}'`,
      'createCache({ keys })': 'createCache({ keys, recorder: (globalThis as never as { recorder: never }).recorder })',
    })
    expect(seen.length).toBeGreaterThan(0)
    const { sites } = auditFiles({ 'main.ts': textOf(id, name) }).model
    const unknown = seen.filter(({ op, key }) => !sites.some((site) => OPS[op]!.includes(site.op) && site.key.templates.some((template) => isInstance(decodeURIComponent(key), template) || isInstance(key, template))))
    expect(unknown).toEqual([])
  })

  test.each(proofs.filter((proof) => !isOfRuntime(proof)))('%s/%s.ts: each key is one of a template that the audit gives to the command', async (id, name) => {
    noted.length = 0
    const stores = `'${join(REPOSITORY, 'test/rules/noted.ts')}'`
    const ofMap = /from '(?:lru-cache|\.\.\/redis\.js)'/.test(readFileSync(fileOf(id, name), 'utf8')) ? {} : { 'new Map<': `new (await import(${stores})).NotedMap<` }
    await runCopy(id, name, { "'../redis.js'": stores, "'lru-cache'": stores, ...ofMap })
    expect(noted.length).toBeGreaterThan(0)
    const { sites } = auditFiles({ 'main.ts': textOf(id, name) }).model
    const unknown = noted.filter(({ command, key }) => !sites.some((site) => site.command === command && site.key.templates.some((template) => isInstance(key, template))))
    expect(unknown).toEqual([])
  })
})

test.each([...OF_FORM])('%s is of form alone, and its page says so', (id) => {
  expect(existsSync(fileOf(id, 'bad'))).toBe(false)
  expect(readFileSync(join(REPOSITORY, 'rules', id, 'README.md'), 'utf8')).toMatch(/form/)
})
