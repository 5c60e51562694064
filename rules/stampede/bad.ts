import { Redis } from '../redis.js'

const redis = new Redis()

let loads = 0

async function load(id: string): Promise<string> {
  loads++
  return `page ${id}`
}

async function page(id: string): Promise<string> {
  // expect: stampede
  const hit = await redis.get(`page:${id}`)
  if (hit !== null) return hit
  const made = await load(id)
  await redis.set(`page:${id}`, made, 'EX', 60)
  return made
}

/** Three ask at the same time. How often is it loaded? */
export async function run(print: (line: string) => void): Promise<boolean> {
  await Promise.all(['7', '7', '7'].map(page))
  print(`loads: ${loads}`)
  return loads > 1
}
