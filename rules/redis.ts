/** What the proofs take for a Redis server and its client: the commands that they send, with their semantics, in memory. */
export class Redis {
  private readonly entries = new Map<string, { readonly value: string; readonly endsAt?: number }>()
  private now = 0
  private readonly failing = new Set<string>()

  /** Lets time go by. */
  wait(ms: number): void {
    this.now += ms
  }

  /** The connection breaks at the next of these commands. */
  failAt(command: string): void {
    this.failing.add(command)
  }

  async get(key: string): Promise<string | null> {
    return this.entryAt(key)?.value ?? null
  }

  async set(key: string, value: string | number, ...words: readonly (string | number)[]): Promise<'OK' | null> {
    if (words.includes('NX') && this.entryAt(key)) return null
    const ms = this.lifetimeIn(words)
    this.entries.set(key, { value: String(value), ...(ms === undefined ? {} : { endsAt: this.now + ms }) })
    return 'OK'
  }

  async incr(key: string): Promise<number> {
    const entry = this.entryAt(key)
    const value = Number(entry?.value ?? 0) + 1
    this.entries.set(key, { ...entry, value: String(value) })
    return value
  }

  async expire(key: string, seconds: number): Promise<number> {
    if (this.failing.delete('expire')) throw new Error('the connection is closed')
    const entry = this.entryAt(key)
    if (entry) this.entries.set(key, { value: entry.value, endsAt: this.now + seconds * 1000 })
    return entry ? 1 : 0
  }

  async del(...keys: readonly string[]): Promise<number> {
    return keys.filter((key) => this.entries.delete(key)).length
  }

  /** Ten keys at a time, whatever `COUNT` says; a pattern of the form `prefix*`. */
  async scan(cursor: string | number, _match: 'MATCH', pattern: string): Promise<readonly [string, readonly string[]]> {
    const keys = [...this.entries.keys()].filter((key) => this.entryAt(key))
    const from = Number(cursor)
    const found = keys.slice(from, from + 10).filter((key) => key.startsWith(pattern.slice(0, -1)))
    return [from + 10 < keys.length ? String(from + 10) : '0', found]
  }

  async dbsize(): Promise<number> {
    return [...this.entries.keys()].filter((key) => this.entryAt(key)).length
  }

  private lifetimeIn(words: readonly (string | number)[]): number | undefined {
    const at = words.findIndex((word) => word === 'EX' || word === 'PX')
    return at === -1 ? undefined : Number(words[at + 1]) * (words[at] === 'EX' ? 1000 : 1)
  }

  private entryAt(key: string): { readonly value: string; readonly endsAt?: number } | undefined {
    const entry = this.entries.get(key)
    if (entry?.endsAt === undefined || entry.endsAt > this.now) return entry
    this.entries.delete(key)
    return undefined
  }
}
