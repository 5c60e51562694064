/** An entry as a shared layer holds it. */
export interface StoredText {
  readonly text: string
  /** How long the store will still hold it, in milliseconds, by the clock of the store. */
  readonly restMs: number
}

/** The answer to "give me the value, or the right to make it". */
export type Leased =
  | { readonly state: 'hit'; readonly entry: StoredText }
  /** Nobody makes it: the caller may, and fills with its token. */
  | { readonly state: 'won' }
  /** Somebody else makes it. */
  | { readonly state: 'held' }
  /** Nobody may fill it for now: who wants it loads for itself. */
  | { readonly state: 'refused' }

/** What tells other processes of a change; a layer may send it in one step with the change itself. */
export interface Announcement {
  readonly channel: string
  readonly message: string
}

/**
 * A layer that several processes share. A fill is fenced by a lease (*Scaling Memcache at Facebook*, NSDI 2013, 3.2.1): the
 * token of a miss lets its holder store what it loaded, and a delete or a write in between takes the token away.
 */
export interface SharedLayer {
  readonly name: string
  /** Can it tell others of a change in one step with it? */
  readonly announces: boolean
  read(key: string): Promise<StoredText | undefined>
  /** Reads or leases; with `isRefresh` a value that is there does not matter. */
  lease(key: string, token: string, leaseMs: number, isRefresh: boolean): Promise<Leased>
  renew(key: string, token: string, leaseMs: number): Promise<void>
  release(key: string, token: string): Promise<void>
  /** Stores if the token still holds; false where the fill came too late. */
  fill(key: string, token: string, text: string, lifeMs: number): Promise<boolean>
  write(key: string, text: string, lifeMs: number, announce?: Announcement): Promise<void>
  /** Was something there? With `holdMs` fills are refused for that long afterwards. */
  remove(key: string, holdMs: number, announce?: Announcement): Promise<boolean>
  /** Keeps a value for its stale windows only; false where none was there. */
  soften(key: string, announce?: Announcement): Promise<boolean>
  /** The present numbers of generations; one that was never raised, or was lost, gets a number that it never had. */
  generations(names: readonly string[]): Promise<readonly number[]>
  raise(name: string): Promise<number>
  close(): Promise<void>
}
