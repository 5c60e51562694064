import { createCache, defineKeys, key } from '../../src/runtime/index.js'

const keys = defineKeys({ prompt: key<string>()({ scope: 'public', template: 'chatbot:v2:{env}:{lang}:prompt', ttl: '1h' }) })
const cache = createCache({ keys })

const save = (env: string, lang: string, text: string) => cache.set(keys.prompt({ env, lang }), text)

// expect: set-delete-mismatch
const forget = (env: string) => cache.unsafe.delete(`chatbot:v2:${env}:prompt`)

/** An editor changes a prompt. Is the old one still served? */
export async function run(print: (line: string) => void): Promise<boolean> {
  const { env, lang } = JSON.parse('{"env":"prod","lang":"en"}') as { env: string; lang: string }
  await save(env, lang, 'the old prompt')
  print(`the delete found its key: ${await forget(env)}`)
  const served = await cache.get(keys.prompt({ env, lang }))
  print(`served: ${served}`)
  return served !== undefined
}
