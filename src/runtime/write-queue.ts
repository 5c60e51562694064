/** A write as a durable queue keeps it. */
export interface QueuedWrite {
  readonly id: string
  readonly key: string
  readonly parameters: string
  readonly value: string
}

/**
 * Keeps the writes of write-behind outside the process, in order, until they have reached the origin. What one process
 * queued another finishes; one at a time has the turn, so that two writes of a key keep their order.
 */
export interface WriteQueue {
  /** Keeps a write, and tells its id once it is kept. @throws where it cannot be */
  add(write: Omit<QueuedWrite, 'id'>): Promise<string>
  /** How long a process that dies keeps the turn. */
  readonly leaseMs: number
  /** Takes the turn, or keeps it. Has this process it now? */
  turn(): Promise<boolean>
  /** The oldest writes, for who has the turn. */
  oldest(count: number): Promise<readonly QueuedWrite[]>
  /** These have reached the origin, or the dead letters. */
  done(ids: readonly string[]): Promise<void>
  /** Puts a write that was given up where a person finds it. */
  bury(write: QueuedWrite, reason: string): Promise<void>
  /** Which of these are still to be written. */
  left(ids: readonly string[]): Promise<readonly string[]>
  size(): Promise<number>
  /** Gives the turn away. */
  release(): Promise<void>
}
