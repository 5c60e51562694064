import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonSchemas, optionTable } from '../../src/report/write-schemas.js'
import { REPOSITORY } from '../support.js'

test.each(Object.entries(jsonSchemas()))('schema/%s is current (npm run schemas)', (name, text) => {
  expect(readFileSync(join(REPOSITORY, 'schema', name), 'utf8')).toBe(text)
})

test('the README has the options as the schema has them (npm run schemas)', () => {
  expect(readFileSync(join(REPOSITORY, 'README.md'), 'utf8')).toContain(`${optionTable()}\n`)
})
