import { createHash } from 'node:crypto'

/** The part of ioredis 5 and 6 that is used. */
export interface IoRedisLike {
  readonly status: string
  get(key: string): Promise<string | null>
  del(key: string): Promise<number>
  publish(channel: string, message: string): Promise<number>
  call(command: string, ...args: string[]): Promise<unknown>
  defineCommand(name: string, definition: { readonly numberOfKeys: number; readonly lua: string }): void
  duplicate(options?: object): IoRedisLike
  subscribe(channel: string): Promise<unknown>
  on(event: string, listener: (...args: string[]) => void): unknown
  disconnect(): void
}

/** The part of node-redis 5 and later that is used. */
export interface NodeRedisLike {
  readonly isReady: boolean
  sendCommand(args: string[]): Promise<unknown>
  duplicate(): NodeRedisLike
  connect(): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  on(event: string, listener: () => void): unknown
  destroy(): void
}

export type RedisLike = IoRedisLike | NodeRedisLike

export const isIoRedis = (client: RedisLike): client is IoRedisLike => 'defineCommand' in client

/** A script by its name: how many keys it has, and its text. */
export interface Script {
  readonly name: string
  readonly keys: number
  readonly lua: string
}

/** Commands and scripts of a client, whichever it is. Where it is not connected they fail at once. */
export interface RedisCommands {
  get(key: string): Promise<string | null>
  del(key: string): Promise<number>
  publish(channel: string, message: string): Promise<unknown>
  command(...args: string[]): Promise<unknown>
  run(script: Script, ...args: string[]): Promise<unknown>
}

export function commandsOf(client: RedisLike): RedisCommands {
  return isIoRedis(client) ? ofIoRedis(client) : ofNodeRedis(client)
}

function ofIoRedis(client: IoRedisLike): RedisCommands {
  const defined = new Set<string>()
  const methods = client as unknown as Record<string, (...args: string[]) => Promise<unknown>>
  // A command that waits for the connection would make the caller wait too.
  const ready = (): void => {
    if (client.status !== 'ready') throw new Error(`the connection is ${client.status}`)
    gather()
  }
  const gather = gatherer(client)
  return {
    get(key) {
      ready()
      return client.get(key)
    },
    del(key) {
      ready()
      return client.del(key)
    },
    publish(channel, message) {
      ready()
      return client.publish(channel, message)
    },
    command(name, ...args) {
      ready()
      return client.call(name!, ...args)
    },
    run({ name, keys, lua }, ...args) {
      ready()
      if (!defined.has(name)) client.defineCommand(name, { numberOfKeys: keys, lua })
      defined.add(name)
      return methods[name]!(...args)
    },
  }
}

/**
 * Sends the commands of one turn of the event loop together: each write of its own is a system call here and a wake-up of
 * the server, which is most of what a GET costs. Where a client does not show its stream, nothing is gathered.
 */
function gatherer(client: IoRedisLike): () => void {
  let isGathering = false
  return () => {
    const { stream } = client as { readonly stream?: { cork?(): void; uncork?(): void } }
    if (isGathering || !stream?.cork || !stream.uncork) return
    isGathering = true
    stream.cork()
    process.nextTick(() => {
      isGathering = false
      stream.uncork!()
    })
  }
}

function ofNodeRedis(client: NodeRedisLike): RedisCommands {
  const digests = new Map<string, string>()
  const send = (args: string[]): Promise<unknown> => {
    if (!client.isReady) throw new Error('the connection is not ready')
    return client.sendCommand(args)
  }
  return {
    get: (key) => send(['GET', key]) as Promise<string | null>,
    del: (key) => send(['DEL', key]) as Promise<number>,
    publish: (channel, message) => send(['PUBLISH', channel, message]),
    command: (...args) => send(args),
    async run({ name, keys, lua }, ...args) {
      const digest = digests.get(name) ?? createHash('sha1').update(lua).digest('hex')
      digests.set(name, digest)
      try {
        return await send(['EVALSHA', digest, String(keys), ...args])
      } catch (error) {
        if (!String(error).includes('NOSCRIPT')) throw error
        return send(['EVAL', lua, String(keys), ...args])
      }
    },
  }
}
