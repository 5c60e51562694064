import { Redis } from '../redis.js'

const redis = new Redis()

interface User { readonly name: string; readonly createdAt: string }

const load = (name: string): Promise<User> => Promise.resolve({ name, createdAt: new Date(0).toISOString() })

async function userOf(name: string): Promise<User> {
  const hit = await redis.get(`user:${name}`)
  if (hit !== null) return JSON.parse(hit) as User
  const user = await load(name)
  await redis.set(`user:${name}`, JSON.stringify(user), 'EX', 60)
  return user
}

/** A user is asked for twice. Is the second one the same? */
export async function run(print: (line: string) => void): Promise<boolean> {
  await userOf('Ada')
  const user = await userOf('Ada')
  try {
    print(`since ${new Date(user.createdAt).getFullYear()}`)
    return false
  } catch (error) {
    print(`the hit: ${(error as Error).message}`)
    return true
  }
}
