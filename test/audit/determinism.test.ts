import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RULES } from '../../rules/index.js'
import { audit } from '../../src/audit/audit.js'
import { collect } from '../../src/collect/collect.js'
import { configSchema } from '../../src/config/schema.js'
import { assemble } from '../../src/model/assemble.js'
import { buildReport } from '../../src/report/build.js'
import { json } from '../../src/report/json.js'
import { discover } from '../../src/source/discover.js'
import { Program } from '../../src/source/program.js'
import { BIN } from '../command-line.js'
import { REPOSITORY } from '../support.js'

const FIXTURES = ['chatbot', 'dashboard', 'scattered-keys', 'capabilities']

/** The report of a folder whose files come in the order that `order` gives them. */
function reportOf(fixture: string, order: (files: readonly string[]) => readonly string[]): string {
  const found = discover([join(REPOSITORY, 'fixtures', fixture)], '/nowhere')
  const program = new Program({ ...found, files: order(found.files) })
  const config = configSchema.parse({})
  return json(buildReport(audit(assemble(collect(program)), RULES, config, (path) => program.text(join(program.root, path))), '0'))
}

function shuffled(seed: number): (files: readonly string[]) => readonly string[] {
  let state = seed
  const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647
  return (files) => files.map((file) => ({ file, at: random() })).sort((a, b) => a.at - b.at).map(({ file }) => file)
}

describe.each(FIXTURES)('%s: the same bytes', (fixture) => {
  test('for any order of its files', () => {
    const first = reportOf(fixture, (files) => files)
    for (const order of [(files: readonly string[]) => [...files].reverse(), shuffled(7), shuffled(12345), shuffled(99)]) expect(reportOf(fixture, order)).toBe(first)
  })
})

describe('the command line: the same bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyproof-same-'))
  cpSync(join(REPOSITORY, 'fixtures/chatbot'), join(folder, 'chatbot'), { recursive: true })
  symlinkSync(join(folder, 'chatbot'), join(folder, 'link'))
  const run = (format: string, path: string, cwd: string, env: Readonly<Record<string, string>> = {}): string => {
    try {
      return execFileSync(process.execPath, [BIN, 'audit', path, '--format', format], { cwd, encoding: 'utf8', env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    } catch (error) {
      return (error as { stdout: string }).stdout
    }
  }

  test.each(['json', 'sarif', 'html', 'markdown', 'text'])('as %s in any locale and time zone', (format) => {
    const first = run(format, '.', join(folder, 'chatbot'))
    expect(first.length).toBeGreaterThan(100)
    for (const env of [{ LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }, { LC_ALL: 'C', TZ: 'Pacific/Kiritimati' }, { LC_ALL: 'sv_SE.UTF-8', TZ: 'America/St_Johns' }]) expect(run(format, '.', join(folder, 'chatbot'), env)).toBe(first)
  })

  test('from elsewhere, with a slash, through a link', () => {
    const first = run('json', '.', join(folder, 'chatbot'))
    expect(run('json', 'chatbot', folder)).toBe(first)
    expect(run('json', `${folder}/chatbot/`, '/')).toBe(first)
    expect(run('json', 'link', folder)).toBe(first)
  })
})
