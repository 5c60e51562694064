import { createCache, defineKeys, key } from '../../src/runtime/index.js'

const keys = defineKeys({
  photo: key<string>()({ scope: 'public', template: 'users:photo:{id}:small', ttl: '1h' }),
  picture: key<string>()({ scope: 'public', template: 'users:{id}:small', ttl: '1h' }),
})
const cache = createCache({ keys })

const save = (id: string, photo: string) => cache.set(keys.photo({ id }), photo)

// expect: set-get-mismatch
const find = (id: string) => cache.get(keys.picture({ id }))

/** A photo was stored. Is it missed all the same? */
export async function run(print: (line: string) => void): Promise<boolean> {
  const { id } = JSON.parse('{"id":"7"}') as { id: string }
  await save(id, 'photo')
  const found = await find(id)
  print(`found: ${found}`)
  return found === undefined
}
