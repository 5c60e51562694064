import { createCache, defineKeys, key } from '../../src/runtime/index.js'

const keys = defineKeys({ account: key<string>()({ scope: 'public', template: 'account:{email}', ttl: '1h' }) })
const cache = createCache({ keys })

const save = (email: string, name: string) => cache.set(keys.account({ email: email.toLowerCase() }), name)

// expect: hole-mismatch
const forget = (email: string) => cache.delete(keys.account({ email }))

/** Somebody renames an account. Is the old name still served? */
export async function run(print: (line: string) => void): Promise<boolean> {
  const { email } = JSON.parse('{"email":"Ada@Example.org"}') as { email: string }
  await save(email, 'the old name')
  print(`the delete found its key: ${await forget(email)}`)
  const served = await cache.get(keys.account({ email: email.toLowerCase() }))
  print(`served: ${served}`)
  return served !== undefined
}
