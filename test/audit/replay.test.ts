import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { replayed } from '../../src/audit/audit.js'
import { replay } from '../../src/audit/replay.js'
import { parse } from '../../src/keys/parse.js'
import type { Scenario } from '../../src/model/scenario.js'
import { auditFolder, REPOSITORY } from '../support.js'

const t = parse
const stale = (written: string, deleted: string, match: 'exact' | 'prefix' | 'glob' = 'exact', pairs: 'places' | 'names' = 'places'): Scenario => ({ kind: 'stale', written: t(written), deleted: t(deleted), match, pairs })

describe('what a finding claims is done on the reference runtime', () => {
  test.each<[string, Scenario, string]>([
    ['a delete that lacks a segment', stale('a:{id}:{lang}', 'a:{userId}'), 'stale read'],
    ['a delete with another word', stale('user:{id}:photo', 'users:{id}:photo'), 'stale read'],
    ['a pattern that is taken for a key', stale('a:{id}', 'a:\\*'), 'stale read'],
    ['a prefix of array keys with another element', stale('[posts, list, {page}]', '[posts, detail]', 'prefix'), 'stale read'],
    ['one value, lower-cased on one side', stale('mail:{email}', 'mail:{email.toLowerCase()}', 'exact', 'names'), 'stale read'],
    ['another identity of the same thing', stale('user:{user.id}', 'user:{user.externalId}', 'exact', 'names'), 'stale read'],
    ['a read of what nobody writes', { kind: 'miss', written: t('user:{id}:v2'), read: t('user:{id}:v1') }, 'never read'],
    ['a key without its user', { kind: 'leak', key: t('dashboard:{range}'), missing: ['session.user.id'], who: 'users' }, 'leak'],
    ['a key without its page', { kind: 'leak', key: t('list:{params.id}'), missing: ['params.page'], who: 'values' }, 'leak'],
    ['a part that is written as the word `undefined`', { kind: 'flattened', key: t('draft:{session.userId}'), part: 'session.userId', word: 'undefined' }, 'leak'],
    ['a part that is another on each call', { kind: 'changing', key: t('rates:{Date.now()}'), part: 'Date.now()' }, 'never read'],
    ['two kinds of data', { kind: 'collision', one: t('post:{id}'), other: t('post:{slug}') }, 'wrong value'],
    ['a place that two kinds of values take', { kind: 'collision', one: t('prompt:({version}|{label})'), other: t('prompt:({version}|{label})') }, 'wrong value'],
    ['a change without a delete', { kind: 'unchanged', key: t('user:{id}'), of: 'user' }, 'stale read'],
    ['a delete before the change', { kind: 'early', key: t('user:{id}'), of: 'user' }, 'stale read'],
    ['two values side by side', { kind: 'ambiguous', key: t('k:{a}{b}'), first: 'a', second: 'b', separator: '' }, 'wrong value'],
    ['two values that hold their separator', { kind: 'ambiguous', key: t('k:{a}:{b}'), first: 'a', second: 'b', separator: ':' }, 'wrong value'],
    ['seconds that are taken for milliseconds', { kind: 'lifetime', key: t('user:{id}'), meantMs: 60_000, takenMs: 60 }, 'wrong lifetime'],
    ['milliseconds that are taken for seconds', { kind: 'lifetime', key: t('user:{id}'), meantMs: 60_000, takenMs: 60_000_000 }, 'wrong lifetime'],
    ['misses that load each for itself', { kind: 'stampede', key: t('home') }, 'stampede'],
    ['a list for a key', { kind: 'list', keys: [t('a:{id}'), t('b:{id}')] }, 'stale read'],
  ])('%s', async (_name, scenario, verdict) => {
    expect((await replay(scenario))?.verdict).toBe(verdict)
  })

  test.each<[string, Scenario]>([
    ['a delete that hits', stale('user:{id}', 'user:{user.id}')],
    ['a prefix that reaches', stale('[posts, list, {page}]', '[posts]', 'prefix')],
    ['a pattern that reaches', stale('a:{id}:x', 'a:*', 'glob')],
    ['one of whose alternatives hits', stale('a:{id}', '(b:{id}|a:{id})')],
    ['a read that hits', { kind: 'miss', written: t('user:{id}'), read: t('user:{userId}') }],
    ['a key that holds another thing of the same user', { kind: 'leak', key: t('dashboard:{session.user.email}'), missing: ['session.user.id'], who: 'users' }],
    ['a key that holds it', { kind: 'leak', key: t('list:{page}'), missing: ['page'], who: 'values' }],
    ['a lifetime that is taken as it is meant', { kind: 'lifetime', key: t('user:{id}'), meantMs: 60_000, takenMs: 60_000 }],
    ['a flattened part that the key does not hold', { kind: 'flattened', key: t('draft:{id}'), part: 'session.userId', word: 'undefined' }],
    ['a changing part that the key does not hold', { kind: 'changing', key: t('rates:{day}'), part: 'Date.now()' }],
    ['kinds whose keys differ', { kind: 'collision', one: t('post:{id}'), other: t('posts:{id}') }],
    ['a separator that tells them apart', { kind: 'ambiguous', key: t('k:{a}:{b}'), first: 'a', second: 'b', separator: '' }],
  ])('and is refuted where it does not come true: %s', async (_name, scenario) => {
    expect((await replay(scenario))?.verdict).toBe('refuted')
  })

  test('the steps are told with concrete keys', async () => {
    expect((await replay(stale('chatbot:v2:{env}:{lang}:{userExists}:prompt:base', 'chatbot:v2:{env}:prompt:base')))?.steps).toEqual([
      { op: 'set', key: 'chatbot:v2:prod:en:false:prompt:base', result: 'kept: old' },
      { op: 'delete', key: 'chatbot:v2:prod:prompt:base', result: 'nothing there' },
      { op: 'get', key: 'chatbot:v2:prod:en:false:prompt:base', result: 'hit: old' },
    ])
  })

  test('a key that no store takes is not replayed', async () => {
    expect(await replay({ kind: 'unchanged', key: [], of: 'user' })).toBeUndefined()
  })

  test('findings that do not come true are held back and counted', async () => {
    const result = auditFolder(join(REPOSITORY, 'fixtures/chatbot'))
    const [finding] = result.findings
    const untrue = { ...finding!, id: 'untrue', scenario: stale('user:{id}', 'user:{id}') }
    const { findings, refuted } = await replayed({ ...result, findings: [finding!, untrue] })
    expect(findings.map(({ id, replay: seen }) => [id, seen?.verdict])).toEqual([[finding!.id, 'stale read']])
    expect(refuted.map(({ id }) => id)).toEqual(['untrue'])
  })

  test('all findings of the fixtures come true', async () => {
    for (const name of readdirSync(join(REPOSITORY, 'fixtures'))) {
      const result = auditFolder(join(REPOSITORY, 'fixtures', name))
      expect((await replayed(result)).refuted).toEqual([])
    }
  })
})
