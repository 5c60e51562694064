import type { ts } from 'ts-morph'
import { operationOf } from '../clients/registry.js'
import { nameOf, type Context } from './context.js'
import { keyArguments } from './key-argument.js'
import { asPattern } from './pattern.js'
import { arrayOf, objectOf, opaque, textOf, type Element, type OperationValue, type Value } from './value.js'
import { toTemplate } from './to-template.js'

/** What an operation on a cache returns, as far as keys can be made of it: further commands, or the keys found by a pattern. */
export function operationResult(context: Context, operation: OperationValue, args: readonly Element[], node: ts.Node): Value {
  const { client, name } = operation
  if (client.client.chains?.includes(name)) return name === 'multi' || name === 'pipeline' ? { ...client, pipeline: true } : client
  const spec = operationOf(client.client, name)
  if (!spec?.returns) return client.pipeline ? client : opaque(nameOf(node))
  const pattern = keyArguments(context, spec.key, args, node)?.[0]
  const keys = arrayOf([{ value: pattern ? textOf(asPattern(toTemplate(pattern))) : opaque(nameOf(node)), many: true }])
  if (spec.returns === 'keys') return keys
  if (spec.returns === 'cursor-and-keys') return arrayOf([{ value: opaque('cursor') }, { value: keys }])
  return objectOf([['cursor', opaque('cursor')], ['keys', keys]])
}
