import { visible, visibleLines } from '../keys/visible.js'

/** Data with its texts made visible: nothing in them moves a cursor, turns a line round or hides; a path is one line. */
export function harmless<T>(data: T): T {
  return made(data, '') as T
}

function made(data: unknown, name: string): unknown {
  if (typeof data === 'string') return name === 'path' ? visible(data) : visibleLines(data)
  if (Array.isArray(data)) return data.map((member) => made(member, name))
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, made(value, key)]))
}

/**
 * A text in which no line is a command to the runner that logs it: `::stop-commands::` of GitHub, wherever blanks stand before
 * it, `##[…]` and `##vso[…]` anywhere in a line (actions/runner, ActionCommand.cs).
 */
export const spoken = (text: string): string => text.replace(/^((?:\s|\u001b\[[\d;]{1,12}m){0,200})::/gm, '$1: :').replace(/##(?=\w{0,20}\[)/g, '# #')
