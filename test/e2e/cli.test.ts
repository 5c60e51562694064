import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BIN, keyproofIn, type Outcome } from '../command-line.js'
import { project, REPOSITORY } from '../support.js'

const Ajv = createRequire(import.meta.url)('ajv') as typeof import('ajv').default

const keyproof = (args: readonly string[], cwd = REPOSITORY, env: NodeJS.ProcessEnv = {}): Outcome => keyproofIn(cwd, args, env)

describe('the war story', () => {
  const run = keyproof(['audit', 'fixtures/chatbot'])

  test('exits 1 and shows both keys, one above the other, with the difference marked', () => {
    expect(run.code).toBe(1)
    const lines = run.stdout.split('\n').map((line) => line.trim())
    const at = lines.findIndex((line) => line.startsWith('WRITE'))
    expect(lines[at]).toBe('WRITE   chatbot:v2:{context.env}:{context.lang}:{context.userExists}:prompt:base')
    expect(lines[at + 1]).toMatch(/^DELETE {2}chatbot:v2:\{env\}: +prompt:base$/)
    expect(lines[at + 2]).toMatch(/^~+$/)
    expect(run.stdout).toContain('fixtures/chatbot/src/prompt-cache.ts:24')
    expect(run.stdout).toContain('await this.cache.drop(`chatbot:v2:${env}:prompt:base`)')
  })

  test('its last line counts sites, keys, resolved and unresolved, findings', () => {
    expect(run.stdout.trimEnd().split('\n').at(-1)).toBe('4 files (4 parsed), 6 sites, 2 keys: 6 resolved, 0 unresolved; 1 error, 0 warnings, 0 info')
  })

  test('the repaired version is clean', () => {
    expect(keyproof(['audit', 'fixtures/chatbot-repaired']).code).toBe(0)
  })
})

describe('the JSON report', () => {
  const run = keyproof(['audit', 'fixtures/chatbot', '--format', 'json'])

  test('fits the published schema', () => {
    const schema = JSON.parse(readFileSync(join(REPOSITORY, 'schema/report.json'), 'utf8')) as object
    const validate = new Ajv({ strict: false }).compile(schema)
    expect(validate(JSON.parse(run.stdout)), JSON.stringify(validate.errors)).toBe(true)
  })

  test('is the same, byte for byte, in every run', () => {
    expect(keyproof(['audit', 'fixtures/chatbot', '-f', 'json']).stdout).toBe(run.stdout)
  })

  test('holds no absolute path', () => {
    expect(run.stdout).not.toContain(REPOSITORY)
  })

  test('names of findings do not change when lines move', () => {
    const ids = (folder: string): string[] => (JSON.parse(keyproof(['audit', folder, '-f', 'json'], '/').stdout) as { findings: { id: string }[] }).findings.map((f) => f.id)
    const main = "import Redis from 'ioredis'\nconst r = new Redis()\nr.set('user:photo:v1', '')\nr.del('user:photo:v2')\n"
    expect(ids(project({ 'a.ts': main }))).toEqual(ids(project({ 'a.ts': `// a new line\n\n${main}` })))
  })

  test('goes to a file where asked', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'keyproof-out-')), 'report.json')
    const written = keyproof(['audit', 'fixtures/chatbot', '-f', 'json', '-o', file])
    expect(written.stdout).toBe('')
    expect(readFileSync(file, 'utf8')).toBe(run.stdout)
  })
})

describe('exit codes', () => {
  test('warnings fail only where asked', () => {
    expect(keyproof(['audit', 'fixtures/scattered-keys-factory']).code).toBe(0)
    expect(keyproof(['audit', 'fixtures/scattered-keys-factory', '--fail-on', 'warning']).code).toBe(1)
  })

  test.each<[string, readonly string[], RegExp]>([
    ['an unknown path', ['audit', 'no/such/folder'], /no such file or folder: no\/such\/folder/],
    ['an unknown flag', ['audit', '--fromat', 'json'], /unknown option '--fromat'[\s\S]*Did you mean --format/],
    ['an unknown format', ['audit', '--format', 'xml'], /there is no format .*text, json, sarif/],
    ['an unknown command stands for a path', ['aduit'], /no such file or folder: aduit/],
    ['a configuration that is not there', ['audit', '--config', 'nope.json', 'fixtures/chatbot'], /nope\.json: no such configuration file/],
  ])('%s exits 2 with a clear message', (_name, args, message) => {
    const run = keyproof(args)
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(message)
    expect(run.stderr).not.toMatch(/\n {4}at /)
    expect(run.stdout).toBe('')
  })

  test('an empty folder exits 2', () => {
    const run = keyproof(['audit', project({ 'notes.md': '# nothing' })])
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(/no TypeScript or JavaScript file to audit/)
  })

  test.each<[string, string, RegExp]>([
    ['an unknown rule', '{ "rules": { "set-delete-mismach": "off" } }', /keyproof\.json: rules\.set-delete-mismach: there is no rule .* did you mean set-delete-mismatch\?/],
    ['an unknown option', '{ "rule": {} }', /unknown option "rule"; did you mean rules\?/],
    ['a wrong severity', '{ "rules": { "set-delete-mismatch": "warn" } }', /rules\.set-delete-mismatch: Invalid option/],
    ['broken JSON', '{ "rules": { }\n', /keyproof\.json:\d+: /],
  ])('%s in the configuration exits 2', (_name, config, message) => {
    const run = keyproof(['audit', project({ 'a.ts': 'export {}', 'keyproof.json': config })])
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(message)
  })
})

