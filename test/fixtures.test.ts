import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { auditFolder, expectedLines, findingLines, REPOSITORY } from './support.js'

const FIXTURES = join(REPOSITORY, 'fixtures')

/** Findings that each fixture holds: a new one, or a lost one, fails here. */
const TOTALS: Readonly<Record<string, number>> = {
  chatbot: 1, 'chatbot-repaired': 0, dashboard: 3, 'dashboard-repaired': 0, 'scattered-keys': 2, 'scattered-keys-factory': 1, monorepo: 1,
}

describe('fixtures', () => {
  test('every fixture has its total', () => {
    expect(readdirSync(FIXTURES).filter((name) => name !== 'capabilities' && name !== 'review-bot').sort()).toEqual(Object.keys(TOTALS).sort())
  })

  test.each(Object.entries(TOTALS))('%s: findings stand where the comments expect them', (name, total) => {
    const folder = join(FIXTURES, name)
    const found = findingLines(auditFolder(folder))
    expect(found).toEqual(expectedLines(folder))
    expect(found).toHaveLength(total)
  })

  test('chatbot: the writer, the reader and the deleter, with the keys that reach the store', () => {
    const sites = auditFolder(join(FIXTURES, 'chatbot')).model.sites.filter((site) => !site.passThrough)
    expect(sites.map((site) => `${site.location.path} ${site.op}`)).toEqual([
      'src/prompt-admin.ts delete', 'src/prompt-cache.ts read', 'src/prompt-cache.ts write',
    ])
  })
})
