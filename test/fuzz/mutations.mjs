// Ways to spoil a text: each takes a text, other texts to steal from, and a generator of numbers from 0 to 1.

const TOKEN = /[A-Za-z_$][\w$]*|\d+|`|'|"|=>|[{}()[\];:,.<>?!&|+*/%=-]|\s+|[^]/g
const SPICE = ['${', '`', '"', "'", '/*', '*/', '//', '(', ')', '{', '}', '[', ']', '<', '>', '=>', '?.', '...', '@', '#', '\\', '\\u{', '/[', ' as const', ' satisfies ', 'await ', 'async ',
  'yield ', 'class ', 'export default ', 'export * from ', 'import(', 'enum ', '__proto__', 'constructor', 'hasOwnProperty', 'undefined', '\0', '\uFEFF', '\u2028', '\u202E', '\uD800', '😀', '\r', '\t', '1e999', '0x', '*', ':']

const pick = (list, random) => list[Math.floor(random() * list.length)]
const at = (text, random) => Math.floor(random() * (text.length + 1))
const tokensOf = (text) => text.match(TOKEN) ?? []
const cut = (text, random) => [at(text, random), at(text, random)].sort((a, b) => a - b)

export const MUTATIONS = {
  dropToken: (text, _, random) => { const tokens = tokensOf(text); tokens.splice(at(tokens, random), 1 + Math.floor(random() * 3)); return tokens.join('') },
  doubleToken: (text, _, random) => { const tokens = tokensOf(text); const i = at(tokens, random); tokens.splice(i, 0, ...tokens.slice(i, i + 1 + Math.floor(random() * 8))); return tokens.join('') },
  swapTokens: (text, _, random) => { const tokens = tokensOf(text); const [i, j] = [at(tokens, random), at(tokens, random)]; [tokens[i], tokens[j]] = [tokens[j], tokens[i]]; return tokens.join('') },
  spice: (text, _, random) => { const i = at(text, random); return text.slice(0, i) + pick(SPICE, random) + text.slice(i) },
  cutOut: (text, _, random) => { const [i, j] = cut(text, random); return text.slice(0, i) + text.slice(Math.min(j, i + 400)) },
  cutOff: (text, _, random) => text.slice(0, at(text, random)),
  graft: (text, others, random) => { const i = at(text, random); const other = pick(others, random); const [a, b] = cut(other, random); return text.slice(0, i) + other.slice(a, Math.min(b, a + 600)) + text.slice(i) },
  shuffleLines: (text, _, random) => { const lines = text.split('\n'); const [i, j] = cut(lines, random); return [...lines.slice(0, i), ...lines.slice(i, j).sort(() => random() - 0.5), ...lines.slice(j)].join('\n') },
  renameAll: (text, _, random) => { const names = text.match(/[A-Za-z_$][\w$]{2,}/g) ?? ['x']; const [from, to] = [pick(names, random), pick([...names, '__proto__', 'constructor', 'toString'], random)]; return text.replaceAll(from, to) },
  nest: (text, _, random) => { const i = at(text, random); const [open, close] = pick([['(', ')'], ['[', ']'], ['{', '}'], ['`${', '}`'], ['f(', ')'], ['!', ''], ['a ? b : ', ''], ['"a" + ', ''], ['() => ', ''], ['await ', '']], random); const times = 2 ** Math.floor(random() * 12); return text.slice(0, i) + open.repeat(times) + 'x' + close.repeat(times) + text.slice(i) },
  stretch: (text, _, random) => { const tokens = tokensOf(text); const i = at(tokens, random); const times = 2 ** Math.floor(random() * 10); tokens.splice(i, 0, ...Array.from({ length: times }, () => tokens[i] ?? '')); return tokens.join('') },
  ends: (text, _, random) => pick([text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r'), `\uFEFF${text}`, `${text}\0`, text.replaceAll('\n', '\u2028')], random),
}

/** Bytes that no text makes. */
export function spoilBytes(text, random) {
  const bytes = Buffer.from(text)
  for (let i = 0; i < 1 + random() * 8; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  return bytes
}

export function mutate(text, others, random) {
  let made = text
  for (let i = 0; i < 1 + Math.floor(random() * 4); i++) made = pick(Object.values(MUTATIONS), random)(made, others, random)
  return random() < 0.1 ? spoilBytes(`${made} `, random) : made
}
