import { createCache, defineKeys, key } from '../../src/runtime/index.js'

const keys = defineKeys({
  sales: key<string>()({ scope: 'public', template: 'summary:sales:{id}', ttl: '5m' }),
  stock: key<string>()({ scope: 'public', template: 'summary:stock:{id}', ttl: '5m' }),
})
const cache = createCache({ keys })

const salesOf = (id: string): Promise<string> => Promise.resolve(`sales of ${id}`)
const stockOf = (id: string): Promise<string> => Promise.resolve(`stock of ${id}`)

const salesSummary = (id: string) => cache.getOrSet(keys.sales({ id }), () => salesOf(id))
const stockSummary = (id: string) => cache.getOrSet(keys.stock({ id }), () => stockOf(id))

/** Both summaries are asked for. Is one served for the other? */
export async function run(print: (line: string) => void): Promise<boolean> {
  const { id } = JSON.parse('{"id":"7"}') as { id: string }
  print(`sales: ${await salesSummary(id)}`)
  const served = await stockSummary(id)
  print(`stock: ${served}`)
  return served !== 'stock of 7'
}
