import { setTimeout as pause } from 'node:timers/promises'
import type { Observation } from './lines.js'

/** The part of ioredis that a read-only look at a server takes. */
interface Scanning {
  scan(cursor: string, count: 'COUNT', size: number): Promise<[string, string[]]>
  pipeline(): { pttl(key: string): unknown; call(command: string, ...args: string[]): unknown; exec(): Promise<[unknown, unknown][] | null> }
  disconnect(): void
}

const BATCH = 500
const PAUSE_MS = 5

/**
 * Goes through the keys of a server with SCAN, and asks some of each batch for lifetime and size. Nothing is written, no
 * value read; it rests between batches, and ends at `max` keys.
 */
export async function* scanned(url: string, max: number, sampleEvery = 10): AsyncGenerator<Observation> {
  const client = await connected(url)
  try {
    let cursor = '0'
    let count = 0
    do {
      const [next, found] = await client.scan(cursor, 'COUNT', BATCH)
      cursor = next
      const keys = found.slice(0, max - count)
      count += keys.length
      yield* await sampled(client, keys, sampleEvery)
      await pause(PAUSE_MS)
    } while (cursor !== '0' && count < max)
  } finally {
    client.disconnect()
  }
}

async function sampled(client: Scanning, keys: readonly string[], every: number): Promise<readonly Observation[]> {
  const asked = keys.filter((_, i) => i % every === 0)
  const pipeline = client.pipeline()
  for (const key of asked) {
    pipeline.pttl(key)
    pipeline.call('MEMORY', 'USAGE', key)
  }
  const answers = await pipeline.exec() ?? []
  return keys.map((key, i): Observation => {
    const at = i % every === 0 ? (i / every) * 2 : -1
    if (at < 0) return { op: 'seen', key }
    const [ttl, bytes] = [answers[at]?.[1], answers[at + 1]?.[1]]
    return { op: 'seen', key, ...(typeof ttl === 'number' && ttl !== -2 ? { hasTtl: ttl !== -1 } : {}), ...(typeof bytes === 'number' ? { bytes } : {}) }
  })
}

/** @throws Error in words, where ioredis is not installed or the server not reached */
async function connected(url: string): Promise<Scanning> {
  let Redis: new (url: string, options: object) => Scanning & { connect(): Promise<void>; on(event: string, listener: () => void): void }
  try {
    ({ Redis } = await import('ioredis') as unknown as { Redis: typeof Redis })
  } catch {
    throw Object.assign(new Error('--redis needs the package ioredis: npm install --save-dev ioredis'), { code: 'NO_CLIENT' })
  }
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, readOnly: true })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    throw Object.assign(new Error(`--redis: ${url.replace(/\/\/[^@/]*@/, '//')} cannot be reached: ${(error as Error).message}`), { code: 'NO_SERVER' })
  }
  return client
}
