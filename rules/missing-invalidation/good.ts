import { createCache, defineKeys, key } from '../../src/runtime/index.js'
import { Pool } from '../pool.js'

const keys = defineKeys({ member: key<string>()({ scope: 'public', template: 'member:{id}', ttl: '1h' }) })
const cache = createCache({ keys })
const pool = new Pool()

const nameOf = (id: string) => cache.getOrSet(keys.member({ id }), async () => (await pool.query('SELECT name FROM members WHERE id = $1', [id])).rows[0]?.name ?? 'nobody')

export async function rename(id: string, name: string): Promise<void> {
  await pool.query('UPDATE members SET name = $1 WHERE id = $2', [name, id])
  await cache.delete(keys.member({ id }))
}

export async function correct(id: string, name: string): Promise<void> {
  await pool.query('UPDATE members SET name = $1 WHERE id = $2', [name, id])
  await cache.delete(keys.member({ id }))
}

/** A name is corrected. Is the old one still served? */
export async function run(print: (line: string) => void): Promise<boolean> {
  const { id } = JSON.parse('{"id":"7"}') as { id: string }
  await rename(id, 'Adda')
  print(`served: ${await nameOf(id)}`)
  await correct(id, 'Ada')
  const served = await nameOf(id)
  print(`served after the correction: ${served}`)
  return served !== 'Ada'
}
