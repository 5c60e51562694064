import { arrayOf, isNullish, literal, native, objectOf, opaque, type Element, type NativeValue, type ObjectValue, type Value } from './value.js'

/**
 * The key factories of @lukemorales/query-key-factory 1.3: names of the schema become segments of the key, a function's
 * arguments its end; `_def` is the prefix of an entry, `_ctx` holds the keys below it.
 */
export const queryKeyFactory = {
  keys: (name: Value | undefined, schema: Value | undefined): Value | undefined => (name ? factory([{ value: name }], schema) : undefined),
  store: (schema: Value | undefined): Value | undefined =>
    (schema?.kind === 'object' ? objectWith(schema, (name, entry) => factory([{ value: literal(name) }], entry)) : undefined),
  merged: (factories: readonly Value[]): Value => objectOf(factories.flatMap((made) => {
    const first = made.kind === 'object' ? made.props.get('_def')?.() : undefined
    const name = first?.kind === 'array' ? first.elements[0]?.value : undefined
    return name?.kind === 'text' && name.parts[0]?.kind === 'text' ? [[name.parts[0].text, made] as const] : []
  })),
}

function factory(base: readonly Element[], schema: Value | undefined): Value {
  const entries = schema?.kind === 'object' ? [...schema.props].map(([name, thunk]) => [name, () => entry([...base, { value: literal(name) }], thunk())] as const) : []
  return { kind: 'object', props: new Map([['_def', () => arrayOf(base)], ...entries]) }
}

function entry(base: readonly Element[], value: Value): Value {
  if (value.kind === 'function' || value.kind === 'native') return called(base, value)
  if (value.kind === 'array') return objectOf([['_def', arrayOf(base)], ['queryKey', arrayOf([...base, ...value.elements])]])
  return value.kind === 'object' ? described(base, value) : objectOf([['queryKey', arrayOf(base)], ['_def', arrayOf(base)]])
}

function called(base: readonly Element[], fn: Value): NativeValue {
  const props = new Map([['_def', (): Value => arrayOf(base)]])
  return { ...native('entry', (args, node, call) => {
    const made = call(fn, args)
    return made.kind === 'array' || made.kind === 'object' ? entry(base, made) : objectOf([['queryKey', opaque('queryKey', { wild: true })]])
  }), props }
}

// `{ queryKey, queryFn, contextQueries }`.
function described(base: readonly Element[], value: ObjectValue): Value {
  const own = value.props.get('queryKey')?.()
  const key = own?.kind === 'array' ? [...base, ...own.elements] : base
  const below = value.props.get('contextQueries')?.()
  const context = below?.kind === 'object' ? objectWith(below, (name, inner) => entry([...key, { value: literal(name) }], inner)) : undefined
  const props = new Map(value.props)
  props.set('queryKey', () => (own && !isNullish(own) && own.kind !== 'array' ? own : arrayOf(key)))
  props.set('_def', () => arrayOf(base))
  if (context) props.set('_ctx', () => context)
  return { kind: 'object', props }
}

function objectWith(source: ObjectValue, make: (name: string, entry: Value) => Value): ObjectValue {
  return { kind: 'object', props: new Map([...source.props].map(([name, thunk]) => [name, () => make(name, thunk())])) }
}
