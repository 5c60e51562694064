import { performance } from 'node:perf_hooks'
import type { Bus } from '../bus.js'
import type { Announcement, Leased, SharedLayer, StoredText } from './layer.js'
import { commandsOf, isIoRedis, type IoRedisLike, type NodeRedisLike, type RedisCommands, type RedisLike, type Script } from './redis-commands.js'

// An entry is `<end of life> <text>`; the end is by the clock of the server, so that no clock of a host takes part.
const NOW = "local t=redis.call('TIME') local now=t[1]*1000+math.floor(t[2]/1000) "
const STORE = `${NOW}local function store(text,life) if life=='-' then redis.call('SET',KEYS[1],'- '..text) else redis.call('SET',KEYS[1],string.format('%.0f',now+life)..' '..text,'PX',life) end end `
const ANNOUNCE = "local function announce(channel,message) if channel~='' then redis.call('PUBLISH',channel,message) end end "

const script = (name: string, keys: number, lua: string): Script => ({ name: `keyproof${name}`, keys, lua })

const LEASE = script('Lease', 3, "if ARGV[3]=='0' then local v=redis.call('GET',KEYS[1]) if v then return {1,v} end end if redis.call('EXISTS',KEYS[3])==1 then return {4} end if redis.call('SET',KEYS[2],ARGV[1],'NX','PX',ARGV[2]) then return {2} end return {3}")
const FILL = script('Fill', 2, `if redis.call('GET',KEYS[2])~=ARGV[1] then return 0 end ${STORE}store(ARGV[2],ARGV[3]) redis.call('DEL',KEYS[2]) return 1`)
const WRITE = script('Write', 2, `${STORE}${ANNOUNCE}store(ARGV[1],ARGV[2]) redis.call('DEL',KEYS[2]) announce(ARGV[3],ARGV[4]) return 1`)
const REMOVE = script('Remove', 3, `${ANNOUNCE}local n=redis.call('DEL',KEYS[1],KEYS[2]) if redis.call('PTTL',KEYS[3])<tonumber(ARGV[1]) then redis.call('SET',KEYS[3],'1','PX',ARGV[1]) end announce(ARGV[2],ARGV[3]) return n`)
const SOFTEN = script('Soften', 2, `${STORE}${ANNOUNCE}local v=redis.call('GET',KEYS[1]) redis.call('DEL',KEYS[2]) announce(ARGV[1],ARGV[2]) if not v then return 0 end local rest,text=string.match(v,'^(%S+) (%d+ .*)$') if not text then return 0 end local stale=tonumber(string.match(text,'^%d+')) if rest~='-' then stale=math.min(stale,tonumber(rest)-now) end if stale<=0 then redis.call('DEL',KEYS[1]) else store(text,stale) end return 1`)
// The number of a generation is the time of the server: one that was evicted, or that nobody raised for a month, begins
// above all that it has been.
const RAISE = script('Raise', 1, "local t=redis.call('TIME') local n=t[1]*1000000+t[2] local old=tonumber(redis.call('GET',KEYS[1]) or '0') if ARGV[1]=='0' and old>0 then return string.format('%.0f',old) end if n<=old then n=old+1 end local text=string.format('%.0f',n) redis.call('SET',KEYS[1],text,'EX',2592000) return text")
const RENEW = script('Renew', 1, "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('PEXPIRE',KEYS[1],ARGV[2]) end return 0")
const RELEASE = script('Release', 1, "if redis.call('GET',KEYS[1])==ARGV[1] then return redis.call('DEL',KEYS[1]) end return 0")

/** How often the clock of the server is looked at. */
const CLOCK_MS = 60_000

/**
 * Redis 5 or later, Valkey, or a cluster of them, by a client of ioredis 5 or 6, or of node-redis 5 or later. The client
 * stays its owner's: it is neither connected nor closed here.
 */
export function redis(client: RedisLike): SharedLayer {
  return new RedisLayer(commandsOf(client))
}

class RedisLayer implements SharedLayer {
  readonly name = 'redis'
  readonly announces = true
  private offset: number | undefined
  private measuredAt = Number.NEGATIVE_INFINITY

  constructor(private readonly commands: RedisCommands) {}

  read(key: string): Promise<StoredText | undefined> {
    return this.commands.get(key).then((stored) => (stored === null ? undefined : this.entry(stored)))
  }

  async lease(key: string, token: string, leaseMs: number, isRefresh: boolean): Promise<Leased> {
    const [state, stored] = await this.commands.run(LEASE, key, leaseOf(key), holdOf(key), token, whole(leaseMs), isRefresh ? '1' : '0') as [number, string]
    if (state === 1) {
      const entry = await this.entry(stored)
      return entry ? { state: 'hit', entry } : this.lease(key, token, leaseMs, true)
    }
    return { state: state === 2 ? 'won' : state === 4 ? 'refused' : 'held' }
  }

  async renew(key: string, token: string, leaseMs: number): Promise<void> {
    await this.commands.run(RENEW, leaseOf(key), token, whole(leaseMs))
  }

  async release(key: string, token: string): Promise<void> {
    await this.commands.run(RELEASE, leaseOf(key), token)
  }

  async fill(key: string, token: string, text: string, lifeMs: number): Promise<boolean> {
    return await this.commands.run(FILL, key, leaseOf(key), token, text, whole(lifeMs)) === 1
  }

