const inflight = new Map<string, Promise<string>>()
let isDown = true

async function load(id: string): Promise<string> {
  if (isDown) throw new Error('the database is down')
  return `page ${id}`
}

export function page(id: string): Promise<string> {
  const known = inflight.get(id)
  if (known) return known
  const promise = load(id)
  // expect: cached-error
  inflight.set(id, promise)
  return promise
}

/** The database is down once. Does the page fail when it is up again? */
export async function run(print: (line: string) => void): Promise<boolean> {
  await page('7').catch(() => undefined)
  isDown = false
  const served = await page('7').catch((error: Error) => error.message)
  print(`served when it is up again: ${served}`)
  return served !== 'page 7'
}
