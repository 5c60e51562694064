import { connect, type Socket } from 'node:net'
import { LayerRefusalError } from '../errors.js'

/** One answer of memcached's meta protocol (doc/protocol.txt, "Meta Commands"). */
export interface MetaReply {
  /** `HD`, `VA`, `EN`, `NF`, `NS`, `EX`, `OK`. */
  readonly code: string
  /** Flags by their letter, with what stands behind it. */
  readonly flags: Readonly<Record<string, string>>
  readonly value?: Buffer
}

export interface MemcachedOptions {
  readonly host?: string
  readonly port?: number
  /** How long to wait before a lost connection is made again. */
  readonly reconnectMs?: number
}

interface Waiting { readonly resolve: (reply: MetaReply) => void; readonly reject: (error: Error) => void }

const LINE = Buffer.from('\r\n')

/**
 * A client of memcached's meta protocol over one connection: commands are pipelined, replies come in their order. Only the
 * meta commands give leases and fences, and no kept library speaks them.
 */
export class MetaConnection {
  private socket: Socket | undefined
  private isReady = false
  private isClosed = false
  private received: Buffer = Buffer.alloc(0)
  private readonly waiting: Waiting[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: MemcachedOptions) {
    this.open()
  }

  /** Sends a command, with its block of data where it has one. Where there is no connection it fails at once. */
  send(command: string, data?: Buffer): Promise<MetaReply> {
    const { socket } = this
    if (!socket || !this.isReady) return Promise.reject(new Error('the connection to memcached is not ready'))
    return new Promise((resolve, reject) => {
      // Who waits for an answer keeps the process alive.
      if (this.waiting.length === 0) socket.ref()
      this.waiting.push({ resolve, reject })
      socket.cork()
      socket.write(`${command}\r\n`)
      if (data) {
        socket.write(data)
        socket.write(LINE)
      }
      socket.uncork()
    })
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    this.socket?.destroy()
  }

  private open(): void {
    const { host = '127.0.0.1', port = 11_211 } = this.options
    const socket = connect(port, host, () => { this.isReady = true })
    socket.setNoDelay(true)
    socket.unref()
    socket.on('data', (data) => { this.receive(data) })
    socket.on('error', () => undefined)
    socket.on('close', () => { this.lose() })
    this.socket = socket
  }

  private lose(): void {
    this.isReady = false
    this.received = Buffer.alloc(0)
    for (const { reject } of this.waiting.splice(0)) reject(new Error('the connection to memcached closed'))
    if (this.isClosed) return
    this.timer = setTimeout(() => { this.open() }, this.options.reconnectMs ?? 100)
    this.timer.unref()
  }

  private receive(data: Buffer): void {
    this.received = this.received.length === 0 ? data : Buffer.concat([this.received, data])
    for (let reply = this.take(); reply; reply = this.take()) {
      const waiting = this.waiting.shift()
      if (/^(?:CLIENT_ERROR|SERVER_ERROR|ERROR)/.test(reply.code)) waiting?.reject(new LayerRefusalError(`memcached answered ${reply.code}`))
      else waiting?.resolve(reply)
    }
    if (this.waiting.length === 0) this.socket?.unref()
  }

  /** The next whole reply of what was received. */
  private take(): MetaReply | undefined {
    const end = this.received.indexOf(LINE)
    if (end === -1) return undefined
    const line = this.received.subarray(0, end).toString()
    const [code = '', ...words] = line.split(' ')
    if (/ERROR/.test(code)) return this.shift(end + 2, { code: line, flags: {} })
    if (code !== 'VA') return this.shift(end + 2, { code, flags: flagsOf(words) })
    const size = Number(words[0])
    if (this.received.length < end + 2 + size + 2) return undefined
    const value = Buffer.from(this.received.subarray(end + 2, end + 2 + size))
    return this.shift(end + 2 + size + 2, { code, flags: flagsOf(words.slice(1)), value })
  }

  private shift(length: number, reply: MetaReply): MetaReply {
    this.received = this.received.subarray(length)
    return reply
  }
}

const flagsOf = (words: readonly string[]): Record<string, string> => Object.fromEntries(words.filter((word) => word !== '').map((word) => [word[0]!, word.slice(1)]))
