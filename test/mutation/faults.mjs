// Textual faults of cache keys: each takes the source of a key, or of the call that makes it, and returns a faulty one.

/** @typedef {{ readonly name: string, readonly apply: (source: string, random: () => number) => string | undefined }} Fault */

const HOLE = /\$\{(?:[^{}]|\{[^{}]*\})*\}/g

/** Splits the inside of a string or template at its separators, with expressions kept whole. */
function segments(inside) {
  const holes = []
  const plain = inside.replace(HOLE, (hole) => `\u0001${holes.push(hole) - 1}\u0002`)
  const separator = [':', '/', '|', '#', '-', '_', '.'].find((char) => plain.split(char).length > 2 || (plain.includes(char) && ':/|#'.includes(char)))
  if (!separator) return undefined
  const restore = (text) => text.replace(/\u0001(\d+)\u0002/g, (_, index) => holes[Number(index)])
  return { separator, parts: plain.split(separator).map(restore) }
}

const quoted = (source) => /^(['"`])([^]*)\1$/.exec(source)
const inside = (change) => (source, random) => {
  const match = quoted(source)
  const changed = match && change(match[2], random)
  return changed === undefined || changed === null || changed === match?.[2] ? undefined : `${match[1]}${changed}${match[1]}`
}

/** @type {readonly Fault[]} Faults in the text of a key. */
export const TEXT_FAULTS = [
  { name: 'drop a segment', apply: inside((text, random) => {
    const cut = segments(text)
    if (!cut || cut.parts.length < 3 || cut.parts.includes('')) return undefined
    const at = 1 + Math.floor(random() * (cut.parts.length - 1))
    return cut.parts.filter((_, i) => i !== at).join(cut.separator)
  }) },
  { name: 'rename the prefix', apply: inside((text) => (/^[a-z]{3,}/i.test(text) ? text.replace(/^[a-z]+/i, (word) => `${word}s2`) : undefined)) },
  { name: 'bump a version', apply: inside((text) => (/(?<![a-z])v\d+(?!\w)/i.test(text) ? text.replace(/(?<![a-z])v(\d+)/i, (_, n) => `v${Number(n) + 1}`) : undefined)) },
  { name: 'change a separator', apply: inside((text) => {
    const cut = segments(text)
    return cut && cut.parts.length > 1 ? cut.parts[0] + (cut.separator === '-' ? ':' : '-') + cut.parts.slice(1).join(cut.separator) : undefined
  }) },
  { name: 'change case', apply: inside((text) => (/^[a-z]/.test(text) ? text[0].toUpperCase() + text.slice(1) : undefined)) },
]

/** Swaps the first two arguments of a call, where they are plain names. */
export function swapArguments(source, args) {
  const [first, second] = args
  if (!first || !second || first.text === second.text || ![first, second].every(({ text }) => /^[\w.?!]+$/.test(text))) return undefined
  if (args.some(({ text }) => !/^[\w.?!]+$/.test(text))) return undefined
  const start = first.start
  return source.slice(0, start) + second.text + source.slice(first.end, second.start) + first.text + source.slice(second.end)
}
