import type { ts } from 'ts-morph'
import { operationsOf } from '../clients/registry.js'
import { forEntity, prefixBy, prefixed } from './client-value.js'
import { nameOf, type Context } from './context.js'
import { keyArguments } from './key-argument.js'
import { asPattern } from './pattern.js'
import { arrayOf, objectOf, opaque, textOf, type Element, type OperationValue, type Value } from './value.js'
import { toKey, toTemplate } from './to-template.js'

/**
 * What an operation on a cache returns, as far as keys can be made of it: further commands, the keys found by a pattern,
 * or a value read under a key, which may be the version in another key.
 */
export function operationResult(context: Context, operation: OperationValue, args: readonly Element[], node: ts.Node): Value {
  const { client, name } = operation
  if (Object.hasOwn(client.client.prefixers ?? {}, name)) return prefixed(client, prefixBy(client.client.prefixers?.[name], args))
  if (client.client.chains?.includes(name)) return name === 'multi' || name === 'pipeline' ? { ...client, pipeline: true } : forEntity(client, name, args)
  const spec = operationsOf(client.client, name)[0]
  if (!spec?.returns) return client.pipeline || Object.hasOwn(client.client.hands ?? {}, name) ? client : read(context, operation, args, node)
  const pattern = keyArguments(context, spec.key, args, node, client)?.[0]
  if (spec.returns === 'key') return pattern ?? opaque(nameOf(node))
  if (spec.returns === 'options') return objectOf([['queryKey', pattern ?? opaque(nameOf(node))]])
  const keys = arrayOf([{ value: pattern ? textOf(asPattern(toTemplate(pattern))) : opaque(nameOf(node)), many: true }])
  if (spec.returns === 'keys') return keys
  if (spec.returns === 'key-batches') return arrayOf([{ value: keys, many: true }])
  if (spec.returns === 'cursor-and-keys') return arrayOf([{ value: opaque('cursor') }, { value: keys }])
  return objectOf([['cursor', opaque('cursor')], ['keys', keys]])
}

/** A value that was read remembers its key: where it becomes part of another, changing it renames that one. */
function read(context: Context, { client, name }: OperationValue, args: readonly Element[], node: ts.Node): Value {
  const spec = operationsOf(client.client, name).find((candidate) => candidate.op === 'read' || candidate.op === 'write')
  const [key] = spec && !spec.key.all && spec.kind === undefined ? keyArguments(context, spec.key, args, node) ?? [] : []
  return opaque(nameOf(node), key ? { readFrom: [...client.prefix, ...toKey(key)] } : {})
}
