import { createHash } from 'node:crypto'
import { LayerRefusalError } from '../errors.js'
import type { Leased, SharedLayer, StoredText } from './layer.js'
import { MetaConnection, type MemcachedOptions, type MetaReply } from './meta-protocol.js'

/** The longest that memcached counts from now; more seconds are taken for a date (doc/protocol.txt, "Expiration times"). */
const LONGEST_S = 30 * 24 * 60 * 60
const MOST_KEY = 250

/**
 * memcached 1.6 or later by its meta commands. A miss leaves a stub with a lease (`mg … N`), whose token is its cas; a fill
 * must bring that cas, and a delete takes the stub away. Lifetimes are counted there, in whole seconds.
 */
export function memcached(options: MemcachedOptions = {}): SharedLayer {
  return new MemcachedLayer(new MetaConnection(options))
}

class MemcachedLayer implements SharedLayer {
  readonly name = 'memcached'
  readonly announces = false
  /** The cas of the stubs that this process may fill, by its own tokens. */
  private readonly leases = new Map<string, string>()

  constructor(private readonly connection: MetaConnection) {}

  async read(key: string): Promise<StoredText | undefined> {
    return entryOf(await this.connection.send(`mg ${nameOf(key)} v t`))
  }

  async lease(key: string, token: string, leaseMs: number, isRefresh: boolean): Promise<Leased> {
    // A refresh takes the right to make it by a key of its own, since the value stays where it is.
    if ((await this.connection.send(`mg ${holdOf(key)}`)).code === 'HD') return { state: 'refused' }
    if (isRefresh) return this.leaseBeside(key, token, leaseMs)
    const reply = await this.connection.send(`mg ${nameOf(key)} v t c N${leaseSeconds(leaseMs)}`)
    if ('W' in reply.flags) {
      this.leases.set(token, reply.flags['c'] ?? '')
      return { state: 'won' }
    }
    const entry = entryOf(reply)
    if (entry) return { state: 'hit', entry }
    // Somebody else's value under our key is made anew, as one that is refreshed.
    return reply.value && reply.value.length > 0 ? this.leaseBeside(key, token, leaseMs) : { state: 'held' }
  }

  async renew(key: string, token: string, leaseMs: number): Promise<void> {
    if (!this.leases.has(token)) return
    const cas = this.leases.get(token)
    if (cas === BESIDE) {
      await this.connection.send(`mg ${besideOf(key)} T${leaseSeconds(leaseMs)}`)
      return
    }
    // Only the stub itself: a value that somebody has stored meanwhile keeps its own time.
    const reply = await this.connection.send(`ms ${nameOf(key)} 0 C${cas} T${leaseSeconds(leaseMs)} c`, Buffer.alloc(0))
    if (reply.code === 'HD' && reply.flags['c'] !== undefined && this.leases.has(token)) this.leases.set(token, reply.flags['c'])
  }

  async release(key: string, token: string): Promise<void> {
    const cas = this.leases.get(token)
    this.leases.delete(token)
    if (cas === BESIDE) await this.connection.send(`md ${besideOf(key)}`)
    else if (cas !== undefined) await this.connection.send(`md ${nameOf(key)} C${cas}`)
  }

  async fill(key: string, token: string, text: string, lifeMs: number): Promise<boolean> {
    const cas = this.leases.get(token)
    this.leases.delete(token)
    if (cas === undefined) return false
    if (cas === BESIDE) return this.fillBeside(key, token, text, lifeMs)
    return (await this.store(key, text, lifeMs, ` C${cas}`)).code === 'HD'
  }

  async write(key: string, text: string, lifeMs: number): Promise<void> {
    await this.connection.send(`md ${besideOf(key)}`)
    const reply = await this.store(key, text, lifeMs, '')
    if (reply.code !== 'HD') throw new LayerRefusalError(`memcached did not store it: ${reply.code}`)
  }

  async remove(key: string, holdMs: number): Promise<boolean> {
    // The lease of a refresh goes first: see `fillBeside`.
    const [there] = await Promise.all([this.connection.send(`mg ${nameOf(key)} s`), this.connection.send(`md ${besideOf(key)}`), this.connection.send(`md ${nameOf(key)}`)])
    if (holdMs > 0) await this.connection.send(`ms ${holdOf(key)} 1 T${seconds(holdMs)}`, Buffer.from('1'))
    return there.code === 'HD' && there.flags['s'] !== '0'
  }

