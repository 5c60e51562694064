import { LRUCache } from 'lru-cache'

let now = 1
const pages = new LRUCache<string, string>({ max: 100, perf: { now: () => now } })

/** @param ttl in milliseconds; 0 keeps it for good */
export function keep(id: string, page: string, ttl?: number): void {
  // expect: ttl-falsy
  pages.set(`page:${id}`, page, { ttl: ttl || 60_000 })
}

/** A page is kept for good. Is it there an hour later? */
export async function run(print: (line: string) => void): Promise<boolean> {
  keep('7', 'terms', 0)
  now += 60 * 60 * 1000
  const served = pages.get('page:7')
  print(`served an hour later: ${served ?? 'nothing'}`)
  return served === undefined
}
