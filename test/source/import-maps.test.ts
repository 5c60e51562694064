import { expect, test } from 'vitest'
import { siteLines } from '../support.js'

const FILES = {
  'src/lib/keys.ts': 'export const pageKey = (id: string) => `page:${id}`',
  'src/main.ts': "import Redis from 'ioredis'\nimport { pageKey } from '#lib/keys.ts'\nconst redis = new Redis()\nexport const read = (id: string) => redis.get(pageKey(id))",
}

test('the import map of deno.json leads to files', () => {
  expect(siteLines({ ...FILES, 'deno.json': '{ "imports": { "#lib/": "./src/lib/", "std": "jsr:@std/fs" } }' })).toEqual(['read page:{id}'])
})

test('so does that of deno.jsonc, with comments, and the longest name counts', () => {
  expect(siteLines({ ...FILES, 'deno.jsonc': '// maps\n{ "imports": { "#": "./nowhere/", "#lib/": "./src/lib/" } }' })).toEqual(['read page:{id}'])
})

test('without it the key is not known', () => {
  expect(siteLines(FILES)).not.toEqual(['read page:{id}'])
})
