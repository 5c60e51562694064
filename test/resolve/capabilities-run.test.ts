import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isInstance } from '../../src/keys/match.js'
import { auditFolder, REPOSITORY } from '../support.js'

const FOLDER = join(REPOSITORY, 'fixtures/capabilities')
const sourcesOf = (name: string): [string, string][] => readdirSync(join(FOLDER, name)).filter((file) => file.endsWith('.ts')).map((file) => [file, readFileSync(join(FOLDER, name, file), 'utf8')])

/** Programs whose only package is a Redis client: those of frameworks run in what their framework gives them. */
const runnable = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)
  // What a stream brings only a server knows.
  .filter((name) => name !== 'key-streams' && sourcesOf(name).every(([, text]) => [...text.matchAll(/from '([^']+)'/g)].every(([, from]) => /^(?:\.|node:|ioredis$|redis$)/.test(from!)) && !/^declare /m.test(text)))

const CLIENT = `// @ts-nocheck
export class Redis {
  constructor(...args) {
    const prefix = args.map((each) => each?.keyPrefix).find((each) => each !== undefined) ?? ''
    const client = new Proxy(this, { get: (_, name) => name === 'then' ? undefined : (...given) => { globalThis.sent(String(name), prefix, given); return ['pipeline', 'multi'].includes(String(name)) ? client : Promise.resolve(null) } })
    return client
  }
}
export default Redis
export const createClient = (...args) => new Redis(...args)
`

/** Arguments of several shapes: the first with which a function sends something is taken for what it wants. */
const record: object = new Proxy({}, { get: (_, name) => (typeof name === 'symbol' || name === 'then' ? undefined : `m-${name}`) })
const SHAPES: readonly ((index: number) => unknown)[] = [(index) => `a${index}`, () => record, (index) => [`a${index}`, `b${index}`], (index) => (index === 0 ? 'a0' : record), (index) => (index === 0 ? record : `a${index}`)]

function copied(name: string): string {
  const to = join(REPOSITORY, 'node_modules/.cache/keyproof-capabilities', name)
  mkdirSync(to, { recursive: true })
  writeFileSync(join(to, 'client.ts'), CLIENT)
  for (const [file, text] of sourcesOf(name)) writeFileSync(join(to, file), `// @ts-nocheck\n${text.replace(/'(\.\/[\w-]+)\.js'/g, "'$1.ts'").replace(/'(?:ioredis|redis)'/g, "'./client.ts'")}`)
  return to
}

const OPS: Readonly<Record<string, string>> = { get: 'read', set: 'write', del: 'delete' }

type Callable = (...given: readonly unknown[]) => unknown

const isClass = (value: Callable): boolean => /^class\b/.test(value.toString())

/** An object of a class, where these are the arguments that it wants. */
function made(value: Callable, args: readonly unknown[]): object[] {
  try {
    return [Reflect.construct(value, args) as object]
  } catch {
    return []
  }
}

async function used(folder: string): Promise<readonly string[]> {
  const sent: string[] = []
  Object.assign(globalThis, { sent: (name: string, prefix: string, args: readonly unknown[]) => { if (OPS[name]) for (const key of args.slice(0, name === 'del' ? undefined : 1)) if (typeof key === 'string') sent.push(`${OPS[name]} ${prefix}${key}`) } })
  const modules = await Promise.all(readdirSync(folder).filter((each) => each.endsWith('.ts') && each !== 'client.ts').map(async (file) => await import(join(folder, file)) as Record<string, unknown>))
  const exported = modules.flatMap((module) => Object.values(module)).filter((value): value is Callable => typeof value === 'function')
  const plain = exported.filter(isClass).flatMap((each) => made(each, []))
  const objects = [...plain, ...exported.filter(isClass).filter((each) => each.length > 0).flatMap((each) => plain.flatMap((other) => made(each, [other])))]
  const methods = objects.flatMap((object) => Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object) as object))
    .flatMap(([name, { value }]) => (name !== 'constructor' && typeof value === 'function' ? [(value as Callable).bind(object)] : [])))
  for (const call of [...exported.filter((each) => !isClass(each)), ...methods]) {
    const before = sent.length
    for (const shape of SHAPES) {
      if (sent.length > before) break
      await (async () => call(...Array.from({ length: call.length }, (_, i) => shape(i))))().catch(() => undefined)
    }
  }
  return sent
}

test('most of the programs can be run', () => {
  expect(runnable.length).toBeGreaterThanOrEqual(20)
})

test.each(runnable)('%s: each key that it sends is one of a template that the audit gives', async (name) => {
  const sent = await used(copied(name))
  const { sites } = auditFolder(join(FOLDER, name)).model
  expect(sent.length).toBeGreaterThan(0)
  // A table that is asked for a name which its type does not have gives `undefined`: no caller may do that.
  const unknown = [...new Set(sent)].filter((line) => !line.includes('undefined')).filter((line) => {
    const [op, key] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]
    return !sites.some((site) => (site.op === op || site.op === 'read-through') && site.key.templates.some((template) => isInstance(key, template)))
  })
  expect(unknown).toEqual([])
})
