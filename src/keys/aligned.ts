import { print } from './print.js'
import { align, type Segment } from './segments.js'
import type { Template } from './template.js'

/** Two keys one above the other, segment under segment, and below them the mark of the segments that differ. */
export function alignedLines(left: readonly [label: string, key: Template], right: readonly [label: string, key: Template]): string[] {
  const alignment = align(left[1], right[1])
  let [above, below, marks] = ['', '', '']
  for (const pair of alignment.pairs) {
    const one = shown(pair.left === undefined ? undefined : alignment.left[pair.left])
    const two = shown(pair.right === undefined ? undefined : alignment.right[pair.right])
    const width = Math.max(one.length, two.length)
    above += one.padEnd(width)
    below += two.padEnd(width)
    marks += (pair.difference === undefined ? ' ' : '~').repeat(width)
  }
  const pad = Math.max(left[0].length, right[0].length)
  const lines = [`${left[0].padEnd(pad)}  ${above}`, `${right[0].padEnd(pad)}  ${below}`, `${' '.repeat(pad)}  ${marks}`]
  return lines.map((line) => line.trimEnd()).filter((line) => line !== '')
}

const shown = (segment: Segment | undefined): string => (segment ? print(segment.parts) + segment.separator : '')
