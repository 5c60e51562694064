import { createCache, defineKeys, key } from '../../src/runtime/index.js'

const keys = defineKeys({ dashboard: key<string>()({ scope: 'public', template: 'user_dashboard', ttl: '5m' }) })
const cache = createCache({ keys })

const load = (userId: string): Promise<string> => Promise.resolve(`the dashboard of ${userId}`)

// expect: missing-user-scope
const dashboardOf = (userId: string) => cache.getOrSet(keys.dashboard({}), () => load(userId))

/** Two users ask one after the other. Is one served what was made for the other? */
export async function run(print: (line: string) => void): Promise<boolean> {
  print(`Ada is served ${await dashboardOf('Ada')}`)
  const served = await dashboardOf('Bob')
  print(`Bob is served ${served}`)
  return served !== 'the dashboard of Bob'
}
