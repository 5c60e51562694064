import { Redis } from '../redis.js'

const redis = new Redis()

async function isKnown(id: string): Promise<boolean> {
  if ((await redis.get(`page:${id}`)) !== null) return true
  return false
}

/** Nothing was ever stored. Is it said to be there? */
export async function run(print: (line: string) => void): Promise<boolean> {
  const answer = await isKnown('7')
  print(`known: ${answer}`)
  return answer
}
