/** Longer than any name or literal that a person writes. */
export const LONGEST = 5000

/**
 * Does the text hold a word without end: a literal of megabytes, an image as text? Patterns that look for words begin anew
 * at each of its characters, and would never be done.
 */
export function holdsEndlessWord(text: string): boolean {
  if (text.length <= LONGEST) return false
  for (let from = 0; from < text.length;) {
    const found = text.indexOf('\n', from)
    const end = found === -1 ? text.length : found
    if (end - from > LONGEST && hasLongRun(text, from, end)) return true
    from = end + 1
  }
  return false
}

function hasLongRun(text: string, from: number, end: number): boolean {
  let run = 0
  for (let at = from; at < end; at++) {
    run = isOfWord(text.charCodeAt(at)) ? run + 1 : 0
    if (run > LONGEST) return true
  }
  return false
}

/** A letter, a digit, `_`, `$`, and what names and literals are joined by: `.`, `-`, `'`, `"`, a backtick. */
const isOfWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code > 127 || '_$.-\'"`'.includes(String.fromCharCode(code))
