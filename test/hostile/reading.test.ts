import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keyproofIn } from '../command-line.js'
import { auditFolder, project, siteLines } from '../support.js'

const REDIS = "import Redis from 'ioredis'\nconst redis = new Redis()\n"

/** A folder beside the audited one, with a key in it that must not be seen. */
const outside = (): string => project({ 'keys.ts': "export const KEY = 'secret-key'\n", 'package.json': '{ "name": "stranger", "main": "keys.ts" }', 'config.json': '{ "password": "hunter2" }' })

const keysOf = (folder: string): string => JSON.stringify(auditFolder(folder).model.sites.map((site) => site.key.templates))

test.each([
  ['an import by its path', (out: string) => ({ 'a.ts': `${REDIS}import { KEY } from '${out}/keys'\nredis.get(KEY)\n` })],
  ['a relative import', (out: string) => ({ 'a.ts': `${REDIS}import { KEY } from '../${out.split('/').at(-1)}/keys'\nredis.get(KEY)\n` })],
  ['paths of a tsconfig', (out: string) => ({ 'a.ts': `${REDIS}import { KEY } from 'far/keys'\nredis.get(KEY)\n`, 'tsconfig.json': JSON.stringify({ compilerOptions: { paths: { 'far/*': [`${out}/*`] } } }) })],
  ['a baseUrl', (out: string) => ({ 'a.ts': `${REDIS}import { KEY } from 'keys'\nredis.get(KEY)\n`, 'tsconfig.json': JSON.stringify({ compilerOptions: { baseUrl: out } }) })],
  ['a workspace', (out: string) => ({ 'a.ts': `${REDIS}import { KEY } from 'stranger'\nredis.get(KEY)\n`, 'package.json': JSON.stringify({ name: 'a', workspaces: [`../${out.split('/').at(-1)}`, out] }) })],
  ['a workspace of pnpm', (out: string) => ({ 'a.ts': `${REDIS}import { KEY } from 'stranger'\nredis.get(KEY)\n`, 'pnpm-workspace.yaml': `packages: ['../${out.split('/').at(-1)}']\n` })],
  ['imports of a package.json', (out: string) => ({ 'a.ts': `${REDIS}import { KEY } from '#keys'\nredis.get(KEY)\n`, 'package.json': JSON.stringify({ name: 'a', imports: { '#keys': `../${out.split('/').at(-1)}/keys.ts` } }) })],
  ['an import map', (out: string) => ({ 'a.ts': `${REDIS}import { KEY } from 'keys'\nredis.get(KEY)\n`, 'deno.json': JSON.stringify({ imports: { keys: `./../${out.split('/').at(-1)}/keys.ts` } }) })],
])('nothing outside of the root is read by %s', (_, files) => {
  expect(keysOf(project(files(outside())))).not.toContain('secret-key')
})

test('a tsconfig that extends one outside of the repository is read without it', () => {
  const folder = project({ 'a.ts': `${REDIS}import { KEY } from 'near/keys'\nredis.get(KEY)\n`, 'lib/keys.ts': "export const KEY = 'near-key'\n" })
  const base = JSON.stringify({ compilerOptions: { paths: { 'near/*': [`${folder}/lib/*`] } } })
  const extending = (file: string): string => {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: file }))
    return keysOf(folder)
  }
  writeFileSync(join(folder, 'base.json'), base)
  expect(extending('./base.json')).toContain('near-key')
  expect(extending(`${project({ 'base.json': base })}/base.json`)).not.toContain('near-key')
})

test.each([
  ['a file', (folder: string, out: string) => symlinkSync(join(out, 'keys.ts'), join(folder, 'keys.ts'))],
  ['a folder', (folder: string, out: string) => symlinkSync(out, join(folder, 'lib'))],
])('a symbolic link to %s outside is not followed', (_, link) => {
  const [folder, out] = [project({ 'a.ts': `${REDIS}import { KEY } from './keys'\nimport { KEY as OTHER } from './lib/keys'\nredis.get(KEY)\nredis.get(OTHER)\n` }), outside()]
  link(folder, out)
  expect(keysOf(folder)).not.toContain('secret-key')
  expect(auditFolder(folder).model.files).toBe(1)
})

test('a configuration that is a link out of the repository is refused, and nothing of it is shown', () => {
  const folder = project({ 'a.ts': REDIS })
  symlinkSync(join(outside(), 'config.json'), join(folder, 'keyproof.json'))
  const { code, stderr, stdout } = keyproofIn(folder, ['audit', '.'])
  expect(code).toBe(2)
  expect(stderr).toContain('keyproof.json: is no file of this repository; --config names one that stands elsewhere')
  expect(stderr + stdout).not.toContain('hunter2')
})

