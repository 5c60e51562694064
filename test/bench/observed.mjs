// A million observed keys against two thousand templates, beside reading the same lines and doing nothing.
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { parse } from '../../dist/src/keys/parse.js'
import { observationsIn } from '../../dist/src/observed/lines.js'
import { Matcher } from '../../dist/src/observed/matcher.js'
import { Tally } from '../../dist/src/observed/tally.js'

const templates = Array.from({ length: 2000 }, (_, i) => parse(i % 4 === 0 ? `app${i % 50}:kind${i}:{id}` : i % 4 === 1 ? `app${i % 50}:kind${i}:{id}:{lang}:part` : i % 4 === 2 ? `kind${i}-{id}` : `tenant:{tenantId}:kind${i}:{id}`))
function* keys(count) {
  for (let i = 0; i < count; i++) {
    const t = (i * 7919) % 2000
    yield (t % 4 === 0 ? `app${t % 50}:kind${t}:${i}` : t % 4 === 1 ? `app${t % 50}:kind${t}:${i}:en:part` : t % 4 === 2 ? `kind${t}-${i}` : `tenant:${i % 100}:kind${t}:${i}`) + '\n'
  }
}
async function run(count, work) {
  global.gc?.()
  const began = performance.now()
  let most = 0
  let n = 0
  for await (const line of createInterface({ input: Readable.from(keys(count)) })) {
    work(line)
    if (++n % 50_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed)
  }
  return { ms: performance.now() - began, mb: most / 2 ** 20 }
}
console.log('| keys | bare reading, ms | observed, ms | ratio | heap at most, MB |\n|---|---|---|---|---|')
for (const count of [100_000, 1_000_000]) {
  const bare = await run(count, () => undefined)
  const tally = new Tally(new Matcher(templates), { hashHoles: false, salt: '' })
  const full = await run(count, (line) => { for (const each of observationsIn(line)) tally.add(each) })
  const { matched } = tally.result([])
  if (matched !== count) throw new Error(`${matched} of ${count} matched`)
  console.log(`| ${count} | ${bare.ms.toFixed(0)} | ${full.ms.toFixed(0)} | ${(full.ms / bare.ms).toFixed(1)} | ${full.mb.toFixed(0)} |`)
}
