import { ts } from 'ts-morph'
import { durationOf } from './duration.js'
import { filtered } from './filter.js'
import { queryKeyFactory } from './query-key-factory.js'
import { runtimeKeys } from './runtime-keys.js'
import { joined } from './to-template.js'
import { arrayOf, boundedText, constant, exactText, native, objectOf, opaque, truth, type Element, type Value } from './value.js'

type Known = (args: readonly Element[], node: ts.Node) => Value | undefined

/** Functions of packages that keys are made with, by `module:name`. What they do is read from their documentation. */
const KNOWN: Readonly<Record<string, Known>> = {
  'ms:default': ([first]) => milliseconds(first),
  'crypto:createHash': hash, 'node:crypto:createHash': hash,
  'crypto:createHmac': hash, 'node:crypto:createHmac': hash,
  'path:join': paths, 'node:path:join': paths, 'path:posix.join': paths, 'node:path:posix.join': paths,
  'lodash:compact': compact, 'lodash-es:compact': compact, 'lodash/compact:default': compact, 'es-toolkit:compact': compact,
  'lodash:chunk': chunk, 'lodash-es:chunk': chunk, 'lodash/chunk:default': chunk, 'es-toolkit:chunk': chunk, 'remeda:chunk': chunk,
  '@lukemorales/query-key-factory:createQueryKeys': ([name, schema]) => queryKeyFactory.keys(name?.value, schema?.value),
  '@lukemorales/query-key-factory:createQueryKeyStore': ([schema]) => queryKeyFactory.store(schema?.value),
  '@lukemorales/query-key-factory:mergeQueryKeys': (args) => queryKeyFactory.merged(args.map((arg) => arg.value)),
  'keyproof/runtime:defineKeys': ([definitions, options]) => runtimeKeys(definitions?.value, options?.value),
  'keyproof/runtime:key': () => native('key', ([definition]) => definition?.value),
}

/** What a function of a package returns, when it is one that keys are made with. */
export function callKnown(module: string, name: string, args: readonly Element[], node: ts.Node): Value | undefined {
  const bare = name.replace(/^default\./, '')
  const known = Object.hasOwn(KNOWN, `${module}:${bare}`) ? KNOWN[`${module}:${bare}`] : undefined
  return known?.(args, node)
}

export const isKnownModule = (module: string): boolean => MODULES.has(module)

const MODULES = new Set(Object.keys(KNOWN).map((name) => name.slice(0, name.lastIndexOf(':'))))

function milliseconds(first: Element | undefined): Value | undefined {
  const text = first && exactText(first.value)
  const ms = text === undefined ? undefined : durationOf(text)
  return ms === undefined ? undefined : constant(ms)
}

/** `createHash('sha256').update(query).digest('hex')`: the hole `{sha256(query)}`. */
function hash([algorithm]: readonly Element[], node: ts.Node): Value {
  const name = (algorithm && exactText(algorithm.value)) ?? 'hash'
  const hashing = (parts: readonly string[]): Value => objectOf([
    ['update', native('update', ([data], call) => hashing([...parts, sourceOf(data, call)]))],
    ['digest', native('digest', () => opaque(`${name}(${parts.join(' + ')})`, { presence: 'certain', digest: true }))],
    ['copy', native('copy', () => hashing(parts))],
  ])
  return ts.isCallExpression(node) ? hashing([]) : opaque(name)
}

function sourceOf(data: Element | undefined, call: ts.Node): string {
  if (data?.value.kind === 'opaque') return data.value.name
  return ts.isCallExpression(call) && call.arguments[0] ? call.arguments[0].getText() : 'data'
}

function paths(args: readonly Element[]): Value {
  return boundedText(joined(args, '/'))
}

/** Batches of a list: which element is in which is not known. */
function chunk([list]: readonly Element[]): Value | undefined {
  return list && arrayOf([{ value: list.value, many: true }])
}

function compact([list]: readonly Element[]): Value | undefined {
  return list?.value.kind === 'array' ? arrayOf(filtered(list.value.elements, truth)) : list?.value
}
