import { Redis } from '../redis.js'

const redis = new Redis()

interface Session { readonly userId: string }

async function draft(session: Session | undefined, text?: string): Promise<string | null> {
  // expect: undefined-in-key
  const key = `draft:${session?.userId}`
  if (text !== undefined) await redis.set(key, text, 'EX', 60)
  return redis.get(key)
}

/** Two visitors without a session, after one that has one. Does one see the draft of the other? */
export async function run(print: (line: string) => void): Promise<boolean> {
  await draft({ userId: '7' }, 'of a user')
  await draft(undefined, 'of the first')
  const served = await draft(undefined)
  print(`served to the second: ${served ?? 'nothing'}`)
  return served === 'of the first'
}
