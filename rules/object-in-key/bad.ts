import { Redis } from '../redis.js'

const redis = new Redis()

interface Filter { readonly tag: string }

const load = (filter: Filter): Promise<string> => Promise.resolve(`posts about ${filter.tag}`)

async function posts(filter: Filter): Promise<string> {
  // expect: object-in-key
  const key = `posts:${filter}`
  const hit = await redis.get(key)
  if (hit !== null) return hit
  const made = await load(filter)
  await redis.set(key, made, 'EX', 60)
  return made
}

/** Two filters. Does one get the posts of the other? */
export async function run(print: (line: string) => void): Promise<boolean> {
  print(`cats: ${await posts({ tag: 'cats' })}`)
  const served = await posts({ tag: 'dogs' })
  print(`dogs: ${served}`)
  return served !== 'posts about dogs'
}
