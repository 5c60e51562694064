import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isInstalled, sleep, startRedis, type Server } from './servers.js'

interface Process { ask(op: string, rest?: object): Promise<unknown>; kill(): void }

/** A process of its own over the built runtime. */
async function start(port: number): Promise<Process> {
  const child: ChildProcess = spawn(process.execPath, [new URL('./process.mjs', import.meta.url).pathname, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, (value: unknown) => void>()
  let next = 0
  await new Promise<void>((ready) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const answer = JSON.parse(line) as 'ready' | { n: number; value?: unknown }
      if (answer === 'ready') ready()
      else waiting.get(answer.n)?.(answer.value)
    })
  })
  return {
    ask: (op, rest = {}) => new Promise((done) => {
      const n = next++
      waiting.set(n, done)
      child.stdin!.write(`${JSON.stringify({ n, op, ...rest })}\n`)
    }),
    kill: () => { child.kill('SIGKILL') },
  }
}

describe.skipIf(!isInstalled('redis-server'))('two processes over one Redis', () => {
  let server: Server
  let processes: Process[] = []
  beforeAll(async () => { server = await startRedis() })
  afterEach(() => { for (const each of processes.splice(0)) each.kill() })
  afterAll(async () => { await server.stop() })
  const pair = async (): Promise<[Process, Process]> => {
    const both = await Promise.all([start(server.port), start(server.port)])
    processes = [...both]
    return both
  }

  test('with a hundred misses each load once', async () => {
    const [a, b] = await pair()
    const values = await Promise.all([a, b].map((each) => each.ask('many', { id: 1, value: 'v', ms: 80, times: 100 })))
    expect(values).toEqual(['v', 'v'])
    expect((await Promise.all([a, b].map((each) => each.ask('loads')))).map(Number).reduce((x, y) => x + y)).toBe(1)
  })

  test('a delete in one fences the load of the other', async () => {
    const [a, b] = await pair()
    const asked = a.ask('read', { id: 2, value: 'v1', ms: 150 })
    await sleep(60)
    await b.ask('delete', { id: 2 })
    expect(await asked).toBe('v1')
    expect(await a.ask('read', { id: 2, value: 'v2', ms: 0 })).toBe('v2')
    expect(await b.ask('read', { id: 2, value: 'v2', ms: 0 })).toBe('v2')
    expect(await a.ask('fenced')).toBe(1)
  })

  test('one that is killed while it loads leaves the lease to the other', async () => {
    const [a, b] = await pair()
    void a.ask('read', { id: 3, value: 'dead', ms: 60_000 })
    await sleep(60)
    a.kill()
    expect(await b.ask('read', { id: 3, value: 'alive', ms: 0 })).toBe('alive')
  })

  test('the memory of one hears of a delete in the other', async () => {
    const [a, b] = await pair()
    await a.ask('read', { id: 4, value: 'v1', ms: 0 })
    expect(await b.ask('get', { id: 4 })).toBe('v1')
    await a.ask('delete', { id: 4 })
    await sleep(50)
    expect((await b.ask('get', { id: 4 })) ?? null).toBeNull()
  })
})
