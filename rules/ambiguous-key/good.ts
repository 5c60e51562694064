import { createCache, defineKeys, key } from '../../src/runtime/index.js'

const keys = defineKeys({ content: key<string>()({ scope: 'public', template: 'content:{folder}/{file}', ttl: '5m' }) })
const cache = createCache({ keys })

const load = (folder: string, file: string): Promise<string> => Promise.resolve(`${file} in ${folder}`)

/** What divides two parameters is escaped in them. */
const contentOf = (folder: string, file: string) => cache.getOrSet(keys.content({ folder, file }), () => load(folder, file))

/** Two files whose names run together. Is one served for the other? */
export async function run(print: (line: string) => void): Promise<boolean> {
  print(`a/b, c: ${await contentOf('a/b', 'c')}`)
  const served = await contentOf('a', 'b/c')
  print(`a, b/c: ${served}`)
  return served !== 'b/c in a'
}
