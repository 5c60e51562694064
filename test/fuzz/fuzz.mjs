#!/usr/bin/env node
// Spoils real code, audits it, and keeps what makes the audit fall over, take too long or take too much:
//
//   npm run fuzz -- [--minutes N] [--seed N] [--keep DIR] [DIR…]
//
// The code comes from fixtures/, rules/ and the folders named. What is kept can be audited again by hand. Exit 1 where there is any.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Auditor } from './auditor.mjs'
import { mutate } from './mutations.mjs'

const MOST_FILES = 12
const here = dirname(fileURLToPath(import.meta.url))
const words = process.argv.slice(2)
const value = (name, fallback) => (words.includes(name) ? words.splice(words.indexOf(name), 2)[1] : fallback)
const [minutes, seed, keep] = [Number(value('--minutes', 1)), Number(value('--seed', Date.now() % 2 ** 31)), value('--keep', mkdtempSync(join(tmpdir(), 'keyproof-fuzz-')))]

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(state) {
  return () => {
    state = (state + 0x6D2B79F5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = generator(seed)
const isSource = (path) => /\.(?:[cm]?[jt]sx?|vue|svelte)$/.test(path) && !/(?:^|\/)node_modules\//.test(path)
const roots = [join(here, '../../fixtures'), join(here, '../../rules'), ...words]
const texts = roots.flatMap((root) => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(isSource).map((path) => ({ path: basename(path), text: readFileSync(join(root, path), 'utf8') })))
  .filter(({ text }) => text.length < 60_000)
const pick = (list) => list[Math.floor(random() * list.length)]

/** A few files side by side, some of them spoilt. */
function plant(folder) {
  mkdirSync(folder, { recursive: true })
  const chosen = Array.from({ length: 1 + Math.floor(random() * MOST_FILES) }, () => pick(texts))
  for (const { path, text } of chosen) writeFileSync(join(folder, path), random() < 0.6 ? mutate(text, chosen.map((other) => other.text), random) : text)
  if (random() < 0.3) for (const name of ['package.json', 'tsconfig.json']) writeFileSync(join(folder, name), mutate('{ "name": "a", "workspaces": ["*"], "extends": "./tsconfig.json", "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./*"] } } }', ['{'], random))
}

const scratch = mkdtempSync(join(tmpdir(), 'keyproof-fuzzed-'))
const auditor = new Auditor()
const until = Date.now() + minutes * 60_000
let [audits, faults, sites, findings, told] = [0, 0, 0, 0, 0]
while (Date.now() < until) {
  const folder = join(scratch, String(audits++))
  plant(folder)
  const answer = await auditor.audit(folder)
  sites += answer.sites ?? 0
  findings += answer.findings ?? 0
  if (answer.told) told++
  if (answer.fault) {
    const kept = join(keep, `${seed}-${audits}`)
    cpSync(folder, kept, { recursive: true })
    writeFileSync(join(keep, `${seed}-${audits}.txt`), `${answer.fault}\n`)
    process.stdout.write(`${kept}: ${answer.fault.split('\n').slice(0, 3).join(' ')}\n`)
    faults++
  }
  rmSync(folder, { recursive: true })
}
auditor.process?.kill()
rmSync(scratch, { recursive: true })
process.stdout.write(`seed ${seed}: ${audits} programs audited, ${sites} cache calls and ${findings} findings in them, ${told} refused with a message, ${faults} faults\n`)
process.exit(faults > 0 ? 1 : 0)
