import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REPOSITORY } from '../support.js'
import { isInstalled, startRedis, until, type Server } from '../runtime/servers.js'

const keyproof = (args: readonly string[]): { code: number | null; stdout: string; stderr: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(REPOSITORY, 'bin/keyproof.js'), ...args], { cwd: REPOSITORY, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  return { code: status, stdout, stderr }
}

interface Seen { readonly template: string; readonly count: number; readonly deletes: number; readonly withoutTtl: number }
const read = (args: readonly string[]): { templates: Seen[]; orphans: { shape: string; count: number }[]; never: string[] } =>
  JSON.parse(keyproof(['observed', ...args, '--format', 'json']).stdout) as { templates: Seen[]; orphans: { shape: string; count: number }[]; never: string[] }

describe('keyproof audit --explain', () => {
  test('tells the war story of the chatbot, and nothing of the repaired one', () => {
    expect(keyproof(['audit', 'fixtures/chatbot', '--explain']).stdout).toContain([
      '    What happens:',
      '      1. set     chatbot:v2:prod:en:false:prompt:base  kept: old',
      '      2. delete  chatbot:v2:prod:prompt:base           nothing there',
      '      3. get     chatbot:v2:prod:en:false:prompt:base  hit: old',
      '      So the old value is served.',
    ].join('\n'))
    expect(keyproof(['audit', 'fixtures/chatbot-repaired', '--explain'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/no findings/) as string })
  })

  test('and the steps stand in the JSON report', () => {
    const { findings, summary } = JSON.parse(keyproof(['audit', 'fixtures/chatbot', '--format', 'json']).stdout) as { findings: { replay: { verdict: string; steps: { op: string }[] } }[]; summary: { refuted: number } }
    expect([findings[0]!.replay.verdict, findings[0]!.replay.steps.map(({ op }) => op), summary.refuted]).toEqual(['stale read', ['set', 'delete', 'get'], 0])
  })
})

test('keyproof advise says what to do with each key', () => {
  const { stdout, code } = keyproof(['advise', 'fixtures/chatbot-repaired'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/chatbot:v2:.*prompt:base {2}redis\n {2}event-based: /)
})

describe('keyproof explain', () => {
  test('shows the proof of a rule, and what it printed when it was run', () => {
    const { stdout, code } = keyproof(['explain', 'missing-user-scope'])
    expect(code).toBe(0)
    expect(stdout).toContain("template: 'user_dashboard'")
    expect(stdout).toContain('    Bob is served the dashboard of Ada\n')
    expect(stdout).toContain('    Bob is served the dashboard of Bob\n')
    expect(stdout).not.toContain('// expect')
  })

  test('says of a rule on the form of code that it is one, and of a misspelt one which is meant', () => {
    expect(keyproof(['explain', 'key-factory-bypass']).stdout).toMatch(/form of the code alone/)
    expect(keyproof(['explain', 'missing-user-scop'])).toMatchObject({ code: 2, stderr: 'keyproof: there is no rule missing-user-scop; did you mean missing-user-scope?\n' })
  })
})

describe('keyproof observed', () => {
  test('wants a file or a server, and says so', () => {
    expect(keyproof(['observed'])).toMatchObject({ code: 2, stderr: 'keyproof: observed takes a FILE, or --redis URL\n' })
    expect(keyproof(['observed', 'no-such-file', 'fixtures/chatbot'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/no-such-file/) as string })
    expect(keyproof(['observed', '--redis', 'redis://127.0.0.1:1', 'fixtures/chatbot'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/127\.0\.0\.1:1 cannot be reached/) as string })
    expect(keyproof(['observed', 'x', '--max', 'many']).stderr).toMatch(/positive whole number/)
  })

  test('a list of keys', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'keyproof-')), 'keys.txt')
    writeFileSync(file, 'chatbot:v2:prod:en:true:prompt:base\nchatbot:v1:prod:prompt:base\n')
    const { stdout, code } = keyproof(['observed', file, 'fixtures/chatbot'])
    expect(code).toBe(0)
    expect(stdout).toContain('chatbot:v2:{context.env}:{context.lang}:{context.userExists}:prompt:base')
    expect(stdout).toContain('chatbot:v1:prod:prompt:base  1')
    expect(stdout).toMatch(/2 observations: 1 of 1 template, 1 of none; 1 never seen/)
  })

  describe.skipIf(!isInstalled('redis-server'))('with a real Redis', () => {
    let server: Server
    let client: Redis
    beforeAll(async () => {
      server = await startRedis()
      client = new Redis(server.port)
    })
    afterAll(async () => {
      client.disconnect()
      await server.stop()
    })

    test('the keys that it holds, with lifetimes, and nothing is changed', async () => {
      for (let i = 0; i < 40; i++) await client.set(`chatbot:v2:prod:en:${i % 2 === 0}:prompt:base`, 'secret', 'EX', 600)
      for (let i = 0; i < 30; i++) await client.set(`session:${i}`, 'secret')
      const before = await client.dbsize()
      const observed = read(['--redis', `redis://127.0.0.1:${server.port}`, 'fixtures/chatbot'])
      expect(observed.templates.map(({ template, count }) => [template, count])).toEqual([['chatbot:v2:{context.env}:{context.lang}:{context.userExists}:prompt:base', 2]])
      expect(observed.orphans).toEqual([expect.objectContaining({ shape: 'session:{}', count: 30 })])
      expect(await client.dbsize()).toBe(before)
      expect(JSON.stringify(observed)).not.toContain('secret')
      expect(read(['--redis', `redis://127.0.0.1:${server.port}`, '--max', '5', 'fixtures/chatbot']).orphans.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(5)
    })

    test('what MONITOR shows: the deletes of the war story reach a key that nobody writes', async () => {
      const file = join(mkdtempSync(join(tmpdir(), 'keyproof-')), 'monitor.log')
      const monitor = spawn('redis-cli', ['-p', String(server.port), 'MONITOR'], { stdio: ['ignore', 'pipe', 'ignore'] })
      let log = ''
      monitor.stdout.on('data', (data: Buffer) => { log += data.toString() })
      await until(() => log.startsWith('OK'))
      await client.set('chatbot:v2:prod:en:true:prompt:base', 'secret')
      await client.del('chatbot:v2:prod:prompt:base')
      await until(() => log.includes('"del"'))
      monitor.kill()
      writeFileSync(file, log)
      const observed = read([file, 'fixtures/chatbot'])
      expect(observed.templates.map(({ template, deletes, withoutTtl }) => [template, deletes, withoutTtl])).toEqual([
        ['chatbot:v2:{context.env}:{context.lang}:{context.userExists}:prompt:base', 0, 1],
        ['chatbot:v2:{env}:prompt:base', 1, 0],
      ])
      expect(readFileSync(file, 'utf8')).toContain('secret')
      expect(JSON.stringify(observed)).not.toContain('secret')
    })
  })
})
