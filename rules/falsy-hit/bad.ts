const counts = new Map<string, number>()
let loads = 0

async function load(): Promise<number> {
  loads++
  return 0
}

async function unread(userId: string): Promise<number> {
  const hit = counts.get(`unread:${userId}`)
  // expect: falsy-hit
  if (hit) return hit
  const count = await load()
  counts.set(`unread:${userId}`, count)
  return count
}

/** A user has nothing to read. Is that loaded each time? */
export async function run(print: (line: string) => void): Promise<boolean> {
  await unread('7')
  await unread('7')
  print(`loads: ${loads}`)
  return loads > 1
}
