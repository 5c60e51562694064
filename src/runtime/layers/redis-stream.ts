import { randomUUID } from 'node:crypto'
import { milliseconds, type Duration } from '../duration.js'
import type { QueuedWrite, WriteQueue } from '../write-queue.js'
import { commandsOf, type RedisLike, type Script } from './redis-commands.js'

/** Which stream of Redis holds the writes that the origin has not had yet, and who reads it. */
export interface RedisStreamOptions {
  /** The key of the stream; of its own for each definition that is written behind. */
  readonly stream: string
  /** How long a process that dies keeps the turn. */
  readonly lease?: Duration
}

// The turn is one process's: taken where it is free, kept where it is one's own.
const TURN: Script = { name: 'keyproofTurn', keys: 1, lua: "local held=redis.call('GET',KEYS[1]) if held and held~=ARGV[1] then return 0 end redis.call('SET',KEYS[1],ARGV[1],'PX',ARGV[2]) return 1" }
const LEAVE: Script = { name: 'keyproofLeave', keys: 1, lua: "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('DEL',KEYS[1]) end return 0" }

/**
 * A queue for write-behind in a stream of Redis (redis.io/docs/latest/develop/data-types/streams): a crash loses nothing
 * that `writeBehind` has answered, as far as Redis itself keeps it (`appendonly yes`). Each write reaches the origin at
 * least once; after a crash perhaps twice, so that the origin's write has to bear repetition.
 */
export function redisStream(client: RedisLike, { stream, lease = '10s' }: RedisStreamOptions): WriteQueue {
  const commands = commandsOf(client)
  const me = randomUUID()
  const leaseMs = milliseconds(lease, 'lease')
  // In the slot of the stream, as a cluster asks of scripts and of their keys.
  const turn = `{${stream}}:turn`
  const range = async (from: string, to: string, count: number): Promise<QueuedWrite[]> =>
    (await commands.command('XRANGE', stream, from, to, 'COUNT', String(count)) as [string, string[]][]).map(([id, fields]) => writeOf(id, fields))
  return {
    leaseMs,
    async add({ key, parameters, value }) {
      return await commands.command('XADD', stream, '*', 'key', key, 'parameters', parameters, 'value', value) as string
    },
    async turn() {
      return Number(await commands.run(TURN, turn, me, String(leaseMs))) === 1
    },
    oldest: (count) => range('-', '+', count),
    async done(ids) {
      if (ids.length > 0) await commands.command('XDEL', stream, ...ids)
    },
    async bury({ key, parameters, value }, reason) {
      await commands.command('XADD', `{${stream}}:dead`, 'MAXLEN', '~', '10000', '*', 'key', key, 'parameters', parameters, 'value', value, 'reason', reason)
    },
    async left(ids) {
      const found = await Promise.all(ids.map((id) => range(id, id, 1)))
      return ids.filter((_, i) => found[i]!.length > 0)
    },
    async size() {
      return Number(await commands.command('XLEN', stream))
    },
    async release() {
      await commands.run(LEAVE, turn, me)
    },
  }
}

function writeOf(id: string, fields: readonly string[]): QueuedWrite {
  const field = (name: string): string => fields[fields.indexOf(name) + 1]!
  return { id, key: field('key'), parameters: field('parameters'), value: field('value') }
}
