/** Where a line ends: as TypeScript counts them. */
const BREAK = /\r\n|[\n\r\u2028\u2029]/

let last: { readonly text: string; readonly lines: readonly string[] } = { text: '', lines: [''] }

/** The lines of a text, without what ends them. The last text asked for is remembered: a report shows many lines of one. */
export function linesOf(text: string): readonly string[] {
  if (text !== last.text) last = { text, lines: text.split(BREAK) }
  return last.lines
}
