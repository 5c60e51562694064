import { visible } from '../keys/visible.js'
import { linesOf } from '../model/lines.js'
import type { ReportFinding } from './schema.js'
import { fitted, inkOf, type Look } from './style.js'

type Range = ReportFinding['location']

/** The line of a place with the range underlined. */
export function codeFrame(place: Range, source: string, look: Look): string[] {
  const ink = inkOf(look)
  const line = linesOf(source)[place.startLine - 1]
  if (line === undefined) return []
  const number = String(place.startLine)
  const indent = line.length - line.trimStart().length
  const code = visible(line.trim().replaceAll('\t', ' ').slice(0, 2000))
  const start = Math.max(0, place.startColumn - 1 - indent)
  const end = place.endLine === place.startLine ? place.endColumn - 1 - indent : code.length
  const room = Math.max(20, look.width - number.length - 8)
  const mark = ' '.repeat(start) + '^'.repeat(Math.max(1, Math.min(end, code.length) - start))
  return [`    ${ink.dim(`${number} |`)} ${fitted(code, room)}`, `    ${ink.dim(`${' '.repeat(number.length)} |`)} ${ink.red(fitted(mark, room))}`]
}
