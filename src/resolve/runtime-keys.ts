import { parse } from '../keys/parse.js'
import { mapParts, normalise, text, type Template } from '../keys/template.js'
import { toTemplate } from './to-template.js'
import { exactText, isNullish, native, opaque, textOf, type Value } from './value.js'

/** `defineKeys` of keyproof's own runtime: each definition is a function from the holes of its template to the key. */
export function runtimeKeys(definitions: Value | undefined, options?: Value): Value | undefined {
  if (definitions?.kind !== 'object') return undefined
  const prefix = prefixOf(options)
  return { kind: 'object', props: new Map([...definitions.props].map(([name, thunk]) => [name, () => keyOf(name, prefix, thunk())])) }
}

/** `shop:prod:v3:` of `{ namespace: 'shop', environment: 'prod', version: 3 }`, with holes for what only the running program knows. */
function prefixOf(options: Value | undefined): Template {
  if (options?.kind !== 'object') return []
  const parts = ['namespace', 'environment', 'version'].flatMap((name): Template => {
    const value = options.props.get(name)?.()
    return value === undefined || isNullish(value) ? [] : [...(name === 'version' ? [text('v')] : []), ...toTemplate(value), text(':')]
  })
  return normalise(parts)
}

function keyOf(name: string, prefix: Template, definition: Value): Value {
  const source = definition.kind === 'object' ? definition.props.get('template')?.() : undefined
  const template = source && exactText(source)
  if (template === undefined) return opaque(name, { wild: true })
  return native(name, ([holes]) => textOf(normalise([...prefix, ...filled(read(template), holes?.value)])))
}

// A template that cannot be read is an error of the program, found when it runs; here it is text.
function read(template: string): Template {
  try {
    return parse(template)
  } catch {
    return [{ kind: 'text', text: template }]
  }
}

function filled(template: Template, holes: Value | undefined): Template {
  return mapParts(template, (part) => {
    const value = part.kind === 'hole' && holes?.kind === 'object' ? holes.props.get(part.name)?.() : undefined
    return value ? toTemplate(value) : [part]
  })
}
