import { createCache, defineKeys, key } from '../../src/runtime/index.js'

const keys = defineKeys({ list: key<string>()({ scope: 'public', template: 'posts:{topic}:{page}', ttl: '5m' }) })
const cache = createCache({ keys })

const load = (topic: string, page: number): Promise<string> => Promise.resolve(`page ${page} of ${topic}`)

const posts = (topic: string, page: number) => cache.getOrSet(keys.list({ topic, page }), () => load(topic, page))

/** A reader turns the page. Is the first one served again? */
export async function run(print: (line: string) => void): Promise<boolean> {
  print(`page 1: ${await posts('news', 1)}`)
  const served = await posts('news', 2)
  print(`page 2: ${served}`)
  return served !== 'page 2 of news'
}
