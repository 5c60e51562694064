import { createCache, defineKeys, key } from '../../src/runtime/index.js'

interface Request { readonly url: string; readonly user: { readonly name: string } }
interface Answer { readonly text: string; readonly headers: Readonly<Record<string, string>> }

const keys = defineKeys({ page: key<Answer>()({ scope: 'public', template: 'http:{url}', ttl: '1m' }) })
const network = createCache({ keys })

export function handler(req: Request): Answer {
  const text = `the invoices of ${req.user.name}`
  // expect: public-user-response
  return { text, headers: { 'Cache-Control': 'public, s-maxage=60' } }
}

/** What a network in front of the handler does: it keeps by the address what it may keep for all. */
async function ask(req: Request): Promise<string> {
  const kept = await network.get(keys.page({ url: req.url }))
  if (kept) return kept.text
  const answer = handler(req)
  if (/\bpublic\b/.test(answer.headers['Cache-Control'] ?? '')) await network.set(keys.page({ url: req.url }), answer)
  return answer.text
}

/** Two users open one address. Is one served what was made for the other? */
export async function run(print: (line: string) => void): Promise<boolean> {
  print(`Ada is served ${await ask({ url: '/invoices', user: { name: 'Ada' } })}`)
  const served = await ask({ url: '/invoices', user: { name: 'Bob' } })
  print(`Bob is served ${served}`)
  return served !== 'the invoices of Bob'
}
