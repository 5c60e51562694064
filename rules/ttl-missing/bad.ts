import { Redis } from '../redis.js'

const redis = new Redis()

export function remember(userId: string, view: string): Promise<'OK' | null> {
  // expect: ttl-missing
  return redis.set(`view:${userId}`, view)
}

/** A thousand users come once. What is left of them a year later? */
export async function run(print: (line: string) => void): Promise<boolean> {
  for (let i = 0; i < 1000; i++) await remember(String(i), 'home')
  redis.wait(365 * 24 * 60 * 60 * 1000)
  const left = await redis.dbsize()
  print(`entries after a year: ${left}`)
  return left > 0
}
