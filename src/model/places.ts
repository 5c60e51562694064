import type { Place } from './types.js'

/** Texts by their characters, whatever the locale. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Places from the top down, file by file. */
export const byPlace = (a: Place, b: Place): number =>
  compare(a.path, b.path) || a.startLine - b.startLine || a.startColumn - b.startColumn || a.endLine - b.endLine || a.endColumn - b.endColumn

/** A name for a range of the program: equal for equal places. */
export const rangeOf = ({ path, startLine, startColumn, endLine, endColumn }: Place): string => [path, startLine, startColumn, endLine, endColumn].join(' ')
