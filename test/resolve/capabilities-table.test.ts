import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keyText } from '../../src/report/build.js'
import { auditFolder, REPOSITORY } from '../support.js'

const FOLDER = join(REPOSITORY, 'fixtures/capabilities')
const capabilities = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort()

/** What the comments `// site: OP KEY` announce: the sites on the next line that is no comment. */
function announced(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.ts')).sort().flatMap((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n')
    return lines.flatMap((line, i) => {
      const site = /^\s*\/\/ site: (.+)$/.exec(line)?.[1]
      if (site === undefined) return []
      const below = lines.slice(i + 1).findIndex((other) => !/^\s*\/\/ site:/.test(other))
      return [`${file}:${i + 2 + below} ${site}`]
    })
  })
}

/** The sites of the lines that are announced: those inside wrappers are shown by the wrapper's own fixture. */
function found(folder: string, lines: ReadonlySet<string>): string[] {
  return auditFolder(folder).model.sites.flatMap((site) => {
    const place = `${site.location.path}:${site.location.startLine}`
    const match = site.key.match === 'exact' || site.key.match === 'tag' ? '' : ` ${site.key.match}`
    return lines.has(place) ? [`${place} ${site.op} ${keyText(site)}${match}`] : []
  })
}

describe('what the resolver can do, each by a small program of several files', () => {
  test.each(capabilities)('%s', (name) => {
    const folder = join(FOLDER, name)
    const expected = announced(folder)
    expect(found(folder, new Set(expected.map((line) => line.split(' ')[0]!)))).toEqual(expected)
    expect(expected.length).toBeGreaterThan(0)
    expect(readdirSync(folder).length).toBeGreaterThan(1)
  })

  test('the table names each of them', () => {
    const rows = [...readFileSync(join(FOLDER, 'README.md'), 'utf8').matchAll(/^\| \[([\w-]+)\]/gm)].map((match) => match[1])
    expect(rows.sort()).toEqual(capabilities)
  })
})
