import { Redis } from '../redis.js'

const redis = new Redis()

async function clear(userId: string): Promise<void> {
  // expect: keys-command
  const [, keys] = await redis.scan('0', 'MATCH', `user:${userId}:*`)
  if (keys.length > 0) await redis.del(...keys)
}

/** A user has fifty entries. Are they gone when they are cleared? */
export async function run(print: (line: string) => void): Promise<boolean> {
  for (let i = 0; i < 50; i++) await redis.set(`user:7:${i}`, 'entry', 'EX', 60)
  await clear('7')
  const left = await redis.dbsize()
  print(`entries left: ${left}`)
  return left > 0
}
