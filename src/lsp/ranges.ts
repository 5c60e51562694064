import type { Position, Range } from 'vscode-languageserver/node.js'
import type { Report } from '../report/schema.js'

type Place = Report['findings'][number]['location']

/** Editors count lines and columns from 0, reports from 1. */
export const rangeOf = ({ startLine, startColumn, endLine, endColumn }: Omit<Place, 'path'>): Range => ({
  start: { line: startLine - 1, character: startColumn - 1 }, end: { line: endLine - 1, character: endColumn - 1 },
})

export function holds(place: Place, { line, character }: Position): boolean {
  const { start, end } = rangeOf(place)
  const isAfter = line > start.line || (line === start.line && character >= start.character)
  return isAfter && (line < end.line || (line === end.line && character <= end.character))
}