describe('bad input loses nothing', () => {
  const REDIS = "import Redis from 'ioredis'\nconst r = new Redis()\nr.set('user:photo:v1', '')\nr.del('user:photo:v2')\n"

  test('a syntax error is told, and the file audited as far as it goes', () => {
    const run = keyproof(['audit', project({ 'a.ts': `${REDIS}function broken( {\n` })])
    expect(run.stdout).toMatch(/syntax-error {2}a\.ts:\d+/)
    expect(run.stdout).toContain('set-delete-mismatch')
    expect(run.code).toBe(1)
  })

  test.skipIf(process.getuid?.() === 0)('an unreadable file is told, and the others audited', () => {
    const folder = project({ 'a.ts': REDIS, 'b.ts': REDIS })
    chmodSync(join(folder, 'b.ts'), 0)
    expect(keyproof(['audit', folder]).stdout).toMatch(/unreadable {2}b\.ts/)
  })

  test('a file that is a folder, and a folder that is named like a file', () => {
    expect(keyproof(['audit', project({ 'x.ts/y.ts': REDIS })]).code).toBe(1)
  })

  test('the audited code and its configuration are never run', () => {
    const folder = project({ 'a.ts': REDIS, 'keyproof.config.js': "require('fs').writeFileSync('ran', '')", 'tsconfig.json': '{ "extends": "./evil.js" }', 'evil.js': "require('fs').writeFileSync('ran', '')" })
    writeFileSync(join(folder, 'package.json'), '{ "name": "x", "scripts": { "prepare": "touch ran" } }')
    keyproof(['audit', '.'], folder)
    expect(() => readFileSync(join(folder, 'ran'))).toThrow()
  })
})

describe('the other commands', () => {
  test('no arguments audit this folder', () => {
    const folder = project({ 'a.ts': "import Redis from 'ioredis'\nnew Redis().get('a:b')" })
    expect(keyproof([], folder)).toMatchObject({ code: 0, stdout: '1 file (1 parsed), 1 site, 1 key: 1 resolved, 0 unresolved; no findings\n' })
  })

  test('keys lists each template with its writers, readers and deleters', () => {
    const run = keyproof(['keys', 'fixtures/scattered-keys-factory'])
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/profile:\{id\}:card +W 1 +R 0 +D 0 +profileKeys\.card/)
  })

  test('--version and --help with examples', () => {
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { version: string }
    expect(keyproof(['--version']).stdout).toBe(`${version}\n`)
    expect(keyproof(['--help']).stdout).toContain('Examples:')
    expect(keyproof(['audit', '--help']).stdout).toContain('Examples:')
  })

  test('colour is for terminals, and for those who ask', () => {
    const escape = String.fromCharCode(27)
    expect(keyproof(['audit', 'fixtures/chatbot'], REPOSITORY, { NO_COLOR: undefined, FORCE_COLOR: '1' }).stdout).toContain(escape)
    expect(keyproof(['audit', 'fixtures/chatbot']).stdout).not.toContain(escape)
  })
})

describe('keyproof trace', () => {
  test('of a place: the steps, the wrapper and the holes', () => {
    const { code, stdout } = keyproof(['trace', 'fixtures/chatbot/src/prompt-cache.ts:24'])
    expect(code).toBe(0)
    expect(stdout).toContain('write  chatbot:v2:{context.env}:{context.lang}:{context.userExists}:prompt:base')
    expect(stdout).toMatch(/this\.version +v2 +:28/)
    expect(stdout).toContain('reaches fixtures/chatbot/src/cache-service.ts:13')
    expect(stdout).toContain('{context.env}  parameter 1.env of PromptCache.save')
  })

  test('of a key: the calls that may use it, whether concrete or a template', () => {
    const places = (key: string): string[] => (JSON.parse(keyproof(['trace', key, 'fixtures/chatbot', '-f', 'json']).stdout) as { location: { path: string } }[]).map((t) => t.location.path)
    expect(places('chatbot:v2:prod-test:prompt:base')).toEqual(['fixtures/chatbot/src/prompt-admin.ts'])
    expect(places('chatbot:v2:{env}:{lang}:{userExists}:prompt:base')).toEqual(['fixtures/chatbot/src/prompt-cache.ts', 'fixtures/chatbot/src/prompt-cache.ts'])
  })

  test('says where it gave up and why, and that a hole is an epoch', () => {
    const folder = project({ 'a.ts': "import Redis from 'ioredis'\nimport { x } from './gone.js'\nconst r = new Redis()\nr.get(x())\nexport const f = async (id: string) => r.get(`p:${await r.get('epoch')}:${id}`)" })
    expect(keyproof(['trace', 'a.ts:4'], folder).stdout).toContain('gave up: module ./gone.js not found')
    expect(keyproof(['trace', 'a.ts:5'], folder).stdout).toContain('read from the cache under epoch')
  })

  test('where there is no call: exit 2', () => {
    const { code, stderr } = keyproof(['trace', 'fixtures/chatbot/src/prompt-cache.ts:1'])
    expect([code, stderr]).toEqual([2, 'keyproof: no cache call at fixtures/chatbot/src/prompt-cache.ts:1\n'])
    expect(keyproof(['trace', 'nothing:like:this', 'fixtures/chatbot']).code).toBe(2)
  })
})

