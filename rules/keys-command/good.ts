import { Redis } from '../redis.js'

const redis = new Redis()

async function clear(userId: string): Promise<void> {
  let cursor = '0'
  const found: string[] = []
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `user:${userId}:*`)
    cursor = next
    found.push(...keys)
  } while (cursor !== '0')
  if (found.length > 0) await redis.del(...found)
}

/** A user has fifty entries. Are they gone when they are cleared? */
export async function run(print: (line: string) => void): Promise<boolean> {
  for (let i = 0; i < 50; i++) await redis.set(`user:7:${i}`, 'entry', 'EX', 60)
  await clear('7')
  const left = await redis.dbsize()
  print(`entries left: ${left}`)
  return left > 0
}