test('configurations, plugins and scripts of the audited tree are not run', () => {
  const mark = join(mkdtempSync(join(tmpdir(), 'keyproof-mark-')), 'ran')
  const code = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`
  const folder = project({
    'a.ts': `${REDIS}redis.get('a')\n`, 'keyproof.config.js': code, 'eslint.config.js': code, 'vite.config.ts': code, 'plugin.js': code, 'node_modules/plugin/index.js': code,
    'tsconfig.json': JSON.stringify({ compilerOptions: { plugins: [{ name: './plugin.js' }, { name: 'plugin', transform: './plugin.js' }] } }),
    'package.json': JSON.stringify({ name: 'a', scripts: { preaudit: `node -e "${code}"`, prepare: 'node plugin.js' } }), '.npmrc': 'node-options=--require ./plugin.js\n',
  })
  expect(keyproofIn(folder, ['audit', '.']).code).toBe(0)
  expect(existsSync(mark)).toBe(false)
})

test('a workspace with a name that every object has is no workspace', () => {
  expect(siteLines({ 'package.json': JSON.stringify({ name: 'a', workspaces: ['constructor/*', '__proto__', './toString/*', '!hasOwnProperty'] }), 'a.ts': `${REDIS}redis.get('a')\n` })).toEqual(['read a'])
})

test('pipes and folders with the names of files are passed over', () => {
  const folder = project({ 'a.ts': `${REDIS}import { x } from './folder'\nredis.get('a')\nredis.get(x)\n` })
  for (const name of ['pipe.ts', 'package.json', 'tsconfig.json', '.gitignore', 'deno.json']) execFileSync('mkfifo', [join(folder, name)])
  mkdirSync(join(folder, 'folder.ts'))
  expect(auditFolder(folder).model.sites.length).toBeGreaterThan(0)
})

test('tsconfigs that extend each other, modules that import each other, names that stand for each other come to an end', () => {
  expect(siteLines({
    'tsconfig.json': '{ "extends": "./b.json" }', 'b.json': '{ "extends": ["./tsconfig.json", "./b.json"] }',
    'a.ts': `${REDIS}import { B } from './b'\nexport const A = B\nexport * from './b'\nexport function key(id: string): string { return id ? key(id + A) : 'k' }\nexport const x = y\nconst y = x\nredis.get(key('a'))\nredis.get(x)\n`,
    'b.ts': "import { A } from './a'\nexport const B = A\nexport * from './a'\n",
  })).toHaveLength(2)
})

const DEEP = 20_000

test.each([
  ['parentheses', `redis.get(${'('.repeat(DEEP)}x${')'.repeat(DEEP)})`], ['sums', `redis.get(${'x + '.repeat(DEEP)}x)`], ['members', `redis.get(x${' .y'.repeat(DEEP)})`],
  ['calls', `redis.get(x${'()'.repeat(DEEP)})`], ['casts', `redis.get(x${' as any'.repeat(DEEP)})`], ['blocks', `${'{'.repeat(DEEP)}${'}'.repeat(DEEP)}`],
  ['types', `type T = ${'Array<'.repeat(DEEP)}string${'>'.repeat(DEEP)}`], ['else', `${'if (x) {} else '.repeat(DEEP)} {}`], ['templates', `redis.get(${'`${'.repeat(DEEP)}x${'}`'.repeat(DEEP)})`],
])('code whose %s nest without end is left out, and the rest is audited', (_, code) => {
  const { model } = auditFolder(project({ 'a.ts': `${REDIS}redis.get('near')\n`, 'b.ts': `${REDIS}declare const x: any\n${code}\n` }))
  expect(model.sites).toHaveLength(1)
  expect(model.diagnostics).toContainEqual(expect.objectContaining({ kind: 'budget', message: 'the code nests too deeply: this file was left out' }))
})

test('a word of a megabyte leaves its file out; a line of as many words does not', () => {
  const { model } = auditFolder(project({ 'a.ts': `${REDIS}redis.get('${'cacheMemo'.repeat(200_000)}')\n`, 'b.ts': `${REDIS}redis.get('near') // ${'some words '.repeat(200_000)}\n` }))
  expect(model.sites.map(({ location }) => location.path)).toEqual(['b.ts'])
  expect(model.diagnostics).toContainEqual(expect.objectContaining({ kind: 'budget', message: 'it holds a word of more than 5000 characters: this file was left out' }))
})

test.each([
  ['a union of a hundred thousand', `type U = ${Array.from({ length: 100_000 }, (_, i) => `'u${i}'`).join('|')}\nexport const f = (x: U) => redis.get(\`k:\${x}\`)\n`],
  ['a table of a hundred thousand', `const t = {${Array.from({ length: 100_000 }, (_, i) => `k${i}: 'v${i}'`).join(',')}}\nexport const f = (k: keyof typeof t) => redis.get(t[k])\n`],
  ['twenty thousand statements', `export function f(x: string) { let k = 'a'\n${'k += x\n'.repeat(20_000)}return redis.get(k) }\n`],
  ['thirty choices in a row', `export const f = (x: any) => redis.get(${Array.from({ length: 30 }, (_, i) => `(x.a${i} ? 'a' : 'b')`).join(' + ')})\n`],
  ['getters that call each other', `class A { get a() { return this.b } get b() { return this.a } }\nredis.get(new A().a)\n`],
])('%s: one call, one key', (_, code) => {
  expect(siteLines({ 'a.ts': REDIS + code })).toHaveLength(1)
})

test('bytes that are no UTF-8, a byte order mark, carriage returns, and zeros', () => {
  const folder = project({ 'bom.ts': `\uFEFF${REDIS}redis.get('bom')\n`, 'crlf.ts': `${REDIS}redis.get('crlf')\n`.replaceAll('\n', '\r\n'), 'cr.ts': `${REDIS}redis.get('cr')\n`.replaceAll('\n', '\r') })
  writeFileSync(join(folder, 'bytes.ts'), Buffer.concat([Buffer.from(`${REDIS}redis.get('bytes')\n// `), Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0, 0x80])]))
  const { sites } = auditFolder(folder).model
  expect(sites.map(({ location: { path, startLine, startColumn } }) => `${path}:${startLine}:${startColumn}`)).toEqual(['bom.ts:3:1', 'bytes.ts:3:1', 'cr.ts:3:1', 'crlf.ts:3:1'])
})

test('names that every object has are names like others', () => {
  expect(siteLines({
    'a.ts': `${REDIS}const keys = { __proto__: 'p', constructor: 'c', hasOwnProperty: 'h', toString: 't' }\nredis.get(keys.constructor)\nredis.get(keys['hasOwnProperty'])\nredis.get(keys.toString)\nexport const __proto__ = () => redis.del('constructor')\n`,
  })).toEqual(['read c', 'read h', 'read t', 'delete constructor'])
})
