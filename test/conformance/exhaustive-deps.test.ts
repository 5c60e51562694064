import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ts } from 'ts-morph'
import { describe, expect, test } from 'vitest'
import { auditFiles } from '../support.js'

/**
 * The cases of TanStack Query's own linter, read from a checkout of TanStack/query (written against commit 40321a0b1b3b)
 * that `KEYPROOF_TANSTACK_QUERY` names. They are theirs and not copied; our own of the same topics are in
 * `test/rules/query-dependencies.test.ts`.
 */
const CHECKOUT = process.env['KEYPROOF_TANSTACK_QUERY']
const FILE = 'packages/eslint-plugin-query/src/__tests__/exhaustive-deps.test.ts'

/** Where we differ on purpose. Factories are followed here, and what one drops of its arguments is not in the key. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'exhaustive-deps/valid/011': 'data that a method gives in another form is data',
  'exhaustive-deps/valid/013': 'a key that tests a value does not hold it',
  'exhaustive-deps/valid/022': 'the factory drops it', 'exhaustive-deps/valid/023': 'the factory drops it', 'exhaustive-deps/valid/024': 'the factory drops it',
  'exhaustive-deps/valid/025': 'the factory drops it', 'exhaustive-deps/valid/026': 'the factory drops it', 'exhaustive-deps/valid/027': 'the factory drops it',
  'exhaustive-deps/valid/084': 'data that a method gives in another form is data',
}

interface Case { readonly id: string; readonly code: string; readonly isValid: boolean; readonly allow: { readonly variables: readonly string[]; readonly types: readonly string[] } }

const textOf = (node: ts.Expression | undefined): string | undefined =>
  node && (ts.isStringLiteralLike(node) ? node.text : ts.isTaggedTemplateExpression(node) && ts.isNoSubstitutionTemplateLiteral(node.template) ? node.template.text : undefined)

const memberOf = (object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined =>
  object.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)?.initializer

const listOf = (node: ts.Expression | undefined): ts.Expression[] => (node && ts.isArrayLiteralExpression(node) ? [...node.elements] : [])

/** `ruleTester.run(name, rule, { valid: […], invalid: […] })` */
function casesIn(source: string): Case[] {
  const ast = ts.createSourceFile('cases.ts', source, ts.ScriptTarget.Latest, true)
  return ast.statements.flatMap((statement) => {
    const call = ts.isExpressionStatement(statement) && ts.isCallExpression(statement.expression) ? statement.expression : undefined
    const [name, , groups] = call?.arguments ?? []
    if (!name || !ts.isStringLiteralLike(name) || !groups || !ts.isObjectLiteralExpression(groups)) return []
    return ['valid', 'invalid'].flatMap((group) => listOf(memberOf(groups, group)).filter(ts.isObjectLiteralExpression).flatMap((each, i): Case[] => {
      const code = textOf(memberOf(each, 'code'))
      const id = `${name.text}/${group}/${String(i + 1).padStart(3, '0')}`
      return code === undefined || memberOf(each, 'filename') ? [] : [{ id, code, isValid: group === 'valid', allow: allowIn(memberOf(each, 'options')) }]
    }))
  })
}

function allowIn(options: ts.Expression | undefined): Case['allow'] {
  const [first] = listOf(options)
  const allowlist = first && ts.isObjectLiteralExpression(first) ? memberOf(first, 'allowlist') : undefined
  const names = (key: string): string[] => (allowlist && ts.isObjectLiteralExpression(allowlist) ? listOf(memberOf(allowlist, key)).flatMap((each) => textOf(each) ?? []) : [])
  return { variables: names('variables'), types: names('types') }
}

const IMPORT = "import { createQuery, infiniteQueryOptions, injectQuery, queryOptions, useInfiniteQuery, useQueries, useQuery, useSuspenseQuery } from '@tanstack/react-query'\n"

const isReported = ({ code, allow }: Case): boolean =>
  auditFiles({ 'case.tsx': /['"]@tanstack\//.test(code) ? code : IMPORT + code }, { dependencies: { allow } }).findings.some((finding) => finding.ruleId === 'missing-key-dependency')

const file = CHECKOUT === undefined ? undefined : join(CHECKOUT, FILE)
const cases = file !== undefined && existsSync(file) ? casesIn(readFileSync(file, 'utf8')) : []

describe('exhaustive-deps of TanStack Query', () => {
  if (cases.length === 0) {
    console.warn('SKIPPED: set KEYPROOF_TANSTACK_QUERY to a checkout of TanStack/query to run the cases of its exhaustive-deps rule')
    test.skip('needs a checkout of TanStack/query in KEYPROOF_TANSTACK_QUERY', () => undefined)
    return
  }

  test.each(cases.map((each) => [each.id, each] as const))('%s', (id, each) => {
    const agrees = isReported(each) !== each.isValid
    expect(agrees, DIFFERENT[id]).toBe(!(id in DIFFERENT))
  })
})