describe('keyproof clients', () => {
  test('lists what was found first, then what is known', () => {
    const { code, stdout } = keyproof(['clients', 'fixtures/chatbot'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/found here\n {2}ioredis +6 sites in 3 files/)
    expect(stdout).toMatch(/known\n[^]*tanstack-query/)
  })

  test("and the user's own, which are validated like the built-in ones", () => {
    const own = { id: 'vault', modules: ['@acme/vault'], types: ['Vault'], prefix: { arg: 0, property: 'ns', separator: '/' }, constructors: ['Vault'], operations: { put: { op: 'write', ttl: { arg: 2, unit: 's' } }, drop: [{ op: 'delete', key: { arg: 0, rest: true } }] } }
    const folder = project({ 'keyproof.json': JSON.stringify({ clients: [own] }), 'a.ts': "import { Vault } from '@acme/vault'\nconst v = new Vault({ ns: 'n' })\nv.put('a', 1, 60); v.drop('a', 'b')" })
    expect(keyproof(['clients', '.'], folder).stdout).toMatch(/vault +2 sites in 1 file +yours: @acme\/vault/)
    const report = JSON.parse(keyproof(['audit', '.', '-f', 'json'], folder).stdout) as { sites: { op: string; key: { template: string }; ttl?: object }[] }
    expect(report.sites.map((site) => [site.op, site.key.template, site.ttl])).toEqual([['write', 'n/a', { ms: 60_000, unit: 's' }], ['delete', '[n/a, n/b]', undefined]])
  })

  test('a client that is not valid is refused, with the place', () => {
    const folder = project({ 'keyproof.json': JSON.stringify({ clients: [{ id: 'x', modules: ['x'], operations: { get: { op: 'read', ttl: { arg: 1, unit: 'minutes' } } } }] }), 'a.ts': '' })
    const { code, stderr } = keyproof(['audit', '.'], folder)
    expect(code).toBe(2)
    expect(stderr).toContain('clients.0.operations.get.ttl')
    expect(keyproof(['audit', '.'], project({ 'keyproof.json': '{ "enable": ["web-storag"] }', 'a.ts': '' })).stderr).toContain('did you mean web-storage?')
  })
})

describe('keyproof completion', () => {
  const completed = (...words: readonly string[]): string[] => {
    const script = `source <("${process.execPath}" "${BIN}" completion bash); COMP_WORDS=(keyproof ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _keyproof; echo "\${COMPREPLY[@]}"`
    return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split(' ').filter(Boolean)
  }

  test('a real bash completes commands, and the options of each', () => {
    expect(completed('ex')).toEqual(['explain'])
    expect(completed('--chan')).toEqual(['--changed'])
    expect(completed('baseline', '--pr')).toEqual(['--prune'])
    expect(completed('observed', '--redi')).toEqual(['--redis'])
    expect(completed('init', 'fa')).toEqual(['factory'])
  })

  test('zsh and fish have scripts of their own; other shells are told', () => {
    expect(keyproof(['completion', 'zsh']).stdout).toMatch(/^#compdef keyproof\n/)
    expect(keyproof(['completion', 'fish']).stdout).toContain("complete -c keyproof -n '__fish_seen_subcommand_from baseline' -l prune -d 'only take out what is found no more'\n")
    expect(keyproof(['completion', 'tcsh'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Allowed choices are bash, zsh, fish') as string })
  })
})

test('--timings tells how long each phase took, beside the report', () => {
  const { code, stdout, stderr } = keyproof(['audit', 'fixtures/chatbot', '--timings', '--format', 'json'])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1 })
  expect(stderr.split('\n').map((line) => line.replace(/\s+\d+ ms$/, ''))).toEqual(['looking for files', 'resolving keys', 'tracing values', 'checking rules', 'replaying findings', 'suggesting edits', 'in all', ''])
})
