import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ts } from 'ts-morph'
import { expect, test } from 'vitest'
import { isInstance, overlaps } from '../../src/keys/match.js'
import { text, type Template } from '../../src/keys/template.js'
import { auditFolder, REPOSITORY } from '../support.js'
import { standInFiles, withStandIns } from './stand-ins.js'

/** One operation, as the store sees it. */
interface Sent { readonly op: string; readonly key: unknown }

const FOLDER = join(REPOSITORY, 'fixtures/capabilities')
const sourcesOf = (name: string): [string, string][] => readdirSync(join(FOLDER, name)).filter((file) => file.endsWith('.ts')).map((file) => [file, readFileSync(join(FOLDER, name, file), 'utf8')])

const programs = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)

/** A function that is given what its types do not allow, or a table asked for a name that it does not have, makes `undefined`: no caller may do that. */
const isWhole = ({ key }: Sent): boolean => !String(key).includes('undefined')

/** As the frameworks of decorators are compiled. */
const COMPILED = { experimentalDecorators: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }

/** Arguments of several shapes: the first with which a function sends something is taken for what it wants. */
const record: object = new Proxy({}, { get: (_, name) => (typeof name === 'symbol' || name === 'then' ? undefined : `m-${name}`) })
const SHAPES: readonly ((index: number) => unknown)[] = [(index) => `a${index}`, () => record, (index) => [`a${index}`, `b${index}`], (index) => (index === 0 ? 'a0' : record), (index) => (index === 0 ? record : `a${index}`)]

function copied(name: string): string {
  const to = join(REPOSITORY, 'node_modules/.cache/keyproof-capabilities', name)
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  for (const [file, text] of standInFiles) writeFileSync(join(to, file), text)
  for (const [file, text] of sourcesOf(name)) writeFileSync(join(to, file), `// @ts-nocheck\n${ts.transpile(withStandIns(text), COMPILED)}`)
  return to
}

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

async function used(folder: string): Promise<readonly Sent[]> {
  const sent: Sent[] = []
  Object.assign(globalThis, { sent: (op: string, key: unknown) => sent.push({ op, key }) })
  const modules = await Promise.all(readdirSync(folder).filter((each) => each.endsWith('.ts') && !each.startsWith('stand-in-')).map(async (file) => await import(join(folder, file)) as Record<string, unknown>))
  const exported = modules.flatMap((module) => Object.values(module)).filter((value): value is Callable => typeof value === 'function')
  const plain = exported.filter(isClass).flatMap((each) => made(each, []))
  const objects = [...plain, ...exported.filter(isClass).filter((each) => each.length > 0).flatMap((each) => plain.flatMap((other) => made(each, [other])))]
  const methods = objects.flatMap((object) => Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object) as object))
    .flatMap(([name, { value }]) => (name !== 'constructor' && typeof value === 'function' ? [(value as Callable).bind(object)] : [])))
  for (const call of [...exported.filter((each) => !isClass(each)), ...methods]) {
    const before = sent.length
    for (const shape of SHAPES) {
      if (sent.slice(before).some(isWhole)) break
      await (async () => call(...Array.from({ length: Math.max(call.length, 2) }, (_, i) => shape(i))))().catch(() => undefined)
    }
  }
  return sent
}

/** A key of run time in the notation: of an array key, its elements. */
const concrete = (key: unknown): Template => (Array.isArray(key) ? [{ kind: 'list', elements: key.map((each) => [text(String(each))]) }] : [text(String(key))])

test.each(programs)('%s: each key that it sends is one of a template that the audit gives', async (name) => {
  const sent = await used(copied(name))
  const { sites } = auditFolder(join(FOLDER, name)).model
  expect(sent.length).toBeGreaterThan(0)
  const asked = sent.filter(isWhole)
  expect(asked.length).toBeGreaterThan(0)
  const made = ({ op, key }: Sent): boolean => sites.some((site) => (site.op === op || site.op === 'read-through')
    && site.key.templates.some((template) => (typeof key === 'string' ? isInstance(key, template) : overlaps(concrete(key), template))))
  expect(asked.filter((each) => !made(each))).toEqual([])
})
