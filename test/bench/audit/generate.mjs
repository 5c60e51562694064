// Makes a monorepo of so many files, of which so many use a cache: `node generate.mjs FOLDER FILES SITES`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PER_PACKAGE = 100

/** A module as most are: types, functions, imports of its neighbours, and no cache. */
const plain = (i) => `import { total${Math.max(0, i - 1)} } from './module-${Math.max(0, i - 1)}'

export interface Order${i} { readonly id: string; readonly lines: readonly { readonly price: number; readonly count: number }[]; readonly note?: string }

export function total${i}(order: Order${i}): number {
  return order.lines.reduce((sum, { price, count }) => sum + price * count, 0)
}

export function labelled${i}(orders: readonly Order${i}[], locale: string): Map<string, string> {
  const labels = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' })
  const byId: [string, string][] = []
  for (const order of orders) {
    if (order.lines.length === 0) continue
    const text = labels.format(total${i}(order))
    byId.push([order.id, order.note ? \`\${text} (\${order.note})\` : text])
  }
  return new Map(byId)
}

export async function later${i}(order: Order${i}, wait: (ms: number) => Promise<void>): Promise<number> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      return total${i}(order) + (attempt === 0 ? 0 : total${Math.max(0, i - 1)}({ ...order, lines: [] }))
    } catch (error) {
      if (attempt === 2) throw error
      await wait(2 ** attempt * 100)
    }
  }
  return 0
}
`

/** A module with three cache calls: a key by a factory, through a wrapper, and one delete. */
const caching = (i, pkg) => `import Redis from 'ioredis'
import { keys } from '../keys-${pkg}'

const redis = new Redis()

async function remember${i}<T>(key: string, seconds: number, load: () => Promise<T>): Promise<T> {
  const hit = await redis.get(key)
  if (hit !== null) return JSON.parse(hit) as T
  const value = await load()
  await redis.set(key, JSON.stringify(value), 'EX', seconds)
  return value
}

export const order${i} = (id: string, load: (id: string) => Promise<{ id: string }>) => remember${i}(keys.order${i}(id), 60, () => load(id))

export async function changed${i}(id: string): Promise<void> {
  await redis.del(keys.order${i}(id))
}
`

export function generate(folder, files, sites) {
  const every = Math.max(1, Math.floor(files / Math.max(1, sites / 3)))
  for (let pkg = 0; pkg * PER_PACKAGE < files; pkg++) {
    const source = join(folder, `packages/p${pkg}/src/modules`)
    mkdirSync(source, { recursive: true })
    const names = []
    for (let at = 0; at < PER_PACKAGE && pkg * PER_PACKAGE + at < files; at++) {
      const i = pkg * PER_PACKAGE + at
      const isCaching = i % every === 0
      if (isCaching) names.push(i)
      writeFileSync(join(source, `${isCaching ? 'cache' : 'module'}-${i}.ts`), isCaching ? caching(i, pkg) : plain(i))
    }
    writeFileSync(join(folder, `packages/p${pkg}/src/keys-${pkg}.ts`), `export const keys = {\n${names.map((i) => `  order${i}: (id: string) => \`shop:order${i}:\${id}:lines\`,\n`).join('')}}\n`)
    writeFileSync(join(folder, `packages/p${pkg}/package.json`), `{ "name": "@bench/p${pkg}", "private": true }\n`)
  }
  writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "private": true, "workspaces": ["packages/*"] }\n')
}

if (process.argv[1] === new URL(import.meta.url).pathname) generate(process.argv[2], Number(process.argv[3]), Number(process.argv[4]))
