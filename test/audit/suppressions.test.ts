import { describe, expect, test } from 'vitest'
import { auditFiles } from '../support.js'

const program = (comment: string): Record<string, string> => ({
  'a.ts': `import Redis from 'ioredis'\nconst r = new Redis()\nr.set('user:photo:v1', '')\n${comment}\nr.del('user:photo:v2')\n`,
})

describe('suppression', () => {
  test('with a reason it hides the finding of the next line, and is counted', () => {
    const result = auditFiles(program('// keyproof-disable-next-line set-delete-mismatch -- v2 is written by the old service'))
    expect(result.findings).toEqual([])
    expect(result.suppressed).toBe(1)
    expect(result.diagnostics).toEqual([])
  })

  test.each([
    ['without a reason', '// keyproof-disable-next-line set-delete-mismatch', /without a reason/],
    ['with an empty reason', '// keyproof-disable-next-line set-delete-mismatch -- ', /without a reason/],
    ['without a rule', '// keyproof-disable-next-line -- because', /names no rule/],
    ['of an unknown rule', '// keyproof-disable-next-line set-del -- because', /unknown rule set-del/],
  ])('%s it hides nothing and is reported', (_name, comment, message) => {
    const result = auditFiles(program(comment))
    expect(result.findings).toHaveLength(1)
    expect(result.diagnostics.map((diagnostic) => diagnostic.message)).toEqual([expect.stringMatching(message)])
  })

  test('what suppresses nothing is reported', () => {
    const files = { 'a.ts': "import Redis from 'ioredis'\nconst r = new Redis()\n// keyproof-disable-next-line set-delete-mismatch -- once needed\nr.set('a:b', '')\n" }
    expect(auditFiles(files).diagnostics.map((diagnostic) => diagnostic.message)).toEqual(['unused suppression of set-delete-mismatch'])
  })

  test('of another rule it hides nothing', () => {
    expect(auditFiles(program('// keyproof-disable-next-line missing-user-scope -- because')).findings).toHaveLength(1)
  })
})

describe('severity in the configuration', () => {
  test('off silences a rule, and a severity replaces its own', () => {
    expect(auditFiles(program(''), { rules: { 'set-delete-mismatch': 'off' } }).findings).toEqual([])
    expect(auditFiles(program(''), { rules: { 'set-delete-mismatch': 'info' } }).findings.map((f) => f.severity)).toEqual(['info'])
  })
})
