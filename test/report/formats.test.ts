import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { buildReport } from '../../src/report/build.js'
import { FORMATS, formatOf, type FormatContext, type FormatName } from '../../src/report/formats/format.js'
import type { Report, ReportFinding } from '../../src/report/schema.js'
import { auditFiles, auditFolder, REPOSITORY } from '../support.js'

const require = createRequire(import.meta.url)
const Ajv = require('ajv') as typeof import('ajv').default

const context: FormatContext = {
  rules: [{ id: 'set-delete-mismatch', severity: 'error', description: 'A delete that reaches nothing.', page: '# set-delete-mismatch\n' }],
  textOf: () => '', look: { color: false, width: 100 }, isExplained: false,
}
const chatbot = buildReport(auditFolder(join(REPOSITORY, 'fixtures/chatbot')), '1.2.3')
const clean = buildReport(auditFiles({ 'main.ts': 'export const a = 1\n' }), '1.2.3')
const [finding] = chatbot.findings
const made = async (name: FormatName, report: Report): Promise<string> => (await formatOf(name))(report, context)

/** A report whose every text is hostile, as keys and paths of audited code may be. */
const EVIL = '\u001b[31m::error::x\r\n::set-output name=a::b\n<script>alert(1)</script> `` ]]> & "q" \'s\' @team \ud800 | [a](b) %0A'
const evilFinding: ReportFinding = {
  ...finding!, message: EVIL, keys: [EVIL], location: { ...finding!.location, path: 'a,b:c%d <e>.ts' },
  related: [{ ...finding!.location, path: EVIL, role: EVIL, message: EVIL }],
}
const evil: Report = { ...chatbot, findings: [evilFinding] }

describe.each(FORMATS)('%s', (name) => {
  test('with findings and without, the same each time', async () => {
    if (name !== 'json') expect(await made(name, chatbot)).toMatchSnapshot('with findings')
    expect(await made(name, clean)).toMatchSnapshot('without')
    expect(await made(name, chatbot)).toBe(await made(name, chatbot))
    expect((await made(name, chatbot)).endsWith('\n')).toBe(true)
  })

  test('sends no control character of the audited code to a terminal', async () => {
    expect(await made(name, evil)).not.toMatch(/\u001b|\u0000/)
  })
})

describe('sarif', () => {
  const schema = JSON.parse(readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as object
  // The schema is of draft 4, whose `id` is `$id` of today; it uses nothing else that changed.
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(Object.fromEntries(Object.entries(schema).filter(([name]) => name !== 'id' && name !== '$schema')))

  test.each([['findings', chatbot], ['nothing', clean], ['hostile text', evil]] as const)('fits the official schema with %s', async (_name, report) => {
    expect(validate(JSON.parse(await made('sarif', report))), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true)
  })

  test('tells the other side, the fingerprint, and the page of the rule', async () => {
    const [run] = (JSON.parse(await made('sarif', chatbot)) as { runs: { results: Record<string, never>[]; tool: { driver: { rules: { help: { markdown: string } }[] } } }[] }).runs
    expect(run!.results[0]).toMatchObject({ ruleId: 'set-delete-mismatch', ruleIndex: 0, level: 'error', partialFingerprints: { 'keyproof/v1': finding!.id }, relatedLocations: [{ id: 1, physicalLocation: { artifactLocation: { uri: 'src/prompt-cache.ts' } } }] })
    expect(run!.tool.driver.rules[0]!.help.markdown).toContain('set-delete-mismatch')
  })

  test('tells the edits that mend it, as the official schema has them', async () => {
    const { path, ...range } = finding!.location
    const report: Report = { ...chatbot, findings: [{ ...finding!, suggestion: { message: 'Spell it.', edits: [{ path, range: finding!.location, text: 'key' }, { path: 'b.ts', range: finding!.location, text: '' }] } }] }
    const text = await made('sarif', report)
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true)
    const [run] = (JSON.parse(text) as { runs: { results: { fixes: object[] }[] }[] }).runs
    expect(run!.results[0]!.fixes).toMatchObject([{ description: { text: 'Spell it.' }, artifactChanges: [{ artifactLocation: { uri: path }, replacements: [{ deletedRegion: range, insertedContent: { text: 'key' } }] }, { artifactLocation: { uri: 'b.ts' } }] }])
  })

  test('tells the way of what is missing as a code flow', async () => {
    const report: Report = { ...chatbot, findings: [{ ...finding!, related: [{ ...finding!.location, role: 'step', message: 'comes in here' }, { ...finding!.location, role: 'step', message: 'is used here' }] }] }
    const [run] = (JSON.parse(await made('sarif', report)) as { runs: { results: { codeFlows: { threadFlows: { locations: unknown[] }[] }[] }[] }[] }).runs
    expect(run!.results[0]!.codeFlows[0]!.threadFlows[0]!.locations).toHaveLength(3)
  })
})

