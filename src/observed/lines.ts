import { WORDS, redisCommands } from '../clients/redis-commands.js'
import type { KeyPosition, OperationSpec } from '../clients/spec.js'

/** One thing that was seen at run time: a key, or, of a recorder, the template of one. Values are never kept. */
export interface Observation {
  readonly op: 'read' | 'write' | 'delete' | 'seen'
  readonly key?: string
  readonly template?: string
  /** What the parameters were, as a salted hash: to tell keys of one template apart. */
  readonly parameters?: string
  readonly isHit?: boolean
  /** Whether the write gave it a lifetime. */
  readonly hasTtl?: boolean
  readonly bytes?: number
}

const COMMANDS = redisCommands(WORDS)
const OPS: Readonly<Record<string, Observation['op']>> = { get: 'read', set: 'write', delete: 'delete', load: 'write' }

/** What a line tells: of a recorder's file, of `redis-cli MONITOR`, or of a list of keys. */
export function observationsIn(line: string): readonly Observation[] {
  if (line === '' || line === 'OK') return []
  if (line.startsWith('{') && line.includes('"template"')) return recorded(line)
  const monitored = /^\d+\.\d+ \[[^\]]*\] (".*)$/.exec(line)
  return monitored ? commandIn(monitored[1]!) : [{ op: 'seen', key: line }]
}

function recorded(line: string): readonly Observation[] {
  try {
    const { op, template, parameters, hit } = JSON.parse(line) as { op: string; template: string; parameters: string; hit: boolean }
    const known = OPS[op]
    return known ? [{ op: known, template, parameters, ...(op === 'get' || op === 'delete' ? { isHit: hit } : {}) }] : []
  } catch {
    return []
  }
}

// The keys stand in front; a value may be megabytes.
const LONGEST = 1 << 16

/** `"set" "user:1" "…" "EX" "60"`: the command, and where its keys stand. */
function commandIn(text: string): readonly Observation[] {
  const words = [...text.slice(0, LONGEST).matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => unescaped(match[1]!))
  const [name, ...args] = words
  const specs = name === undefined || !Object.hasOwn(COMMANDS, name.toLowerCase()) ? undefined : COMMANDS[name.toLowerCase()]
  return (specs === undefined ? [] : [specs].flat()).flatMap((spec: OperationSpec) => keysAt(spec.key, args).flatMap((key): Observation[] => {
    const op = spec.op === 'delete' && !spec.member ? 'delete' : spec.op === 'read' ? 'read' : spec.op === 'write' ? 'write' : undefined
    return op === undefined ? [] : [{ op, key, ...(op === 'write' ? { hasTtl: hasTtl(name!.toLowerCase(), args) } : {}) }]
  }))
}

function keysAt({ arg, rest, record, all, list }: KeyPosition, args: readonly string[]): readonly string[] {
  if (all) return []
  if (record) return args.filter((_, i) => i >= arg && (i - arg) % 2 === 0)
  return rest || list ? args.slice(arg) : args.slice(arg, arg + 1)
}

const hasTtl = (name: string, args: readonly string[]): boolean =>
  /ex(?:pire|pireat)?$/.test(name) || args.slice(2).some((word) => /^(?:EX|PX|EXAT|PXAT|KEEPTTL)$/i.test(word))

const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_, hex: string | undefined, char: string | undefined) => (hex === undefined ? ({ n: '\n', r: '\r', t: '\t' }[char!] ?? char!) : String.fromCharCode(parseInt(hex, 16))))
