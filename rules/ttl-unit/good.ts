import { Redis } from '../redis.js'

const redis = new Redis()

const save = (id: string, page: string) => redis.set(`page:${id}`, page, 'EX', 60 * 60)

/** A page is kept for an hour. Is it gone after two? */
export async function run(print: (line: string) => void): Promise<boolean> {
  await save('7', 'old')
  redis.wait(2 * 60 * 60 * 1000)
  const served = await redis.get('page:7')
  print(`served after two hours: ${served}`)
  return served !== null
}