describe('github', () => {
  test('is one command a line, and no line of the audited code is one', async () => {
    const lines = (await made('github', evil)).split('\n').filter((line) => line.startsWith('::'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^::error file=a%2Cb%3Ac%25d <e>\.ts,line=\d+,/)
    expect(lines[0]).not.toMatch(/\r|\n/)
  })

  test('annotates the ten worst of a kind, and tells the rest plainly', async () => {
    const many: Report = { ...chatbot, findings: Array.from({ length: 25 }, (_, i) => ({ ...evilFinding, id: String(i), severity: i < 12 ? 'warning' as const : 'error' as const })) }
    const text = await made('github', many)
    expect(text.match(/^::error /gm)).toHaveLength(10)
    expect(text.match(/^::warning /gm)).toHaveLength(10)
    expect(text.split('\n').filter((line) => line.startsWith('::'))).toHaveLength(20)
    expect(text.indexOf('::error')).toBeLessThan(text.indexOf('::warning'))
  })
})

describe('markdown', () => {
  test('shows what the code says, and lets it mean nothing', async () => {
    const text = await made('markdown', evil)
    // The first line that tells the message stands in no code span.
    const [line] = text.split('\n').filter((each) => each.includes('&lt;script&gt;'))
    expect(line).toContain('\\[a\\]\\(b\\)')
    expect(line).toContain('@\u200bteam')
    expect(text).toContain('&lt;script&gt;')
  })

  test('stays below the length of a comment', async () => {
    const many: Report = { ...chatbot, findings: Array.from({ length: 900 }, () => finding!) }
    const text = await made('markdown', many)
    expect(text.length).toBeLessThan(65_536)
    expect(text).toMatch(/And \d+ more/)
  })
})

test('gitlab: fingerprints are unique, severities are its own', async () => {
  const report = buildReport(auditFolder(join(REPOSITORY, 'fixtures/dashboard')), '1.2.3')
  const issues = JSON.parse(await made('gitlab', report)) as { fingerprint: string; severity: string; location: { path: string; lines: { begin: number } } }[]
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length)
  for (const issue of issues) expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(issue.severity)
})

test.each([['findings', chatbot], ['nothing', clean], ['hostile text', evil]] as const)('junit is well-formed with %s, and counts what it holds', async (_name, report) => {
  const text = await made('junit', report)
  expect(XMLValidator.validate(text)).toBe(true)
  const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(text) as { testsuites: Record<string, string> }
  expect(testsuites['@_tests']).toBe(String(Math.max(1, report.findings.length)))
  expect(testsuites['@_failures']).toBe(String(report.findings.length))
})

test('agent is one line a finding, and the sum', async () => {
  expect((await made('agent', evil)).trimEnd().split('\n')).toHaveLength(2)
  expect(await made('agent', chatbot)).toMatch(/^src\/prompt-admin\.ts:18:11: error set-delete-mismatch \(high\): .* \[writer src\/prompt-cache\.ts:24\]\n/)
})
