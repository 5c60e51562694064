import { parse } from '../keys/parse.js'
import { print } from '../keys/print.js'
import { separatorsOf } from '../keys/match.js'
import { align, segmentsOf, type Segment } from '../keys/segments.js'
import { inkOf, type Look } from './style.js'

/** Two keys one above the other, segment under segment, with the segments that differ marked below. */
export function alignedKeys(left: { label: string; key: string }, right: { label: string; key: string }, look: Look): string[] {
  const ink = inkOf(look)
  const written = parse(left.key)
  const other = parse(right.key)
  const separators = separatorsOf(written, other)
  const [a, b] = [segmentsOf(written, separators), segmentsOf(other, separators)]
  const rows = { left: '', right: '', marks: '' }
  for (const pair of align(written, other).pairs) {
    const [one, two] = [shown(pair.left === undefined ? undefined : a[pair.left]), shown(pair.right === undefined ? undefined : b[pair.right])]
    const width = Math.max(one.length, two.length)
    rows.left += one.padEnd(width)
    rows.right += two.padEnd(width)
    rows.marks += (pair.difference === undefined ? ' ' : '~').repeat(width)
  }
  const pad = Math.max(left.label.length, right.label.length)
  return [
    `    ${ink.dim(left.label.padEnd(pad))}  ${rows.left.trimEnd()}`,
    `    ${ink.dim(right.label.padEnd(pad))}  ${rows.right.trimEnd()}`,
    ...(rows.marks.trim() === '' ? [] : [`    ${' '.repeat(pad)}  ${ink.red(rows.marks.trimEnd())}`]),
  ]
}

const shown = (segment: Segment | undefined): string => (segment ? print(segment.parts) + segment.separator : '')
