import { read, remove, removeAll, write, type ClientSpec } from './spec.js'

// A Map of module or class level may be a cache. One inside a function mostly lives as long as the call; those that a
// function keeps which gives them back are looked for where they are called a cache, since there are so many others.
const KEPT = '^(?:export\\s+)?(?:const|let|var)\\s[^;\\n]*\\bnew Map\\b|^\\s+(?:(?:private|public|protected|readonly|static|declare)\\s+)*#?[\\w$]+(?:\\s*:[^=\\n]+)?\\s*=\\s*new Map\\b'
const CAPTURED = '^\\s+(?:const|let)\\s+\\w*(?:[cC]ache|[mM]emo)\\w*[^;\\n]*\\bnew Map\\b'

/** A `Map` that outlives the call. Most are data structures: the collector keeps those that are filled on a miss. */
export const mapCache: ClientSpec = {
  id: 'map',
  modules: ['global'],
  family: 'map',
  sharing: 'instance',
  constructors: ['Map'],
  seeds: [KEPT, CAPTURED, '(?:[cC]ache|[mM]emo)\\w*\\[[^\\]\\n]+\\]\\s*(?:=|\\?\\?=|\\|\\|=)[^=]'],
  operations: {
    get: read(), has: read(), set: write(), delete: remove(), clear: removeAll,
    keys: { op: 'read', key: { arg: 0, all: true }, kind: 'pattern', match: 'glob', returns: 'keys' },
  },
}
