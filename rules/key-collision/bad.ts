import { createCache, defineKeys, key } from '../../src/runtime/index.js'

const keys = defineKeys({ summary: key<string>()({ scope: 'public', template: 'summary:{id}', ttl: '5m' }) })
const cache = createCache({ keys })

const salesOf = (id: string): Promise<string> => Promise.resolve(`sales of ${id}`)
const stockOf = (id: string): Promise<string> => Promise.resolve(`stock of ${id}`)

// expect: key-collision
const salesSummary = (id: string) => cache.getOrSet(keys.summary({ id }), () => salesOf(id))
const stockSummary = (id: string) => cache.getOrSet(keys.summary({ id }), () => stockOf(id))

/** Both summaries are asked for. Is one served for the other? */
export async function run(print: (line: string) => void): Promise<boolean> {
  const { id } = JSON.parse('{"id":"7"}') as { id: string }
  print(`sales: ${await salesSummary(id)}`)
  const served = await stockSummary(id)
  print(`stock: ${served}`)
  return served !== 'stock of 7'
}
