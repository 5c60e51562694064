import { createCache, defineKeys, key } from '../../src/runtime/index.js'

const keys = defineKeys({ post: key<string>()({ scope: 'public', template: 'post:{id}', ttl: '1h' }) })
const cache = createCache({ keys })

const save = (id: string, text: string) => cache.set(keys.post({ id }), text)
const forget = (one: string, other: string) => cache.deleteMany([keys.post({ id: one }), keys.post({ id: other })])

/** Two posts are changed. Is an old one still served? */
export async function run(print: (line: string) => void): Promise<boolean> {
  const { one, other } = JSON.parse('{"one":"7","other":"8"}') as { one: string; other: string }
  await save(one, 'the old post')
  print(`the delete found its keys: ${(await forget(one, other)).join(', ')}`)
  const served = await cache.get(keys.post({ id: one }))
  print(`served: ${served}`)
  return served !== undefined
}