  async soften(key: string): Promise<boolean> {
    const reply = await this.connection.send(`mg ${nameOf(key)} v t c`)
    const entry = entryOf(reply)
    await this.connection.send(`md ${besideOf(key)}`)
    if (!entry) return false
    const staleMs = Math.min(entry.restMs, Number(/^\d+/.exec(entry.text)?.[0] ?? 0))
    // Where it was written or deleted meanwhile, that stands.
    const own = ` C${reply.flags['c']}`
    if (staleMs > 0) await this.store(key, entry.text, staleMs, own)
    else await this.connection.send(`md ${nameOf(key)}${own}`)
    return true
  }

  async generations(names: readonly string[]): Promise<readonly number[]> {
    return Promise.all(names.map((name) => this.count(name, 0)))
  }

  raise(name: string): Promise<number> {
    return this.count(name, 1)
  }

  close(): Promise<void> {
    this.connection.close()
    return Promise.resolve()
  }

  /** A counter that memcached evicted begins anew at the time, above all that it has been: no old entry agrees with it. */
  private async count(name: string, delta: number): Promise<number> {
    const reply = await this.connection.send(`ma ${nameOf(`keyproof:${name}`)} N0 J${Date.now()} D${delta} v`)
    if (reply.value === undefined) throw new Error(`memcached did not count: ${reply.code}`)
    return Number(reply.value.toString())
  }

  private store(key: string, text: string, lifeMs: number, flags: string): Promise<MetaReply> {
    const life = Number.isFinite(lifeMs) ? Math.min(seconds(lifeMs), LONGEST_S) : 0
    const body = Buffer.from(`${life === 0 ? '-' : Math.max(0, Math.round(life * 1000 - lifeMs))} ${text}`)
    return this.connection.send(`ms ${nameOf(key)} ${body.length} T${life}${flags}`, body)
  }

  private async leaseBeside(key: string, token: string, leaseMs: number): Promise<Leased> {
    const body = Buffer.from(token)
    const reply = await this.connection.send(`ms ${besideOf(key)} ${body.length} ME T${leaseSeconds(leaseMs)}`, body)
    if (reply.code !== 'HD') return { state: 'held' }
    this.leases.set(token, BESIDE)
    return { state: 'won' }
  }

  /**
   * Stores where the lease beside is ours still and the value is the one that it was taken for, and looks at the lease once
   * more: a delete takes it away before it takes the value, so that one of the two is noticed.
   */
  private async fillBeside(key: string, token: string, text: string, lifeMs: number): Promise<boolean> {
    const isOurs = async (): Promise<boolean> => (await this.connection.send(`mg ${besideOf(key)} v`)).value?.toString() === token
    const present = await this.connection.send(`mg ${nameOf(key)} c`)
    if (!(await isOurs())) return false
    const stored = await this.store(key, text, lifeMs, present.flags['c'] === undefined ? ' ME' : ` C${present.flags['c']}`)
    if (stored.code !== 'HD') return false
    const isKept = await isOurs()
    await this.connection.send(`md ${isKept ? besideOf(key) : nameOf(key)}`)
    return isKept
  }
}

const BESIDE = 'beside'

/** An item without content is the stub of a lease. What is left of an entry's life is right to a second. */
function entryOf({ code, flags, value }: MetaReply): StoredText | undefined {
  if (code !== 'VA' || !value || value.length === 0) return undefined
  const stored = value.toString()
  const space = stored.indexOf(' ')
  const over = stored.slice(0, space)
  if (over === '-') return { text: stored.slice(2), restMs: Number.POSITIVE_INFINITY }
  return /^\d+$/.test(over) ? { text: stored.slice(space + 1), restMs: Number(flags['t']) * 1000 - Number(over) } : undefined
}

/** A key of memcached has no spaces and at most 250 bytes; a longer one keeps its beginning, and its digest. */
function nameOf(key: string): string {
  const plain = key.replace(/[\s\u0000-\u0020\u007f]/gu, (char) => encodeURIComponent(char))
  const bytes = Buffer.byteLength(plain)
  if (bytes <= MOST_KEY) return plain
  const digest = createHash('sha256').update(plain).digest('base64url')
  return `${Buffer.from(plain).subarray(0, 150).toString('utf8').replace(/\ufffd/g, '')}#${digest}`
}

const holdOf = (key: string): string => nameOf(`${key}#hold`)
const besideOf = (key: string): string => nameOf(`${key}#lease`)
/** A second more, since memcached's seconds begin anywhere within one. */
const leaseSeconds = (ms: number): number => seconds(ms) + 1
const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))
