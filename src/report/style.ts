import { Chalk, type ChalkInstance } from 'chalk'

export interface Look {
  readonly color: boolean
  /** Columns of the terminal. */
  readonly width: number
}

/** Colours that do nothing when none are wanted. */
export const inkOf = (look: Look): ChalkInstance => new Chalk({ level: look.color ? 1 : 0 })

/** Cuts a line to the width; what is left out is marked. */
export const fitted = (line: string, width: number): string => (line.length > width && width > 1 ? `${line.slice(0, width - 1)}…` : line)

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
