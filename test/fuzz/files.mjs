#!/usr/bin/env node
// Audits each file below the folders as if a cache were in it, and asks for a key of every name that it declares:
//
//   npm run fuzz:files -- DIR…
//
// Made for the conformance tests of TypeScript. Exit 1 where an audit falls over, takes too long or too much.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Auditor } from './auditor.mjs'

const AT_ONCE = 20
const isSource = (path) => /\.(?:[cm]?[jt]sx?|vue|svelte)$/.test(path)
const files = process.argv.slice(2).flatMap((root) => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(isSource).sort().map((path) => join(root, path)))
const scratch = mkdtempSync(join(tmpdir(), 'keyproof-files-'))
const auditor = new Auditor()

/** The text of a file, behind it a key for each of its names: as it is, called, and of each member that is named. */
function withKeys(text) {
  const names = new Set(text.match(/(?<=\b(?:var|let|const|function|class|enum|namespace|module)\s+)[A-Za-z_$][\w$]*/g))
  const members = [...new Set(text.match(/(?<=\.)[A-Za-z_$][\w$]*/g))].slice(0, 8)
  const keys = [...names].flatMap((name) => [name, `${name}()`, `new ${name}()`, ...members.flatMap((member) => [`${name}.${member}`, `${name}.${member}(${name})`])])
  return `${text}\nimport KeyproofRedis from 'ioredis'\nconst keyproofRedis = new KeyproofRedis()\n${keys.map((key) => `keyproofRedis.get(${key})\nkeyproofRedis.del(\`k:\${${key}}\`)`).join('\n')}\n`
}

let [audited, sites, faults] = [0, 0, 0]
async function audit(some) {
  const folder = join(scratch, String(audited))
  mkdirSync(folder, { recursive: true })
  some.forEach((file, i) => writeFileSync(join(folder, `${i}-${basename(file)}`), withKeys(readFileSync(file, 'utf8'))))
  const answer = await auditor.audit(folder)
  rmSync(folder, { recursive: true })
  if (answer.fault && some.length > 1) {
    for (const file of some) await audit([file])
    return
  }
  audited += some.length
  sites += answer.sites ?? 0
  if (!answer.fault) return
  faults++
  process.stdout.write(`${some[0]}: ${answer.fault.split('\n').slice(0, 3).join(' ')}\n`)
}

for (let at = 0; at < files.length; at += AT_ONCE) await audit(files.slice(at, at + AT_ONCE))
auditor.process?.kill()
rmSync(scratch, { recursive: true })
process.stdout.write(`${audited} files audited, ${sites} cache calls, ${faults} faults\n`)
process.exit(faults > 0 ? 1 : 0)
