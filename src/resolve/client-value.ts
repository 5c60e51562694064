import { ts } from 'ts-morph'
import type { ExportRole } from '../clients/registry.js'
import { text, type Template } from '../keys/template.js'
import type { ClientSpec, Prefixer } from '../clients/spec.js'
import type { Context } from './context.js'
import { enclosingFunction, type Frame } from './frame.js'
import { isKept } from './lifetime.js'
import { toTemplate } from './to-template.js'
import { alternatives, exactText, isNullish, type ClientValue, type Element, type Value } from './value.js'

/** The client that an export of a library is, or makes, in this role. */
export function clientOfExternal(context: Context, module: string, name: string, role: ExportRole): ClientValue | undefined {
  const client = context.registry.find(module, name, role) ?? generated(context, module, name, role)
  return client && (module !== 'global' || isAtHand(context, client)) ? { kind: 'client', client, prefix: [] } : undefined
}

// Prisma generates its client into the program, under any path; what is generated is seldom there to be read.
const generated = (context: Context, module: string, name: string, role: ExportRole): ClientSpec | undefined =>
  (name === 'PrismaClient' && module !== 'global' && /^[.@~#]/.test(module) ? context.registry.find('@prisma/client', name, role) : undefined)

/** Do the globals of a client exist in this program? Those of a framework do where a package depends on it. */
export function isAtHand(context: Context, client: ClientSpec): boolean {
  return client.requires === undefined || client.requires.some((name) => context.program.modules.workspaces.dependsOn(name))
}

/** The client made by `new X(…)` or `createX(…)` at `node`; `name` is the export that made it. */
export function madeClient(client: ClientSpec, args: readonly Element[], node: ts.Node, frame: Frame, name = ''): ClientValue {
  const inner = args.map((arg) => arg.value).find((value): value is ClientValue => value.kind === 'client' && value.client.family === client.family)
  const prefix = [...(inner?.prefix ?? []), ...prefixOf(client, args), ...prefixBy(client.prefixers?.[name], args)]
  const plain: ClientValue = { kind: 'client', client, prefix, ...(inner?.instance === undefined ? {} : { instance: inner.instance }) }
  const made = forEntity(plain, name, args)
  if (client.sharing === 'family' || inner?.instance !== undefined) return made
  const isLocal = enclosingFunction(node) !== undefined && !isKept(node)
  return { ...made, instance: `${frame.unit.path}#${ownerName(node)}`, ...(isLocal ? { local: true } : {}) }
}

function prefixOf(client: ClientSpec, args: readonly Element[]): Template {
  const spec = client.prefix
  const property = spec?.property
  if (!spec || property === undefined) return []
  const options = args.flatMap((arg) => alternatives(arg.value)).filter((value) => value.kind === 'object')
  // A cluster takes the options of its connections below `redisOptions`.
  const places = [...options, ...options.flatMap((option) => option.props.get('redisOptions')?.() ?? [])]
  return led(spec, places.map((value) => (value.kind === 'object' ? value.props.get(property)?.() : undefined)).find((value) => value !== undefined && !isNullish(value)))
}

/** The text that an argument of `namespace('users')` puts before every key. */
export function prefixBy(spec: Prefixer | undefined, args: readonly Element[]): Template {
  const given = spec && args[spec.arg]?.value
  if (!spec || !given) return []
  return led(spec, spec.property === undefined ? given : given.kind === 'object' ? given.props.get(spec.property)?.() : undefined)
}

function led(spec: Prefixer, value: Value | undefined): Template {
  if (!value || isNullish(value) || (value.kind === 'opaque' && value.reason !== undefined)) return []
  const text = toTemplate(value)
  return spec.separator === '' || text.length === 0 ? text : [...text, { kind: 'text', text: spec.separator }]
}

/** The client with more text before every key. */
export const prefixed = (client: ClientValue, more: Template): ClientValue => ({ ...client, prefix: [...client.prefix, ...more] })

/** The client of a database for the entity in the first argument of a method that takes one: `getRepository(User)`. */
export function forEntity(client: ClientValue, method: string, args: readonly Element[]): ClientValue {
  if (!client.client.entities?.by?.includes(method)) return client
  const name = args[0] && entityIn(args[0].value)
  return name === undefined ? client : { ...client, namespace: [name] }
}

/** The name of the entity that a value stands for: a class, what cannot be seen of one, or a table's name. */
function entityIn(value: Value): string | undefined {
  if (value.kind === 'class') return value.node.name?.text
  if (value.kind === 'external') return value.name.split('.').at(-1)
  if (value.kind === 'opaque') return /^[A-Z]\w*$/.test(value.name) ? value.name : undefined
  return exactText(value)?.split(' ')[0]
}

/** A member of a client that is a namespace: its name leads the key. */
export function namespaced(client: ClientValue, name: string): ClientValue | undefined {
  const { namespaces, entities } = client.client
  if (entities?.behind !== undefined) return client.namespace?.length === 0 ? { ...client, namespace: [name] } : name === entities.behind ? { ...client, namespace: [] } : undefined
  if (!namespaces || (client.namespace && !namespaces.deep)) return undefined
  const namespace = [...(client.namespace ?? []), name]
  return namespaces.deep ? { ...client, namespace } : { ...prefixed(client, [text(name + namespaces.separator)]), namespace }
}

/** The variable, field or property that a value is put into: the name of its store, stable under unrelated edits. */
/** What the program calls what is made at a node: its variable, property or field, or else its line. */
export function ownerName(node: ts.Node): string {
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) {
    if ((ts.isVariableDeclaration(at) || ts.isPropertyDeclaration(at) || ts.isPropertyAssignment(at)) && at.name) return classPrefix(at) + at.name.getText()
    if (ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.EqualsToken) return classPrefix(at) + at.left.getText().replace(/^this\./, '')
    if (ts.isStatement(at) && !ts.isReturnStatement(at)) break
  }
  return `${node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1}`
}

function classPrefix(node: ts.Node): string {
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) if (ts.isClassLike(at)) return at.name ? `${at.name.text}.` : ''
  return ''
}
