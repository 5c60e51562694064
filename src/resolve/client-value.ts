import { ts } from 'ts-morph'
import type { ExportRole } from '../clients/registry.js'
import { text, type Template } from '../keys/template.js'
import type { ClientSpec } from '../clients/spec.js'
import type { Context } from './context.js'
import { enclosingFunction, type Frame } from './frame.js'
import { toTemplate } from './to-template.js'
import { alternatives, isNullish, type ClientValue, type Element } from './value.js'

/** The client that an export of a library is, or makes, in this role. */
export function clientOfExternal(context: Context, module: string, name: string, role: ExportRole): ClientValue | undefined {
  const client = context.registry.find(module, name, role)
  return client ? { kind: 'client', client, prefix: [] } : undefined
}

/** The client made by `new X(…)` or `createX(…)` at `node`. */
export function madeClient(client: ClientSpec, args: readonly Element[], node: ts.Node, frame: Frame): ClientValue {
  const made: ClientValue = { kind: 'client', client, prefix: prefixOf(client, args) }
  if (client.sharing === 'family') return made
  const owner = ownerName(node)
  const isLocal = enclosingFunction(node) !== undefined && !isKept(node)
  return { ...made, instance: `${frame.unit.path}#${owner}`, ...(isLocal ? { local: true } : {}) }
}

function prefixOf(client: ClientSpec, args: readonly Element[]): Template {
  const spec = client.prefix
  if (!spec) return []
  const option = args.flatMap((arg) => alternatives(arg.value))
    .map((value) => (value.kind === 'object' ? value.props.get(spec.property)?.() : undefined))
    .find((value) => value !== undefined && !isNullish(value))
  if (!option || (option.kind === 'opaque' && option.reason !== undefined)) return []
  return spec.separator === '' ? toTemplate(option) : [...toTemplate(option), text(spec.separator)]
}

export function prefixed(client: ClientValue, more: string): ClientValue {
  return { ...client, prefix: [...client.prefix, text(more)] }
}

/** The variable, field or property that a value is put into: the name of its store, stable under unrelated edits. */
function ownerName(node: ts.Node): string {
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

// Made inside a function but put where it outlives the call: a field, a module variable, or returned to be kept.
function isKept(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) {
    if (ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.EqualsToken) return !ts.isIdentifier(at.left) || true
    if (ts.isReturnStatement(at) || ts.isPropertyDeclaration(at) || ts.isArrowFunction(at)) return true
    if (ts.isVariableDeclaration(at)) return false
  }
  return false
}
