import { Redis } from '../redis.js'

const redis = new Redis()

async function isKnown(id: string): Promise<boolean> {
  // @ts-expect-error TypeScript says so too, where strictNullChecks are on.
  // expect: unawaited-cache
  if (redis.get(`page:${id}`)) return true
  return false
}

/** Nothing was ever stored. Is it said to be there? */
export async function run(print: (line: string) => void): Promise<boolean> {
  const answer = await isKnown('7')
  print(`known: ${answer}`)
  return answer
}
