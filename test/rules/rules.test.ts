import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RULES } from '../../rules/index.js'
import { replayed } from '../../src/audit/audit.js'
import { auditFiles, REPOSITORY } from '../support.js'

const FOLDER = join(REPOSITORY, 'rules')
const HEADINGS = ['What it finds', 'Why it bites', 'Bad', 'Good', 'Options', 'When not to use it']

const readme = (id: string): string => readFileSync(join(FOLDER, id, 'README.md'), 'utf8')

/** The code blocks below a heading, each a program of one file or, where comments `// file: NAME` divide it, of several. */
function programs(id: string, heading: string): Record<string, string>[] {
  const section = readme(id).split(/^## /m).find((part) => part.startsWith(heading)) ?? ''
  return [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map((block) => filesOf(block[1]!))
}

function filesOf(code: string): Record<string, string> {
  const pieces = code.split(/^\/\/ file: (\S+)\n/m)
  if (pieces.length === 1) return { 'example.ts': code }
  const files: Record<string, string> = {}
  for (let i = 1; i < pieces.length; i += 2) files[pieces[i]!] = pieces[i + 1]!
  return files
}

describe('the catalogue', () => {
  test('every folder is a rule and every rule has its folder', () => {
    const folders = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'rule.ts')))
    expect(folders.sort()).toEqual(RULES.map((rule) => rule.id).sort())
  })

  test('the README lists every rule with its severity', () => {
    const rows = [...readFileSync(join(REPOSITORY, 'README.md'), 'utf8').matchAll(/^\| \[([\w-]+)\]\(rules\/\1\/README\.md\) \| (\w+) \|/gm)].map((row) => `${row[1]} ${row[2]}`)
    expect(rows.sort()).toEqual(RULES.map((rule) => `${rule.id} ${rule.severity}`).sort())
  })
})

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('its page has every heading, and begins with its description', () => {
    for (const heading of HEADINGS) expect(readme(id)).toContain(`## ${heading}\n`)
    expect(readme(id)).toContain(rule.description)
  })

  test('its bad examples are found', () => {
    const bad = programs(id, 'Bad')
    expect(bad.length).toBeGreaterThan(0)
    for (const files of bad) expect(auditFiles(files).findings.map((finding) => finding.ruleId)).toContain(id)
  })

  test('what its bad examples claim comes true on the reference runtime', async () => {
    for (const files of programs(id, 'Bad')) expect((await replayed(auditFiles(files))).refuted.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([])
  })

  test('its good examples are clean', () => {
    const good = programs(id, 'Good')
    expect(good.length).toBeGreaterThan(0)
    // Notes of other rules are no fault of an example.
    for (const files of good) expect(auditFiles(files).findings.filter(({ severity, ruleId }) => severity !== 'info' || ruleId === id)).toEqual([])
  })
})
