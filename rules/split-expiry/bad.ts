import { Redis } from '../redis.js'

const redis = new Redis()

async function count(ip: string): Promise<number> {
  // expect: split-expiry
  const hits = await redis.incr(`hits:${ip}`)
  if (hits === 1) await redis.expire(`hits:${ip}`, 60)
  return hits
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
