import type { Edit } from '../model/finding.js'

/** Where an edit stands in a text, as offsets. */
interface Span {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What was made of the files, and which suggestions are in it. */
export interface Applied<S> {
  readonly texts: ReadonlyMap<string, string>
  readonly done: readonly S[]
  /** Those that touch what another has changed: they can be asked for again. */
  readonly left: readonly S[]
}

/** Does the edits of suggestions, each whole or not at all: one that overlaps an earlier one is left. */
export function applied<S extends { readonly edits: readonly Edit[] }>(suggestions: readonly S[], textOf: (path: string) => string): Applied<S> {
  const taken = new Map<string, Span[]>()
  const [done, left]: [S[], S[]] = [[], []]
  for (const suggestion of suggestions) {
    const spans = suggestion.edits.map((edit) => [edit.path, spanOf(edit, textOf(edit.path))] as const)
    const isFree = spans.every(([path, span]) => (taken.get(path) ?? []).every((other) => !overlaps(span, other) || isSame(span, other)))
    if (!isFree) { left.push(suggestion); continue }
    done.push(suggestion)
    for (const [path, span] of spans) if (!(taken.get(path) ?? []).some((other) => isSame(span, other))) taken.set(path, [...(taken.get(path) ?? []), span])
  }
  return { texts: new Map([...taken].map(([path, spans]) => [path, replaced(textOf(path), spans)])), done, left }
}

function replaced(text: string, spans: readonly Span[]): string {
  return [...spans].sort((a, b) => b.start - a.start || b.end - a.end).reduce((whole, span) => whole.slice(0, span.start) + span.text + whole.slice(span.end), text)
}

const isSame = (a: Span, b: Span): boolean => a.start === b.start && a.end === b.end && a.text === b.text

// Two insertions at one place stand one behind the other.
const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end

function spanOf({ range, text }: Edit, whole: string): Span {
  return { start: offsetOf(whole, range.startLine, range.startColumn), end: offsetOf(whole, range.endLine, range.endColumn), text }
}

// Lines end as TypeScript counts them.
function offsetOf(text: string, line: number, column: number): number {
  const breaks = /\r\n|[\n\r\u2028\u2029]/g
  for (let at = 1; at < line; at++) breaks.exec(text)
  return (line === 1 ? 0 : breaks.lastIndex) + column - 1
}
