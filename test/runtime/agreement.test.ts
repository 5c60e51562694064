import { expect, test } from 'vitest'
import { defineKeys, key } from '../../src/runtime/index.js'
import { siteLines } from '../support.js'

test('the audit reads the keys that the runtime makes, with their prefix', () => {
  const options = { namespace: 'shop', environment: 'prod', version: 3 }
  const real = defineKeys({ post: key<string>()({ scope: 'public', template: 'post:{id}:{lang}', ttl: '5m' }) }, options)
  const code = `import { createCache, defineKeys, key } from 'keyproof/runtime'
const keys = defineKeys({ post: key<string>()({ scope: 'public', template: 'post:{id}:{lang}', ttl: '5m' }) }, ${JSON.stringify(options)})
const cache = createCache({ keys })
export const read = (id: string, lang: string) => cache.get(keys.post({ id, lang }))
export const drop = (id: string) => cache.delete(keys.post({ id, lang: 'en' }))`
  expect(siteLines({ 'main.ts': code })).toEqual([`read ${real.post.template}`, `delete ${real.post.template.replace('{lang}', 'en')}`])
  expect(real.post({ id: 7, lang: 'en' }).text).toBe('shop:prod:v3:post:7:en')
})
