// Controls (C0, C1), marks that turn the direction of text (the "Trojan Source" of Boucher and Anderson, 2021), separators of
// lines, byte order marks, and halves of characters.
const HIDDEN = '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff'
const LONE = '[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]'
const IN_LINES = new RegExp(`[${HIDDEN}]|${LONE}`, 'g')
const IN_ONE = new RegExp(`[${HIDDEN}\\t\\n]|${LONE}`, 'g')

const written = (char: string): string => `\\u{${char.charCodeAt(0).toString(16)}}`

/** The text in one line, with each character that shows nothing, or does something, written out: `\u{1b}`. */
export const visible = (text: string): string => text.replace(IN_ONE, written)

/** The same of a text that may have several lines, and tabs. */
export const visibleLines = (text: string): string => text.replace(IN_LINES, written)

/** The same of a text that is JSON, as JSON writes it. */
export const escapedInJson = (json: string): string => json.replace(IN_LINES, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
