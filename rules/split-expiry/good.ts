import { Redis } from '../redis.js'

const redis = new Redis()

async function count(ip: string): Promise<number> {
  await redis.set(`hits:${ip}`, 0, 'EX', 60, 'NX')
  return redis.incr(`hits:${ip}`)
}

/** The connection breaks between two commands. Does the count ever start anew? */
export async function run(print: (line: string) => void): Promise<boolean> {
  redis.failAt('expire')
  await count('127.0.0.1').catch(() => undefined)
  redis.wait(24 * 60 * 60 * 1000)
  const hits = await count('127.0.0.1')
  print(`counted a day later: ${hits}`)
  return hits !== 1
}
