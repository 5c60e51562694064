import { Redis } from '../redis.js'

const redis = new Redis()

let loads = 0

async function load(): Promise<string> {
  loads++
  return 'rates'
}

async function rates(): Promise<string> {
  // expect: unstable-key
  const key = `rates:${Date.now()}`
  const hit = await redis.get(key)
  if (hit !== null) return hit
  const made = await load()
  await redis.set(key, made, 'EX', 3600)
  return made
}

/** The same is asked for twice. Is it loaded twice? */
export async function run(print: (line: string) => void): Promise<boolean> {
  await rates()
  await new Promise((resolve) => { setTimeout(resolve, 5) })
  await rates()
  print(`loads: ${loads}`)
  return loads > 1
}
