#!/usr/bin/env node
// Begins a rule, a client or a format: writes what it needs, each piece small and working, and registers it.
//
//   npm run new -- rule ID | client ID | format ID
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { clientFiles, formatFiles, ruleFiles } from './templates.mjs'

const root = process.cwd()
const [kind, id] = process.argv.slice(2)
const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())

const KINDS = {
  rule: { files: ruleFiles, register: registerRule },
  client: { files: clientFiles, register: registerClient },
  format: { files: formatFiles, register: registerFormat },
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

/** Puts lines into a file in front of, or behind, what stands there once. */
function insert(path, anchor, made) {
  const text = readFileSync(join(root, path), 'utf8')
  if (!anchor.test(text)) fail(`${path}: ${anchor} is not there any more: register ${id} by hand`)
  writeFileSync(join(root, path), text.replace(anchor, made))
}

function registerRule() {
  insert('rules/index.ts', /^import type .*\n/m, `$&import { ${camel(id)} } from './${id}/rule.js'\n`)
  insert('rules/index.ts', /(?=\n\]\n*$)/, `\n  ${camel(id)},`)
  insert('README.md', /(^\| \[[\w-]+\]\(rules\/[^\n]*\n)(?!\| \[)/m, `$1| [${id}](rules/${id}/README.md) | warning | what it finds, in a line | [what goes wrong](rules/${id}/bad.ts) |\n`)
}

function registerClient() {
  insert('src/clients/registry.ts', /(?=^import .* from '\.\/spec\.js')/m, `import { ${camel(id)} } from './${id}.js'\n`)
  insert('src/clients/registry.ts', /(export const BUILT_IN[^=]*= \[\n)/, `$1  ${camel(id)},\n`)
}

function registerFormat() {
  insert('src/report/formats/format.ts', /(export const FORMATS = \[[^\]]*)\]/, `$1, '${id}']`)
  insert('src/report/formats/format.ts', /( {4}case 'agent':.*\n)/, `$1    case '${id}': return (await import('./${id}.js')).${camel(id)}\n`)
}

const chosen = KINDS[kind] ?? fail('usage: npm run new -- rule|client|format ID')
if (!/^[a-z][a-z\d]*(?:-[a-z\d]+)*$/.test(id ?? '')) fail(`"${id ?? ''}" is no name: write it small, with dashes, such as stale-tag`)
const files = chosen.files(id, camel(id))
for (const path of Object.keys(files)) if (existsSync(join(root, path))) fail(`${path} is there already`)
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  process.stdout.write(`wrote ${path}\n`)
}
chosen.register()
process.stdout.write('registered it. Next: CONTRIBUTING.md tells what each piece is to become.\n')