  async write(key: string, text: string, lifeMs: number, announce?: Announcement): Promise<void> {
    await this.commands.run(WRITE, key, leaseOf(key), text, whole(lifeMs), ...told(announce))
  }

  remove(key: string, holdMs: number, announce?: Announcement): Promise<boolean> {
    if (holdMs > 0) return this.commands.run(REMOVE, key, leaseOf(key), holdOf(key), whole(holdMs), ...told(announce)).then(isSome)
    // The lease first: a fill in between finds it gone, and one that came before has stored what the second takes away. So
    // two commands of one write do what a script would, at less cost to the server; the word to others goes last.
    const lease = this.commands.del(leaseOf(key))
    const removed = this.commands.del(key)
    // What fails the one fails the other, which is heard.
    lease.catch(() => undefined)
    if (!announce) return removed.then(isSome)
    return Promise.all([removed, this.commands.publish(announce.channel, announce.message)]).then(([count]) => isSome(count))
  }

  async soften(key: string, announce?: Announcement): Promise<boolean> {
    return await this.commands.run(SOFTEN, key, leaseOf(key), ...told(announce)) === 1
  }

  async generations(names: readonly string[]): Promise<readonly number[]> {
    return Promise.all(names.map(async (name) => Number(await this.commands.get(generationOf(name)) ?? await this.commands.run(RAISE, generationOf(name), '0'))))
  }

  async raise(name: string): Promise<number> {
    return Number(await this.commands.run(RAISE, generationOf(name), '1'))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  private entry(stored: string): StoredText | undefined | Promise<StoredText | undefined> {
    const space = stored.indexOf(' ')
    const end = stored.slice(0, space)
    const text = stored.slice(space + 1)
    if (end === '-') return { text, restMs: Number.POSITIVE_INFINITY }
    // Somebody else's value under our key.
    if (!/^\d+$/.test(end)) return undefined
    const now = this.now()
    return typeof now === 'number' ? { text, restMs: Number(end) - now } : now.then((at) => ({ text, restMs: Number(end) - at }))
  }

  /** The time of the server, by the clock of the process and how far the two are apart. */
  private now(): number | Promise<number> {
    const at = performance.now()
    if (this.offset === undefined) return this.measure().then(() => performance.now() + this.offset!)
    if (at - this.measuredAt > CLOCK_MS) this.measure().catch(() => undefined)
    return at + this.offset
  }

  private async measure(): Promise<void> {
    this.measuredAt = performance.now()
    const [seconds, micros] = await this.commands.command('TIME') as [string, string]
    const middle = (this.measuredAt + performance.now()) / 2
    this.offset = Number(seconds) * 1000 + Number(micros) / 1000 - middle
  }
}

const isSome = (count: unknown): boolean => Number(count) > 0

// In the slot of its key: what stands in braces decides (Redis Cluster specification, hash tags).
const leaseOf = (key: string): string => `{${key}}:lease`
const holdOf = (key: string): string => `{${key}}:hold`
const generationOf = (name: string): string => `keyproof:${name}`
const whole = (ms: number): string => (Number.isFinite(ms) ? String(Math.max(1, Math.ceil(ms))) : '-')
const told = (announce: Announcement | undefined): [string, string] => [announce?.channel ?? '', announce?.message ?? '']

/** A bus over Redis' publish and subscribe, with a connection of its own for listening. */
export function redisBus(client: RedisLike, { channel = 'keyproof' }: { readonly channel?: string } = {}): Bus {
  const commands = commandsOf(client)
  let close: () => void = () => undefined
  return {
    channel,
    async publish(message) {
      await commands.command('PUBLISH', channel, message)
    },
    start(handlers) {
      close = isIoRedis(client) ? listenIoRedis(client, channel, handlers) : listenNodeRedis(client, channel, handlers)
    },
    close() {
      close()
      return Promise.resolve()
    },
  }
}

type Handlers = Parameters<Bus['start']>[0]

function listenIoRedis(client: IoRedisLike, channel: string, { message, lost, ready }: Handlers): () => void {
  const own = client.duplicate({ autoResubscribe: false, enableOfflineQueue: true, maxRetriesPerRequest: null, lazyConnect: false })
  own.on('message', (_channel, text) => { message(text!) })
  own.on('close', () => { lost('the connection closed') })
  own.on('error', () => undefined)
  const listen = (): void => { own.subscribe(channel).then(ready, () => undefined) }
  own.on('ready', listen)
  if (own.status === 'ready') listen()
  return () => { own.disconnect() }
}

function listenNodeRedis(client: NodeRedisLike, channel: string, { message, lost, ready }: Handlers): () => void {
  const own = client.duplicate()
  let isListening = false
  own.on('error', () => { lost('the connection failed') })
  own.on('end', () => { lost('the connection closed') })
  own.on('reconnecting', () => { lost('the connection closed') })
  // It subscribes again by itself once it is connected again.
  own.on('ready', () => { if (isListening) ready() })
  own.connect().then(() => own.subscribe(channel, message)).then(() => { isListening = true; ready() }, (error: unknown) => { lost(String(error)) })
  return () => { own.destroy() }
}

export { redisStream, type RedisStreamOptions } from './redis-stream.js'
